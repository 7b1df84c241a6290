import BrokerEngine
import GRDB
import Mesh
import MeshProtocol

private func notYet<T>() throws -> T { throw SkeinError(.internal, "not yet") }

extension BrokerTransaction: MessageRecords {
    func keep(_ message: NewMessage) throws -> KeepOutcome { try notYet() }
    func queued( in mesh: MeshID, for addresses: [String], priorities: [MessagePriority], limit: Int ) throws -> [QueuedMessage] { try notYet() }
    func note(_ notes: [DeliveryNote]) throws { let _: Int = try notYet() }
    func message(_ id: String, in mesh: MeshID) throws -> MessageReport? { try notYet() }
    func expire(at now: Moment, limit: Int) throws -> [EndedDelivery] { try notYet() }
    func expire(queueOf address: String, in mesh: MeshID, at now: Moment) throws -> [EndedDelivery] { try notYet() }
    func forgetMessages(before moment: Moment, limit: Int) throws -> Int { try notYet() }
    func queueDepth() throws -> (count: Int, oldest: Moment?) { try notYet() }
    func keepSession(_ session: SessionRecord) throws { let _: Int = try notYet() }
    func session(_ key: String, in mesh: MeshID) throws -> SessionRecord? { try notYet() }
    func endedSessions(of member: MemberID) throws -> [SessionRecord] { try notYet() }
    func forgetSessions(before moment: Moment) throws { let _: Int = try notYet() }
}

extension BrokerTransaction {
    func update(_ mesh: BrokerMesh) throws { let _: Int = try notYet() }
    func add(_ member: BrokerMember) throws { let _: Int = try notYet() }
    func update(_ member: BrokerMember) throws { let _: Int = try notYet() }
    func keepInvite(_ invite: InviteRecord) throws { let _: Int = try notYet() }
    func invite(token: String) throws -> InviteRecord? { try notYet() }
    func invites(of mesh: MeshID) throws -> [InviteRecord] { try notYet() }
    func spendInvite(_ id: String) throws -> Bool { try notYet() }
    func revokeInvite(_ id: String, at now: Moment) throws { let _: Int = try notYet() }
    func savePresence(_ presence: SavedPresence) throws {}
    func savedPresence(of member: MemberID) throws -> SavedPresence? { nil }
    func keepWebhook(_ webhook: WebhookRecord) throws { let _: Int = try notYet() }
    func webhooks(of mesh: MeshID) throws -> [WebhookRecord] { try notYet() }
    func removeWebhook(_ name: String, of mesh: MeshID) throws -> Bool { try notYet() }
}

extension BrokerTransaction: SharedRecords {
    func setState(_ entry: StateEntry, in mesh: MeshID) throws { let _: Int = try notYet() }
    func state(_ key: String, in mesh: MeshID) throws -> StateEntry? { try notYet() }
    func states(in mesh: MeshID) throws -> [StateEntry] { try notYet() }
    func remember(_ memory: MemoryRecord, in mesh: MeshID) throws { let _: Int = try notYet() }
    func recall(_ query: String, in mesh: MeshID, limit: Int) throws -> [MemoryRecord] { try notYet() }
    func forget(memory id: String, in mesh: MeshID) throws -> Bool { try notYet() }
    func memoryCount(in mesh: MeshID) throws -> Int { try notYet() }
}

extension BrokerTransaction: AuditRecords {
    func audit(_ event: AuditEvent) throws {}
    func audits(in mesh: MeshID, type: String?, offset: Int, limit: Int) throws -> AuditPage { try notYet() }
    func verifyAudit(of mesh: MeshID) throws -> AuditVerdict { try notYet() }
}
