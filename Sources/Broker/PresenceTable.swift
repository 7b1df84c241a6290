import Mesh
import MeshProtocol

/// The live presence of one mesh: its sessions, who watches, and what changed since the watchers
/// were last told (protocol decision 4).
struct PresenceTable: Sendable {
    /// Milliseconds within which further changes are joined into one delta.
    static let joinWindow: Int64 = 16

    private(set) var sessions: [SessionKey: Session] = [:]
    private(set) var watchers: [SocketID: MemberID] = [:]
    private(set) var revision = 0
    /// How each touched presence was when the watchers were last told.
    private var before: [String: Known?] = [:]
    /// When they were, by uptime.
    private(set) var toldAt = Int64.min / 2
    private var presences: [String: SessionKey] = [:]
    /// Sessions by the key they go by.
    private var holders: [String: Set<SessionKey>] = [:]
    private var ofMember: [MemberID: Set<SessionKey>] = [:]
    private var observers: [MemberID: Set<SessionKey>] = [:]

    /// A presence, and who it belongs to.
    private struct Known {
        var member: MemberID
        var peer: PresencePeer

        /// Nil for whom it is hidden from.
        func seen(by viewer: MemberID?) -> PresencePeer? {
            peer.isVisible || member == viewer ? peer : nil
        }
    }

    var isEmpty: Bool { sessions.isEmpty && watchers.isEmpty }
    var hasNews: Bool { !before.isEmpty }

    /// Sessions that are peers.
    var peerCount: Int { presences.count }

    mutating func put(_ session: Session) {
        if !session.isObserver { touch(session.peer.presenceID) }
        sessions[session.key] = session
        holders[session.peer.publicKey, default: []].insert(session.key)
        ofMember[session.key.member, default: []].insert(session.key)
        if session.isObserver { observers[session.key.member, default: []].insert(session.key) }
        if !session.isObserver { presences[session.peer.presenceID] = session.key }
    }

    mutating func remove(_ key: SessionKey) {
        guard let session = sessions[key] else { return }
        if !session.isObserver { touch(session.peer.presenceID) }
        sessions[key] = nil
        presences[session.peer.presenceID] = nil
        holders[session.peer.publicKey]?.remove(key)
        if holders[session.peer.publicKey]?.isEmpty == true {
            holders[session.peer.publicKey] = nil
        }
        ofMember[key.member]?.remove(key)
        if ofMember[key.member]?.isEmpty == true { ofMember[key.member] = nil }
        observers[key.member]?.remove(key)
        if observers[key.member]?.isEmpty == true { observers[key.member] = nil }
    }

    mutating func watch(_ socket: SocketID, as member: MemberID) { watchers[socket] = member }

    mutating func unwatch(_ socket: SocketID) {
        watchers[socket] = nil
        if watchers.isEmpty { before = [:] }
    }

    /// Whether another member's session goes by this key.
    func holds(_ publicKey: String, besides member: MemberID) -> Bool {
        holders[publicKey].map { $0.contains { $0.member != member } } ?? false
    }

    /// The session that goes by this key, a peer before an observer.
    func holder(of publicKey: String) -> Session? {
        let sessions = (holders[publicKey] ?? []).compactMap { self.sessions[$0] }
        return sessions.first { !$0.isObserver } ?? sessions.first
    }

    /// The connected one that speaks for the person, the longest there of several.
    func observer(of member: MemberID) -> Session? {
        guard let keys = observers[member] else { return nil }
        return Self.inOrder(keys.compactMap { sessions[$0] }).first { $0.socket != nil }
    }

    /// The connected peer of a member that is there longest; not one that goes by `publicKey`. It
    /// is asked at every hello, so it copies no session but the one it answers.
    func oldest(of member: MemberID, besides publicKey: String?) -> Session? {
        var found: Dictionary<SessionKey, Session>.Index?
        for key in ofMember[member] ?? [] {
            guard let index = sessions.index(forKey: key), sessions.values[index].socket != nil,
                !sessions.values[index].isObserver,
                sessions.values[index].peer.publicKey != publicKey
            else { continue }
            if let best = found, !isOlder(index, than: best) { continue }
            found = index
        }
        return found.map { sessions.values[$0] }
    }

