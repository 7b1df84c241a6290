import BrokerEngine
import Mesh

/// The meshes of this broker and who belongs to them, as they are on disk.
struct Roster: Sendable {
    private var meshes: [MeshID: BrokerMesh] = [:]
    private var members: [MeshID: [String: BrokerMember]] = [:]
    private var keys: [MemberID: String] = [:]
    private var changed: Set<MeshID> = []

    init(meshes: [BrokerMesh] = [], members: [BrokerMember] = []) {
        for mesh in meshes { put(mesh) }
        for member in members { put(member) }
        changed = []
    }

    /// Meshes that changed since this was asked last.
    mutating func takeChanges() -> Set<MeshID> {
        defer { changed = [] }
        return changed
    }

    mutating func put(_ mesh: BrokerMesh) {
        meshes[mesh.id] = mesh
        changed.insert(mesh.id)
    }

    mutating func put(_ member: BrokerMember) {
        members[member.mesh, default: [:]][member.publicKey.hex] = member
        keys[member.id] = member.publicKey.hex
        changed.insert(member.mesh)
    }

    func mesh(_ id: MeshID) -> BrokerMesh? { meshes[id] }

    /// Keys are compared as they are written: lower case.
    func member(_ mesh: MeshID, key: String) -> BrokerMember? { members[mesh]?[key] }

    func member(_ mesh: MeshID, id: MemberID) -> BrokerMember? {
        keys[id].flatMap { members[mesh]?[$0] }
    }

    /// Who made the mesh, and whom nobody puts out of it: who has its key, or, where that key is
    /// no member's, who joined first.
    func isOwner(_ member: BrokerMember) -> Bool {
        guard let mesh = meshes[member.mesh] else { return false }
        if member.publicKey == mesh.ownerKey { return true }
        return self.member(mesh.id, key: mesh.ownerKey.hex) == nil
            && members(of: mesh.id).first?.id == member.id
    }

    /// Those put out included, in the order of joining.
    func members(of mesh: MeshID) -> [BrokerMember] {
        (members[mesh] ?? [:]).values.sorted {
            ($0.joinedAt, $0.id.rawValue) < ($1.joinedAt, $1.id.rawValue)
        }
    }
}
