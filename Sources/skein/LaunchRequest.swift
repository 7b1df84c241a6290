import Database
import Mesh
import MeshProtocol
import Session

/// What a launch was asked for on the command line.
struct LaunchRequest {
    var flags = LaunchFlags()
    /// An earlier launch to bring back: its id, or `last`.
    var resumes: String?
    /// How the launch wants its mail; nil as an earlier launch did, or by default.
    var messageMode: MessageMode?
    var policy: ReceiverPolicy?
    var isNonInteractive = false
    var isDryRun = false
    var isPlain = false
    var wantsJSON = false
    var theme: String?

    /// The flags, with the earlier launch looked up.
    func flags(from database: MachineDatabase) throws(SkeinError) -> LaunchFlags {
        guard let resumes else { return with(MailMode(), flags) }
        let found =
            resumes == "last"
            ? try database.latestLaunch(directory: Process.currentDirectory)
            : try database.launch(LaunchID(rawValue: resumes))
        guard let found else {
            throw SkeinError(
                .launchNotFound, "No launch “\(resumes)” is known here",
                hint: "Start a new one with: skein")
        }
        var flags = with(found.mail, flags)
        flags.earlier = found
        return flags
    }

    private func with(_ mail: MailMode, _ flags: LaunchFlags) -> LaunchFlags {
        var flags = flags
        flags.options.mail = MailMode(
            mode: messageMode ?? mail.mode, policy: policy ?? mail.policy)
        return flags
    }
}
