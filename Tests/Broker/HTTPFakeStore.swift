import BrokerEngine
import Mesh
import MeshProtocol
import Synchronization

/// A store in memory, as far as the pages need one: all or nothing, one after another.
final class HTTPFakeStore: BrokerStore {
    struct Contents: Sendable {
        var meshes: [MeshID: BrokerMesh] = [:]
        var members: [MemberID: BrokerMember] = [:]
        var invites: [String: InviteRecord] = [:]
        var webhooks: [WebhookRecord] = []
        var presences: [MemberID: SavedPresence] = [:]
        var audits: [AuditEvent] = []
        var queue: (count: Int, oldest: Moment?) = (0, nil)
    }

    let contents: Mutex<Contents>
    /// What every transaction ends with, after its work.
    let failure = Mutex<SkeinError?>(nil)

    init(_ contents: Contents = Contents()) { self.contents = Mutex(contents) }

    func perform<Value: Sendable>(
        _ work: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws(SkeinError) -> Value {
        do {
            return try performNow(work)
        } catch let error as SkeinError {
            throw error
        } catch {
            throw SkeinError(.internal, "\(error)")
        }
    }

    func performNow<Value>(_ work: (any StoreTransaction) throws -> Value) throws -> Value {
        let transaction = FakeTransaction(contents.withLock { $0 })
        let value = try work(transaction)
        if let error = failure.withLock({ $0 }) { throw error }
        contents.withLock { $0 = transaction.contents }
        return value
    }

    func backUp(to path: String) async throws(SkeinError) {}
    func close() {}
}

private final class FakeTransaction {
    var contents: HTTPFakeStore.Contents

    init(_ contents: HTTPFakeStore.Contents) { self.contents = contents }
}

extension FakeTransaction: MeshRecords {
    func meshes() throws -> [BrokerMesh] { Array(contents.meshes.values) }
    func members() throws -> [BrokerMember] { Array(contents.members.values) }
    func ensure(_ mesh: BrokerMesh, founder: BrokerMember) throws {
        contents.meshes[mesh.id] = mesh
        contents.members[founder.id] = founder
    }
    func update(_ mesh: BrokerMesh) throws { contents.meshes[mesh.id] = mesh }
    func add(_ member: BrokerMember) throws {
        let isThere = contents.members.values.contains {
            $0.mesh == member.mesh && $0.publicKey == member.publicKey
        }
        if isThere { throw SkeinError(.internal, "UNIQUE constraint failed") }
        contents.members[member.id] = member
    }
    func update(_ member: BrokerMember) throws { contents.members[member.id] = member }
    func keepInvite(_ invite: InviteRecord) throws { contents.invites[invite.tokenHash] = invite }
    func invite(tokenHash: String) throws -> InviteRecord? { contents.invites[tokenHash] }
    func invites(of mesh: MeshID) throws -> [InviteRecord] {
        contents.invites.values.filter { $0.mesh == mesh }
    }
    func spendInvite(_ id: String) throws -> Bool {
        guard let (token, invite) = contents.invites.first(where: { $0.value.id == id }),
            invite.uses < invite.maxUses
        else { return false }
        contents.invites[token]?.uses += 1
        return true
    }
    func revokeInvite(_ id: String, at now: Moment) throws {}
    func savePresence(_ presence: SavedPresence) throws {}
    func savedPresence(of member: MemberID) throws -> SavedPresence? { contents.presences[member] }
    func keepWebhook(_ webhook: WebhookRecord) throws { contents.webhooks.append(webhook) }
    func webhooks(of mesh: MeshID) throws -> [WebhookRecord] {
        contents.webhooks.filter { $0.mesh == mesh }
    }
    func removeWebhook(_ name: String, of mesh: MeshID) throws -> Bool { false }
}

extension FakeTransaction: MessageRecords {
    func keep(_ message: NewMessage) throws -> KeepOutcome { .queueFull }
    func queued(
        in mesh: MeshID, for addresses: [String], priorities: [MessagePriority], limit: Int
    ) throws -> [QueuedMessage] { [] }
    func note(_ notes: [DeliveryNote]) throws {}
    func message(_ id: String, in mesh: MeshID) throws -> MessageReport? { nil }
    func expire(at now: Moment, limit: Int) throws -> [EndedDelivery] { [] }
    func expire(queueOf address: String, in mesh: MeshID, at now: Moment) throws
        -> [EndedDelivery]
    { [] }
    func forgetMessages(before moment: Moment, limit: Int) throws -> Int { 0 }
    func queueDepth() throws -> (count: Int, oldest: Moment?) { contents.queue }
    func keepSession(_ session: SessionRecord) throws {}
    func session(_ key: String, in mesh: MeshID) throws -> SessionRecord? { nil }
    func endedSessions(of member: MemberID) throws -> [SessionRecord] { [] }
    func openSessions() throws -> [SessionRecord] { [] }
    func forgetSessions(before moment: Moment) throws {}
}

extension FakeTransaction: SharedRecords, AuditRecords {
    func setState(_ entry: StateEntry, in mesh: MeshID) throws {}
    func state(_ key: String, in mesh: MeshID) throws -> StateEntry? { nil }
    func states(in mesh: MeshID) throws -> [StateEntry] { [] }
    func remember(_ memory: MemoryRecord, in mesh: MeshID) throws {}
    func recall(_ query: String, in mesh: MeshID, limit: Int) throws -> [MemoryRecord] { [] }
    func forget(memory id: String, in mesh: MeshID) throws -> Bool { false }
    func memoryCount(in mesh: MeshID) throws -> Int { 0 }
    func audit(_ event: AuditEvent) throws { contents.audits.append(event) }
    func audits(in mesh: MeshID, type: String?, offset: Int, limit: Int) throws -> AuditPage {
        AuditPage(entries: [], total: 0)
    }
    func verifyAudit(of mesh: MeshID) throws -> AuditVerdict {
        AuditVerdict(entries: 0, brokenAt: nil)
    }
}
