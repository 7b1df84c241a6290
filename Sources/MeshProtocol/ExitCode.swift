/// The exit codes of every verb: a contract, also printed in Docs/errors.md.
public enum ExitCode: Int32, CaseIterable, Sendable, Codable {
    case ok = 0
    case cancelled = 1
    case authentication = 2
    case arguments = 3
    case network = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case `internal` = 8
    case agentMissing = 9

    public var meaning: String {
        switch self {
        case .ok: "done"
        case .cancelled: "the person left before the end"
        case .authentication: "who you are was refused or is missing"
        case .arguments: "an argument is wrong or missing"
        case .network: "the relay or the broker could not be reached"
        case .notFound: "what was named does not exist"
        case .alreadyExists: "what was to be made exists already"
        case .permissionDenied: "the system or the mesh forbids it"
        case .internal: "Skein itself failed"
        case .agentMissing: "the agent is not on PATH"
        }
    }
}
