import Mesh
import MeshProtocol

/// What makes two hellos the same session (protocol decision 3).
struct SessionKey: Hashable, Sendable {
    enum Identity: Hashable, Sendable {
        case key(String)
        case process(sessionID: String, pid: Int64)
    }

    var mesh: MeshID
    var member: MemberID
    var identity: Identity

    /// By what hardly two have in common: keys are looked up with every frame.
    func hash(into hasher: inout Hasher) {
        switch identity {
        case .key(let key): hasher.combine(key)
        case .process(let sessionID, let pid):
            hasher.combine(sessionID)
            hasher.combine(pid)
        }
    }
}

/// One session of a member: connected, or within its lease after its socket dropped.
struct Session: Sendable {
    var key: SessionKey
    var socket: SocketID?
    /// An observer is no peer: not listed, not counted, silent.
    var isObserver: Bool
    var status: PresenceStatus
    var peer: PresencePeer
    /// Of the client, as its hello told.
    var pid: Int64 = 0
    /// What its counts begin with: those it was given when it said hello, if it goes on from them.
    var countedBefore = PeerStats()
    /// When it was last heard, by uptime, for one that has no socket any more.
    var heardAt: Int64 = 0

    /// Puts what the status engine says into what others see.
    mutating func showStatus() {
        peer.status = status.status
        peer.statusSource = status.source
        peer.statusSince = ISOMoment(status.since)
        peer.isWaiting = status.isWaiting
    }
}
