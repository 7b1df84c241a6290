import Mesh
import MeshProtocol

/// What is known of the peers of one mesh, as its broker tells it.
public struct Presence: Equatable, Sendable {
    public private(set) var peers: [String: Peer] = [:]
    public private(set) var link: LinkState = .connecting
    /// When it came to be so; nil before the first word of it.
    public private(set) var linkSince: Moment?
    /// When it went from live to anything else; nil while it is live, and where it never was.
    public private(set) var offlineSince: Moment?
    /// False until the first snapshot has come: no peers known is not the same as no peers.
    public private(set) var isKnown = false

    /// What lies in the relay for the mesh.
    public private(set) var mail = MailCounts()

    public init() {}

    /// `moment` is when the event came.
    public mutating func take(_ event: RelayEvent, at moment: Moment) {
        switch event {
        case .snapshot(let all):
            peers = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
            isKnown = true
        case .changed(let changes):
            for peer in changes.joined + changes.updated { peers[peer.id] = peer }
            for id in changes.left { peers[id] = nil }
        case .link(let state):
            if !state.isSame(as: link) { linkSince = moment }
            if state == .live { offlineSince = nil } else if link == .live { offlineSince = moment }
            link = state
        case .mail(let counts): mail = counts
        case .receipt, .state, .happened: break
        }
    }

    /// A copy with other peers, as they were at another time.
    public func showing(_ peers: [Peer], link: LinkState) -> Presence {
        var past = self
        past.peers = Dictionary(peers.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        past.link = link
        past.isKnown = true
        return past
    }

    /// In a stable order: by name, then by when they came, then by key.
    public var inOrder: [Peer] {
        peers.values.sorted {
            ($0.name.lowercased(), $0.connectedAt, $0.id)
                < ($1.name.lowercased(), $1.connectedAt, $1.id)
        }
    }
}

extension LinkState {
    /// A next try for the same reason is nothing new.
    public func isSame(as other: LinkState) -> Bool {
        switch (self, other) {
        case (.retrying(let reason, _), .retrying(let before, _)): reason == before
        default: self == other
        }
    }
}