    private func isOlder(
        _ left: Dictionary<SessionKey, Session>.Index, than right: Dictionary<SessionKey, Session>.Index
    ) -> Bool {
        let times = (
            sessions.values[left].peer.connectedAt.moment,
            sessions.values[right].peer.connectedAt.moment
        )
        if times.0 != times.1 { return times.0 < times.1 }
        return sessions.values[left].peer.presenceID < sessions.values[right].peer.presenceID
    }

    /// The peer whose own address this is.
    func session(at address: String, of member: MemberID) -> Session? {
        if let keys = holders[address] {
            for key in keys where key.member == member {
                if let session = sessions[key], !session.isObserver, session.address == address {
                    return session
                }
            }
        }
        // Those without a key of their own have an address that is made up of more than one.
        guard address.utf8.contains(UInt8(ascii: "/")) else { return nil }
        for key in ofMember[member] ?? [] {
            guard case .process = key.identity, let session = sessions[key], !session.isObserver,
                session.address == address
            else { continue }
            return session
        }
        return nil
    }

    /// Those of a member, observers included, in no order.
    func sessions(of member: MemberID) -> [Session] {
        (ofMember[member] ?? []).compactMap { sessions[$0] }
    }

    /// Those that go by a key, observers included, longest connected first.
    func sessions(by publicKey: String) -> [Session] {
        Self.inOrder((holders[publicKey] ?? []).compactMap { sessions[$0] })
    }

    /// Sessions of a member that are peers.
    func peerCount(of member: MemberID) -> Int {
        (ofMember[member] ?? []).count { sessions[$0]?.isObserver == false }
    }

    static func inOrder(_ sessions: some Sequence<Session>) -> [Session] {
        sessions.sorted {
            $0.peer.connectedAt == $1.peer.connectedAt
                ? $0.peer.presenceID < $1.peer.presenceID
                : $0.peer.connectedAt.moment < $1.peer.connectedAt.moment
        }
    }

    /// What `viewer` may see, longest connected first.
    func peers(seenBy viewer: MemberID) -> [PresencePeer] {
        presences.keys.compactMap { known($0)?.seen(by: viewer) }.sorted {
            $0.connectedAt == $1.connectedAt
                ? $0.presenceID < $1.presenceID
                : $0.connectedAt.moment < $1.connectedAt.moment
        }
    }

    /// The deltas for each group of watchers that sees the same, all with the same revisions.
    mutating func takeDeltas(at uptime: Int64) -> [(delta: PresenceDelta, to: [SocketID])] {
        let news = before.sorted { $0.key < $1.key }
            .map { (id: $0.key, old: $0.value, new: known($0.key)) }
            .filter { $0.old?.peer != $0.new?.peer }
        before = [:]
        toldAt = uptime
        let owners = Set(
            news.flatMap { [$0.old, $0.new] }.compactMap { $0 }
                .filter { !$0.peer.isVisible }.map(\.member))
        var audiences: [MemberID?: [SocketID]] = [:]
        for (socket, member) in watchers {
            audiences[owners.contains(member) ? member : nil, default: []].append(socket)
        }
        var deltas: [(delta: PresenceDelta, to: [SocketID])] = []
        let chunks = Chunks.of(news, limit: FrameLimits.presencePage) { news in
            news.new?.peer.encodedBound ?? 64
        }
        for chunk in chunks {
            revision += 1
            for (viewer, sockets) in audiences {
                var delta = PresenceDelta(revision: revision)
                for (id, old, new) in chunk {
                    switch (old?.seen(by: viewer), new?.seen(by: viewer)) {
                    case (nil, let new?): delta.joined.append(new)
                    case (_?, nil): delta.left.append(id)
                    case (let old?, let new?):
                        if let patch = PresencePatch(from: old, to: new) {
                            delta.changed.append(patch)
                        }
                    case (nil, nil): break
                    }
                }
                deltas.append((delta, sockets.sorted()))
            }
        }
        return deltas
    }

    private func known(_ presence: String) -> Known? {
        presences[presence].flatMap { sessions[$0] }.map {
            Known(member: $0.key.member, peer: $0.peer)
        }
    }

    private mutating func touch(_ presence: String) {
        guard !watchers.isEmpty, before[presence] == nil else { return }
        before.updateValue(known(presence), forKey: presence)
    }
}
