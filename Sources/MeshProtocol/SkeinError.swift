/// Every failure a person or a script can meet: a contract, also printed in Docs/errors.md.
public enum ErrorCode: String, CaseIterable, Sendable, Codable {
    case cancelled = "E_CANCELLED"
    case arguments = "E_ARGUMENTS"
    case missing = "E_MISSING"
    case badName = "E_BAD_NAME"
    case badTheme = "E_BAD_THEME"
    case badConfig = "E_BAD_CONFIG"
    case badTLS = "E_BAD_TLS"
    case meshNotFound = "E_MESH_NOT_FOUND"
    case meshExists = "E_MESH_EXISTS"
    case meshArchived = "E_MESH_ARCHIVED"
    case inviteMalformed = "E_INVITE_MALFORMED"
    case inviteUnknown = "E_INVITE_UNKNOWN"
    case inviteExpired = "E_INVITE_EXPIRED"
    case inviteRevoked = "E_INVITE_REVOKED"
    case inviteUsedUp = "E_INVITE_USED_UP"
    case inviteElsewhere = "E_INVITE_ELSEWHERE"
    case agentMissing = "E_AGENT_MISSING"
    case agentFailed = "E_AGENT_FAILED"
    case launchNotFound = "E_LAUNCH_NOT_FOUND"
    case peerNotFound = "E_PEER_NOT_FOUND"
    case peerAmbiguous = "E_PEER_AMBIGUOUS"
    case messageNotFound = "E_MESSAGE_NOT_FOUND"
    case notThere = "E_NOT_THERE"
    case queueFull = "E_QUEUE_FULL"
    case messageTooLong = "E_MESSAGE_TOO_LONG"
    case loopStopped = "E_LOOP_STOPPED"
    case notInTime = "E_NOT_IN_TIME"
    case badPassphrase = "E_BAD_PASSPHRASE"
    case badBackup = "E_BAD_BACKUP"
    case relayUnreachable = "E_RELAY_UNREACHABLE"
    case relayRefused = "E_RELAY_REFUSED"
    case brokerUnreachable = "E_BROKER_UNREACHABLE"
    case brokerRefused = "E_BROKER_REFUSED"
    case notSignedIn = "E_NOT_SIGNED_IN"
    case sessionExpired = "E_SESSION_EXPIRED"
    case signInDenied = "E_SIGN_IN_DENIED"
    case signInExpired = "E_SIGN_IN_EXPIRED"
    case badToken = "E_BAD_TOKEN"
    case captivePortal = "E_CAPTIVE_PORTAL"
    case rateLimited = "E_RATE_LIMITED"
    case portTaken = "E_PORT_TAKEN"
    case homeUnwritable = "E_HOME_UNWRITABLE"
    case homePathTooLong = "E_HOME_PATH_TOO_LONG"
    case storeCorrupt = "E_STORE_CORRUPT"
    case storeNewer = "E_STORE_NEWER"
    case storeInUse = "E_STORE_IN_USE"
    case fileExists = "E_FILE_EXISTS"
    case diskFull = "E_DISK_FULL"
    case notATerminal = "E_NOT_A_TERMINAL"
    case forbidden = "E_FORBIDDEN"
    case `internal` = "E_INTERNAL"

    public var exit: ExitCode {
        switch self {
        case .cancelled: .cancelled
        case .arguments, .missing, .badName, .badTheme, .badConfig, .badTLS,
            .notATerminal, .homePathTooLong, .messageTooLong, .badBackup, .badToken:
            .arguments
        case .inviteMalformed: .arguments
        case .inviteUnknown, .meshArchived: .notFound
        case .inviteExpired, .inviteRevoked, .inviteUsedUp, .inviteElsewhere: .authentication
        case .meshNotFound, .launchNotFound, .peerNotFound, .peerAmbiguous, .messageNotFound,
            .notThere:
            .notFound
        case .meshExists, .fileExists: .alreadyExists
        case .agentMissing: .agentMissing
        case .relayUnreachable, .brokerUnreachable, .portTaken, .notInTime,
            .captivePortal, .rateLimited:
            .network
        case .brokerRefused, .badPassphrase, .notSignedIn, .sessionExpired, .signInDenied,
            .signInExpired:
            .authentication
        case .homeUnwritable, .storeInUse, .forbidden, .loopStopped: .permissionDenied
        case .relayRefused, .storeCorrupt, .storeNewer, .diskFull, .queueFull, .agentFailed,
            .internal:
            .internal
        }
    }
}

/// A failure as it is told: what happened, and the one next thing to do.
public struct SkeinError: Error, Equatable, Sendable, Codable {
    public var code: ErrorCode
    /// What happened, and why if that is known: one sentence, without a full stop.
    public var message: String
    /// The one next thing to do.
    public var hint: String?
    /// What it is about, as it was given: the name that was not found.
    public var subject: String?

    public init(
        _ code: ErrorCode, _ message: String, hint: String? = nil, subject: String? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.subject = subject
    }

    public var exit: ExitCode { code.exit }
}
