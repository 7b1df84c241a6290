import Mesh
import MeshProtocol

/// What is known now of the peers of one mesh, as its broker tells it.
public struct Presence: Equatable, Sendable {
    public private(set) var peers: [String: Peer] = [:]
    public var link: LinkState = .connecting
    /// False until the first snapshot has come: no peers known is not the same as no peers.
    public private(set) var isKnown = false

    public init() {}

    public mutating func take(_ event: RelayEvent) {
        switch event {
        case .snapshot(let all):
            peers = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
            isKnown = true
        case .changed(let changes):
            for peer in changes.joined + changes.updated { peers[peer.id] = peer }
            for id in changes.left { peers[id] = nil }
        case .link(let state):
            link = state
        case .mail, .receipt, .state, .happened: break
        }
    }

    /// In a stable order: by name, then by when they came, then by key.
    public var inOrder: [Peer] {
        peers.values.sorted {
            ($0.name.lowercased(), $0.connectedAt, $0.id)
                < ($1.name.lowercased(), $1.connectedAt, $1.id)
        }
    }
}
