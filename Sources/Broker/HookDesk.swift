import Mesh
import MeshCrypto

/// What agents' hooks need: the tokens their sessions were given, and what came before a session
/// did (protocol decision 15).
struct HookDesk: Sendable {
    /// What a hook of old told of a session that is not there yet.
    struct Pending: Equatable, Sendable {
        var directory: String
        /// 0 where the hook told none.
        var pid: Int64
        var sessionID: String?
        var status: Status
        /// By uptime.
        var toldAt: Int64
    }

    /// How long a status waits for its session, in milliseconds, and how many may.
    static let patience: Int64 = 10_000
    static let pendingLimit = 256

    private var tokens: [SessionKey: String] = [:]
    /// By digest, so that looking a token up tells nothing of it by the time it takes.
    private var holders: [[UInt8]: SessionKey] = [:]
    private(set) var pending: [Pending] = []

    /// The session's own, the same for as long as it lasts.
    mutating func token(for session: SessionKey, make: () -> String) -> String {
        if let token = tokens[session] { return token }
        let token = make()
        tokens[session] = token
        holders[Self.digest(token)] = session
        return token
    }

    func session(of token: String) -> SessionKey? { holders[Self.digest(token)] }

    /// The session ended, and its token with it.
    mutating func forget(_ session: SessionKey) {
        guard let token = tokens.removeValue(forKey: session) else { return }
        holders[Self.digest(token)] = nil
    }

    mutating func keep(_ status: Pending) {
        sweep(at: status.toldAt)
        if pending.count >= Self.pendingLimit { pending.removeFirst() }
        pending.append(status)
    }

    /// The newest that is meant for the session, taken out with those it outdates.
    mutating func take(
        sessionID: String, pid: Int64, directory: String, at uptime: Int64
    ) -> Status? {
        sweep(at: uptime)
        let isMeant = { (status: Pending) in
            status.sessionID == sessionID || (status.pid == pid && status.directory == directory)
        }
        let newest = pending.last(where: isMeant)
        pending.removeAll(where: isMeant)
        return newest?.status
    }

    private mutating func sweep(at uptime: Int64) {
        pending.removeAll { uptime - $0.toldAt > Self.patience }
    }

    private static func digest(_ token: String) -> [UInt8] { Digest.of(Array(token.utf8)) }
}
