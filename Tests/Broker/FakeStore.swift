import BrokerEngine
import Mesh
import MeshProtocol

/// A store in dictionaries, for what is asked of it beside messages.
final class FakeStore: MeshRecords, SharedRecords, AuditRecords {
    struct NotThere: Error {}

    var meshRecords: [MeshID: BrokerMesh] = [:]
    var memberRecords: [MemberID: BrokerMember] = [:]
    var invites: [InviteRecord] = []
    var saved: [MemberID: SavedPresence] = [:]
    var webhooks: [WebhookRecord] = []
    var state: [String: StateEntry] = [:]
    var memories: [MemoryRecord] = []
    var log: [AuditEvent] = []
    /// What every question is answered, where it is set.
    var failure: SkeinError?

    /// The types of what the log holds, without coming and going.
    var events: [String] { log.map(\.type).filter { !$0.hasPrefix("peer_") } }

    func meshes() throws -> [BrokerMesh] { Array(meshRecords.values) }
    func members() throws -> [BrokerMember] { Array(memberRecords.values) }
    func ensure(_ mesh: BrokerMesh, founder: BrokerMember) throws {
        meshRecords[mesh.id] = mesh
        memberRecords[founder.id] = founder
    }
    func update(_ mesh: BrokerMesh) throws { meshRecords[mesh.id] = mesh }
    func add(_ member: BrokerMember) throws { memberRecords[member.id] = member }
    func update(_ member: BrokerMember) throws { memberRecords[member.id] = member }

    func keepInvite(_ invite: InviteRecord) throws { invites.append(invite) }
    func invite(tokenHash: String) throws -> InviteRecord? { throw NotThere() }
    func invites(of mesh: MeshID) throws -> [InviteRecord] { invites.filter { $0.mesh == mesh } }
    func spendInvite(_ id: String) throws -> Bool { throw NotThere() }
    func revokeInvite(_ id: String, at now: Moment) throws {
        for index in invites.indices where invites[index].id == id {
            invites[index].revokedAt = now
        }
    }

    func savePresence(_ presence: SavedPresence) throws { saved[presence.member] = presence }
    func savedPresence(of member: MemberID) throws -> SavedPresence? { saved[member] }

    func keepWebhook(_ webhook: WebhookRecord) throws { webhooks.append(webhook) }
    func webhooks(of mesh: MeshID) throws -> [WebhookRecord] {
        webhooks.filter { $0.mesh == mesh }
    }
    func removeWebhook(_ name: String, of mesh: MeshID) throws -> Bool {
        let count = webhooks.count
        webhooks.removeAll { $0.name == name && $0.mesh == mesh }
        return webhooks.count < count
    }

    func setState(_ entry: StateEntry, in mesh: MeshID) throws { state[entry.key] = entry }
    func state(_ key: String, in mesh: MeshID) throws -> StateEntry? { state[key] }
    func states(in mesh: MeshID) throws -> [StateEntry] {
        state.values.sorted { $0.key < $1.key }
    }

    func remember(_ memory: MemoryRecord, in mesh: MeshID) throws { memories.append(memory) }
    func recall(_ query: String, in mesh: MeshID, limit: Int) throws -> [MemoryRecord] {
        Array(memories.filter { $0.content.contains(query) }.prefix(limit))
    }
    func forget(memory id: String, in mesh: MeshID) throws -> Bool {
        let count = memories.count
        memories.removeAll { $0.id == id }
        return memories.count < count
    }
    func memoryCount(in mesh: MeshID) throws -> Int { memories.count }

    func audit(_ event: AuditEvent) throws { log.append(event) }
    func audits(in mesh: MeshID, type: String?, offset: Int, limit: Int) throws -> AuditPage {
        let all = log.enumerated().filter { type == nil || $0.element.type == type }.reversed()
        return AuditPage(
            entries: all.dropFirst(offset).prefix(limit).map {
                AuditEntry(number: $0.offset + 1, event: $0.element, hash: "")
            }, total: all.count)
    }
    func verifyAudit(of mesh: MeshID) throws -> AuditVerdict {
        AuditVerdict(entries: log.count, brokenAt: nil)
    }
}

extension FakeStore: MessageRecords {
    func keep(_ message: NewMessage) throws -> KeepOutcome { throw NotThere() }
    func queued(
        in mesh: MeshID, for addresses: [String], priorities: [MessagePriority], limit: Int
    ) throws -> [QueuedMessage] { [] }
    func note(_ notes: [DeliveryNote]) throws { throw NotThere() }
    func message(_ id: String, in mesh: MeshID) throws -> MessageReport? { throw NotThere() }
    func expire(at now: Moment, limit: Int) throws -> [EndedDelivery] { throw NotThere() }
    func expire(queueOf address: String, in mesh: MeshID, at now: Moment) throws
        -> [EndedDelivery]
    { throw NotThere() }
    func forgetMessages(before moment: Moment, limit: Int) throws -> Int { throw NotThere() }
    func queueDepth() throws -> (count: Int, oldest: Moment?) { (0, nil) }
    func keepSession(_ session: SessionRecord) throws {}
    func session(_ key: String, in mesh: MeshID) throws -> SessionRecord? { nil }
    func endedSessions(of member: MemberID) throws -> [SessionRecord] { [] }
    func forgetSessions(before moment: Moment) throws {}
}
