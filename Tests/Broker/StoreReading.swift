import BrokerEngine
import MemoryStore
import Mesh

@testable import Broker

extension MemoryStore {
    /// As a broker's queue does it.
    func carryOut(_ works: [StoreWork]) -> [StoreWork.Completion] {
        perform(works, { try $0.run($1) }, failed: { $0.failed($1) })
    }

    /// What the tests look up in the log; each of them has one mesh.
    var log: [AuditEvent] { contents.audits.values.flatMap { $0 } }

    /// The types of what the log holds, without coming and going.
    var events: [String] { log.map(\.type).filter { !$0.hasPrefix("peer_") } }

    var invites: [InviteRecord] { Array(contents.invites.values) }

    func member(_ id: MemberID) -> BrokerMember? { contents.members[id] }

    func savedPresence(of member: MemberID) -> SavedPresence? { contents.presences[member] }

    func state(_ key: String, in mesh: MeshID = VerbWorld.mesh) -> StateEntry? {
        contents.states[MemoryContents.Place(mesh, key)]
    }
}
