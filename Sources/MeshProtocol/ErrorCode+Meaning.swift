extension ErrorCode {
    /// What it means, in a sentence without a full stop.
    public var meaning: String {
        switch self {
        case .cancelled: "the person left before the end"
        case .arguments: "the command line cannot be understood"
        case .missing: "an answer is missing and nobody can be asked"
        case .badName: "a name is empty, too long, or has characters a name cannot have"
        case .badTheme: "a theme cannot be used"
        case .badConfig: "the configuration file cannot be used"
        case .badTLS: "a TLS certificate or its key cannot be used"
        case .meshNotFound: "no mesh of that name is joined on this machine"
        case .meshExists: "a mesh of that name is joined already"
        case .meshArchived: "the mesh takes nobody in any more"
        case .inviteMalformed: "what was given is no invite, or not all of one"
        case .inviteUnknown: "the broker knows no such invite"
        case .inviteExpired: "the invite's time is over"
        case .inviteRevoked: "the invite was taken back, or the member put out"
        case .inviteUsedUp: "as many as may have come in by the invite"
        case .inviteElsewhere: "the invite is another broker's, or not signed by the mesh's owner"
        case .agentMissing: "the agent is not on PATH"
        case .agentFailed: "the agent was found but cannot be started"
        case .launchNotFound: "no launch of that id is known"
        case .peerNotFound: "nobody in the mesh has that name or key"
        case .peerAmbiguous: "several in the mesh have that name, or a key that begins so"
        case .messageNotFound: "no message of that id is known on this machine"
        case .notThere: "the mesh holds nothing by that name"
        case .queueFull: "more waits for the broker than may; nothing was kept"
        case .messageTooLong: "the message is longer than one may be"
        case .loopStopped: "two agents answered each other too often without a person"
        case .notInTime: "what was waited for did not come in time"
        case .badPassphrase: "the passphrase is too short, or not the backup's"
        case .badBackup: "the file is no backup of Skein's, or is damaged"
        case .relayUnreachable: "the relay cannot be started or does not answer"
        case .relayRefused: "the relay does not do what was asked"
        case .brokerUnreachable: "the broker does not answer"
        case .brokerRefused: "the broker refused this member or its hello"
        case .notSignedIn: "nobody is signed in on this machine"
        case .sessionExpired: "the broker does not accept the account's token any more"
        case .signInDenied: "the sign-in was denied where it should have been approved"
        case .signInExpired: "nobody approved the sign-in in time"
        case .badToken: "what was given is no token of an account"
        case .captivePortal: "a page for people answers in place of the broker"
        case .rateLimited: "the broker was asked too often"
        case .portTaken: "a broker's port is used by another program"
        case .homeUnwritable: "a directory of Skein's cannot be written"
        case .homePathTooLong: "the home's path is too long for a Unix socket"
        case .storeCorrupt: "a store is damaged"
        case .storeNewer: "a store was written by a newer Skein"
        case .storeInUse: "a store is in use by another process"
        case .fileExists: "the file that was to be made exists already"
        case .diskFull: "the disk has no space left"
        case .notATerminal: "there is no terminal that can show a screen"
        case .forbidden: "whoever asked may not do that"
        case .internal: "Skein itself failed"
        }
    }

    /// The one next thing to do.
    public var remedy: String {
        switch self {
        case .cancelled: "run skein again; what was kept is offered"
        case .arguments: "see skein --help"
        case .missing: "give the flags that are named, or run skein in a terminal"
        case .badName: "give 1 to 64 characters on one line"
        case .badTheme: "see skein themes"
        case .badConfig: "mend the line that is named"
        case .badTLS: "give PEM files that can be read and belong together"
        case .meshNotFound: "take one of the names that are listed, or --new-mesh"
        case .meshExists: "use it with --mesh, or choose another name"
        case .meshArchived: "ask who invited you"
        case .inviteMalformed: "paste all of the link or the code"
        case .inviteUnknown: "look at the code again, or ask for a new invite"
        case .inviteExpired, .inviteRevoked, .inviteUsedUp: "ask for a new invite"
        case .inviteElsewhere: "ask who invited you for the link itself"
        case .agentMissing: "install it, or choose another with --agent"
        case .agentFailed: "run the command by hand to see what it says"
        case .launchNotFound: "start a new launch with skein"
        case .peerNotFound: "take one of those that are listed, or see skein peers"
        case .peerAmbiguous: "take one of the keys that are listed"
        case .messageNotFound: "see skein queue"
        case .notThere: "see what there is with the verb's list"
        case .queueFull: "wait until the broker is reached, see skein relay status"
        case .messageTooLong: "send a shorter one, or where it can be read"
        case .loopStopped: "let a person write to either of them"
        case .notInTime: "see skein message; what was accepted still goes its way"
        case .badPassphrase: "try again with the passphrase it was made with"
        case .badBackup: "take another copy of it"
        case .relayUnreachable: "see the relay's log, whose path is named"
        case .relayRefused: "skein relay stop, then try again"
        case .brokerUnreachable: "try again, or work offline"
        case .brokerRefused: "ask the mesh's owner"
        case .notSignedIn: "skein login"
        case .sessionExpired: "skein login"
        case .signInDenied: "skein login, and approve it in the browser"
        case .signInExpired: "skein login, and approve it while the code holds"
        case .badToken: "copy it again, whole: it begins with sk_pat_ or sk_session_"
        case .captivePortal: "sign in to the network you are on, then try again"
        case .rateLimited: "wait for as long as is said, then try again"
        case .portTaken: "end the other program, then skein relay stop; or skein broker --port"
        case .homeUnwritable: "mend its permissions, or set SKEIN_HOME"
        case .homePathTooLong: "set SKEIN_HOME to a shorter path"
        case .storeCorrupt: "restore a backup; what can be saved is in the file that is named"
        case .storeNewer: "update Skein, or set SKEIN_HOME to another place"
        case .storeInUse: "end the broker or relay that uses it, then try again"
        case .fileExists: "name another file, or move that one away"
        case .diskFull: "make room, then try again: nothing was lost"
        case .notATerminal: "use --plain, or skein launch --non-interactive"
        case .forbidden: "ask from a terminal of your own"
        case .internal: "report it, with what was done before"
        }
    }
}

/// The contract as a document: Docs/errors.md is this text.
public enum ErrorReference {
    public static var markdown: String {
        let exits = ExitCode.allCases.map { "| \($0.rawValue) | \($0.meaning) |" }
        let codes = ErrorCode.allCases.map {
            "| `\($0.rawValue)` | \($0.exit.rawValue) | \($0.meaning) | \($0.remedy) |"
        }
        return (["# Exit codes", "", "| code | meaning |", "|---|---|"] + exits
            + [
                "", "A launch ends with its agent's own code. A signal ends Skein as it would any program.",
                "", "# Error codes", "", "| code | exit | what happened | what to do |",
                "|---|---|---|---|",
            ] + codes).joined(separator: "\n")
    }
}
