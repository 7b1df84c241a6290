import Connection
import MeshProtocol

/// Why a broker did not do what its account routes were asked.
public enum AccountFault: Error, Equatable, Sendable {
    /// No answer came: the end of “… cannot be reached: ”.
    case away(String)
    /// Somebody else answered, with a page for people, or sent on to one.
    case portal
    /// It failed by itself: 500 and above.
    case failing(status: Int)
    /// It was asked too often; seconds, where it says how many.
    case limited(retryAfter: Int?)
    /// It does not know the token, or it no longer holds: 401, and 403 for what is not allowed.
    case refused(status: Int, code: String, message: String)
    /// What came is no answer of a broker's: what is wrong with it.
    case garbled(String)

    /// Whether the same question may get an answer a little later.
    public var isPassing: Bool {
        switch self {
        case .away, .portal, .failing, .limited, .garbled: true
        case .refused: false
        }
    }

    /// The server itself says that the token is none any more. Nothing else ends a sign-in.
    public var endsSession: Bool {
        if case .refused(let status, _, _) = self { status == 401 || status == 403 } else { false }
    }

    /// As a person is told.
    public func told(_ server: WebAddress) -> SkeinError {
        switch self {
        case .away(let reason):
            SkeinError(
                .brokerUnreachable, "the broker at \(server) cannot be reached: \(reason)",
                hint: "Check the network and the address, then try again")
        case .portal:
            SkeinError(
                .captivePortal, "a page for people answers in place of the broker at \(server)",
                hint: "Open a browser and sign in to the network you are on, then try again",
                subject: server.description)
        case .failing(let status):
            SkeinError(
                .brokerUnreachable, "the broker at \(server) fails (\(status))",
                hint: "Try again in a minute; whoever runs it can see why in its log")
        case .limited(let seconds):
            SkeinError(
                .rateLimited, "the broker at \(server) was asked too often",
                hint: "Try again in \(seconds.map { "\($0) s" } ?? "a minute")")
        case .refused(401, _, _):
            SkeinError(
                .sessionExpired, "the broker at \(server) does not accept the token any more",
                hint: "Sign in again with: skein login", subject: server.description)
        case .refused(403, _, let message):
            SkeinError(
                .forbidden, "the broker at \(server) does not allow that"
                    + (message.isEmpty ? "" : ": \(message)"),
                hint: "Sign in again with skein login, or ask the mesh's owner")
        case .refused(_, "timestamp_skew", let message):
            SkeinError(
                .brokerRefused, "The broker refused: \(message)",
                hint: "Set this machine's clock, then try again", subject: "timestamp_skew")
        case .refused(404, let code, let message):
            SkeinError(
                ErrorCode(rawValue: code) ?? .notThere,
                message.isEmpty
                    ? "the broker at \(server) has nothing by that name"
                    : "The broker refused: \(message)",
                hint: "Look at the name and at the address; a broker of before has no accounts")
        case .refused(_, let code, let message):
            ErrorCode(rawValue: code).map {
                SkeinError($0, "The broker refused: \(message)", subject: code)
            } ?? .refused(byBroker: code, message)
        case .garbled(let what):
            SkeinError(
                .brokerUnreachable, "what answers at \(server) is no broker: \(what)",
                hint: "Check the address, then try again")
        }
    }
}
