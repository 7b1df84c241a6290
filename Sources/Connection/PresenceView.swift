import Mesh
import MeshProtocol

/// What a broker's snapshots and deltas add up to. A value.
struct PresenceView: Sendable {
    enum Outcome: Equatable, Sendable {
        /// Nothing to tell: a page that is not the last.
        case nothing
        case snapshot
        case changed(PeerChanges)
        /// A revision is missing: a new snapshot is needed.
        case gap
    }

    private var peers: [String: PresencePeer] = [:]
    private var pages: [PresencePeer] = []
    /// Nil until the first snapshot of a connection is whole.
    private var revision: Int?

    /// The peers known now, longest connected first.
    var all: [Peer] { Self.shown(peers.values) }

    func attested(_ sessionKey: String) -> (session: String, by: SessionAttestation)? {
        guard let peer = peers.values.first(where: { $0.publicKey == sessionKey }),
            let attestation = peer.attestation
        else { return nil }
        return (peer.sessionID, attestation)
    }

    /// The connection is another one: its revisions count anew.
    mutating func restart() {
        revision = nil
        pages = []
    }

    mutating func apply(_ page: PresenceSnapshot) -> Outcome {
        if page.page == 0 { pages = [] }
        pages += page.peers
        guard page.last else { return .nothing }
        peers = Dictionary(pages.map { ($0.presenceID, $0) }) { $1 }
        pages = []
        revision = page.revision
        return .snapshot
    }

    /// Everything at once, as a broker of old lists it.
    mutating func apply(list: [PresencePeer]) {
        peers = Dictionary(list.map { ($0.presenceID, $0) }) { $1 }
    }

    mutating func apply(_ delta: PresenceDelta) -> Outcome {
        // Before the snapshot it is counted from, a delta says nothing.
        guard let revision else { return .nothing }
        guard delta.revision == revision + 1 else {
            self.revision = nil
            return .gap
        }
        self.revision = delta.revision
        let patched = Set(delta.changed.map(\.presenceID))
        let touched = Set(delta.joined.map(\.presenceID) + delta.left).union(patched)
        let ids = Set(
            touched.compactMap { peers[$0]?.publicKey } + delta.joined.map(\.publicKey))
        let old = shown(of: ids)
        for peer in delta.joined { peers[peer.presenceID] = peer }
        for patch in delta.changed {
            if var peer = peers[patch.presenceID] {
                patch.apply(to: &peer)
                peers[patch.presenceID] = peer
            }
        }
        for id in delta.left { peers[id] = nil }
        return .changed(Self.changes(from: old, to: shown(of: ids)))
    }

    private func shown(of ids: Set<String>) -> [Peer] {
        Self.shown(peers.values.filter { ids.contains($0.publicKey) })
    }

    /// Two sessions of a member without keys of their own go by one id: the latest stands for
    /// both, for as long as either is there.
    private static func shown(_ peers: some Sequence<PresencePeer>) -> [Peer] {
        var byID: [String: PresencePeer] = [:]
        for peer in peers {
            if let other = byID[peer.publicKey], isBefore(peer, other) { continue }
            byID[peer.publicKey] = peer
        }
        return byID.values.sorted(by: isBefore).map(\.peer)
    }

    private static func isBefore(_ left: PresencePeer, _ right: PresencePeer) -> Bool {
        left.connectedAt == right.connectedAt
            ? left.presenceID < right.presenceID
            : left.connectedAt.moment < right.connectedAt.moment
    }

    private static func changes(from old: [Peer], to new: [Peer]) -> PeerChanges {
        let before = Dictionary(old.map { ($0.id, $0) }) { $1 }
        let after = Set(new.map(\.id))
        return PeerChanges(
            joined: new.filter { before[$0.id] == nil },
            updated: new.filter { peer in before[peer.id].map { $0 != peer } ?? false },
            left: old.map(\.id).filter { !after.contains($0) })
    }
}
