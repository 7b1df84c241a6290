import Mesh
import MeshProtocol
import Session

/// Which of the joined meshes are looked at.
public enum MeshScope: Hashable, Sendable {
    case one(MeshID)
    /// All of them together.
    case all
}

extension DashboardState {
    /// The meshes that are looked at, in the order they were given.
    public var meshesInSight: [Membership] {
        switch scope {
        case .one(let id): meshes.filter { $0.mesh == id }
        case .all: meshes
        }
    }

    func isInSight(_ mesh: MeshID) -> Bool {
        switch scope {
        case .one(let id): id == mesh
        case .all: true
        }
    }

    func membership(of mesh: MeshID) -> Membership? { meshes.first { $0.mesh == mesh } }

    /// What is shown of a mesh: how it is, or how it was at the moment that is looked at.
    public func presence(of mesh: MeshID) -> Presence? {
        isLive ? session.meshes[mesh] : replay?.meshes[mesh]
    }

    /// The peers of a mesh in sight have come.
    var isKnown: Bool { meshesInSight.contains { presence(of: $0.mesh)?.isKnown ?? false } }

    /// A peer with what its mesh is called.
    func meshPeer(_ peer: Peer, in mesh: MeshID) -> MeshPeer {
        MeshPeer(peer, in: mesh, called: membership(of: mesh)?.slug ?? "")
    }

    /// Whether what is shown of a mesh is told as it happens.
    func isLinked(_ mesh: MeshID) -> Bool { presence(of: mesh)?.link == .live }
}
