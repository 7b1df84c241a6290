/// Which peer of which mesh. A broker answers for its own mesh alone, so a peer's id names it only
/// together with the mesh.
public struct PeerKey: Hashable, Sendable, Codable, Comparable {
    public var mesh: MeshID
    /// `Peer.id`.
    public var id: String

    public init(_ id: String, in mesh: MeshID) {
        self.mesh = mesh
        self.id = id
    }

    public static func < (left: PeerKey, right: PeerKey) -> Bool {
        left.id == right.id ? left.mesh.rawValue < right.mesh.rawValue : left.id < right.id
    }

    /// The id first: it tells most peers apart.
    public static func == (left: PeerKey, right: PeerKey) -> Bool {
        left.id == right.id && left.mesh == right.mesh
    }
}

/// A peer, and the mesh it is a peer of.
public struct MeshPeer: Hashable, Sendable, Identifiable {
    public var mesh: MeshID
    /// The mesh as it is typed; empty where that means nothing.
    public var slug: String
    public var peer: Peer

    public init(_ peer: Peer, in mesh: MeshID, called slug: String = "") {
        self.peer = peer
        self.mesh = mesh
        self.slug = slug
    }

    public var id: PeerKey { PeerKey(peer.id, in: mesh) }
}
