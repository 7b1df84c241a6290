import Database
import Mesh

/// The meshes of this broker and who belongs to them, as they are on disk.
struct Roster: Sendable {
    private var meshes: [MeshID: BrokerMesh] = [:]
    private var members: [MeshID: [String: BrokerMember]] = [:]

    init(meshes: [BrokerMesh] = [], members: [BrokerMember] = []) {
        for mesh in meshes { put(mesh) }
        for member in members { put(member) }
    }

    mutating func put(_ mesh: BrokerMesh) { meshes[mesh.id] = mesh }

    mutating func put(_ member: BrokerMember) {
        members[member.mesh, default: [:]][member.publicKey.hex] = member
    }

    func mesh(_ id: MeshID) -> BrokerMesh? { meshes[id] }

    /// Keys are compared as they are written: lower case.
    func member(_ mesh: MeshID, key: String) -> BrokerMember? { members[mesh]?[key] }
}
