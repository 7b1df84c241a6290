import BrokerEngine
import Mesh
import MeshProtocol

@testable import Broker

/// A store in memory, for one thread: what it holds is there as if it were on a disk, and work that
/// throws leaves it as it was.
final class MemoryStore: @unchecked Sendable {
    struct Row: Sendable {
        var message: NewMessage
        var deliveries: [DeliveryReport]
    }

    struct Records: Sendable {
        var rows: [MessageNumber: Row] = [:]
        var last: MessageNumber = 0
        var dedupe: [String: MessageNumber] = [:]
        /// What waits, by mesh and address.
        var queue: [String: [MessageNumber]] = [:]
        var sessions: [String: SessionRecord] = [:]
        var audits: [AuditEvent] = []
    }

    private(set) var records = Records()
    /// While it is set every work fails with it.
    var trouble: SkeinError?

    /// As a broker's queue of work does it: several together, or each alone.
    func run(_ works: [StoreWork]) -> [StoreWork.Completion] {
        works.map { work in
            if let trouble { return work.failed(trouble) }
            let before = records
            do {
                return try work.run(self)
            } catch {
                records = before
                return work.failed(
                    error as? SkeinError ?? SkeinError(.internal, String(describing: error)))
            }
        }
    }

    static func slot(_ mesh: MeshID, _ address: String) -> String { mesh.rawValue + " " + address }

    struct Missing: Error {}
}

extension MemoryStore: MessageRecords {
    func keep(_ message: NewMessage) throws -> KeepOutcome {
        let key = message.dedupeKey.map { message.sender.rawValue + " " + $0 }
        if let key, let number = records.dedupe[key], let row = records.rows[number] {
            return .duplicate(number, id: row.message.id)
        }
        records.last += 1
        let number = records.last
        records.rows[number] = Row(
            message: message,
            deliveries: message.recipients.map {
                DeliveryReport(
                    address: $0.address, member: $0.member, times: [.stored: message.createdAt],
                    reason: nil, isQueued: true)
            })
        for recipient in message.recipients {
            records.queue[Self.slot(message.mesh, recipient.address), default: []].append(number)
        }
        if let key { records.dedupe[key] = number }
        return .kept(number)
    }

    func queued(
        in mesh: MeshID, for addresses: [String], priorities: [MessagePriority], limit: Int
    ) throws -> [QueuedMessage] {
        let found = addresses.flatMap { address in
            (records.queue[Self.slot(mesh, address)] ?? []).compactMap { number in
                records.rows[number].map { queued($0.message, number, address) }
            }
        }
        return Array(
            found.filter { priorities.contains($0.priority) }
                .sorted { ($0.priority, $0.delivery.message) < ($1.priority, $1.delivery.message) }
                .prefix(limit))
    }

    private func queued(
        _ message: NewMessage, _ number: MessageNumber, _ address: String
    ) -> QueuedMessage {
        QueuedMessage(
            delivery: DeliveryID(message: number, address: address), id: message.id,
            sender: message.sender, senderKey: message.senderKey, target: message.target,
            priority: message.priority, nonce: message.nonce, ciphertext: message.ciphertext,
            isUnencrypted: message.isUnencrypted, createdAt: message.createdAt,
            sealedKey: message.recipients.first { $0.address == address }?.sealedKey)
    }

    func note(_ notes: [DeliveryNote]) throws {
        for note in notes {
            let number = note.delivery.message
            guard var row = records.rows[number],
                let index = row.deliveries.firstIndex(where: {
                    $0.address == note.delivery.address
                })
            else { continue }
            if row.deliveries[index].times[note.state] == nil {
                row.deliveries[index].times[note.state] = note.at
            }
            if note.state.isEnd, row.deliveries[index].isQueued {
                row.deliveries[index].isQueued = false
                row.deliveries[index].reason = note.reason
                let slot = Self.slot(row.message.mesh, note.delivery.address)
                records.queue[slot]?.removeAll { $0 == number }
            }
            records.rows[number] = row
        }
    }

    func message(_ id: String, in mesh: MeshID) throws -> MessageReport? {
        records.rows.filter { $0.value.message.id == id && $0.value.message.mesh == mesh }
            .max { $0.key < $1.key }.map { number, row in
                MessageReport(
                    number: number, id: id, sender: row.message.sender,
                    senderKey: row.message.senderKey, target: row.message.target,
                    createdAt: row.message.createdAt, deliveries: row.deliveries)
            }
    }

    func expire(at now: Moment, limit: Int) throws -> [EndedDelivery] {
        try end(at: now) { row, delivery in row.message.expiresAt <= now && delivery.isQueued }
    }

    func expire(queueOf address: String, in mesh: MeshID, at now: Moment) throws -> [EndedDelivery] {
        try end(at: now) { row, delivery in
            row.message.mesh == mesh && delivery.address == address && delivery.isQueued
        }
    }

    private func end(
        at now: Moment, where isOver: (Row, DeliveryReport) -> Bool
    ) throws -> [EndedDelivery] {
        var ended: [EndedDelivery] = []
        for (number, row) in records.rows {
            for delivery in row.deliveries where isOver(row, delivery) {
                let id = DeliveryID(message: number, address: delivery.address)
                try note([DeliveryNote(id, .expired, at: now)])
                ended.append(
                    EndedDelivery(
                        delivery: id, messageID: row.message.id, mesh: row.message.mesh,
                        sender: row.message.sender, senderKey: row.message.senderKey))
            }
        }
        return ended
    }

    func forgetMessages(before moment: Moment, limit: Int) throws -> Int { 0 }

    func queueDepth() throws -> (count: Int, oldest: Moment?) {
        let waiting = records.rows.values.flatMap { row in
            row.deliveries.filter(\.isQueued).map { _ in row.message.createdAt }
        }
        return (waiting.count, waiting.min())
    }

    func keepSession(_ session: SessionRecord) throws {
        records.sessions[Self.slot(session.mesh, session.key)] = session
    }

    func session(_ key: String, in mesh: MeshID) throws -> SessionRecord? {
        records.sessions[Self.slot(mesh, key)]
    }

    func endedSessions(of member: MemberID) throws -> [SessionRecord] {
        records.sessions.values.filter {
            $0.member == member && $0.endedAt != nil && $0.speaksSkein
        }
    }

    func openSessions() throws -> [SessionRecord] {
        records.sessions.values.filter { $0.endedAt == nil }
    }

    func forgetSessions(before moment: Moment) throws {}
}

extension MemoryStore: AuditRecords {
    func audit(_ event: AuditEvent) throws { records.audits.append(event) }
    func audits(in mesh: MeshID, type: String?, offset: Int, limit: Int) throws -> AuditPage {
        throw Missing()
    }
    func verifyAudit(of mesh: MeshID) throws -> AuditVerdict { throw Missing() }
}

extension MemoryStore: MeshRecords {
    func meshes() throws -> [BrokerMesh] { throw Missing() }
    func members() throws -> [BrokerMember] { throw Missing() }
    func ensure(_ mesh: BrokerMesh, founder: BrokerMember) throws { throw Missing() }
    func update(_ mesh: BrokerMesh) throws { throw Missing() }
    func add(_ member: BrokerMember) throws { throw Missing() }
    func update(_ member: BrokerMember) throws { throw Missing() }
    func keepInvite(_ invite: InviteRecord) throws { throw Missing() }
    func invite(tokenHash: String) throws -> InviteRecord? { throw Missing() }
    func invites(of mesh: MeshID) throws -> [InviteRecord] { throw Missing() }
    func spendInvite(_ id: String) throws -> Bool { throw Missing() }
    func revokeInvite(_ id: String, at now: Moment) throws { throw Missing() }
    func savePresence(_ presence: SavedPresence) throws {}
    func savedPresence(of member: MemberID) throws -> SavedPresence? { nil }
    func keepWebhook(_ webhook: WebhookRecord) throws { throw Missing() }
    func webhooks(of mesh: MeshID) throws -> [WebhookRecord] { throw Missing() }
    func removeWebhook(_ name: String, of mesh: MeshID) throws -> Bool { throw Missing() }
}

extension MemoryStore: SharedRecords {
    func setState(_ entry: StateEntry, in mesh: MeshID) throws { throw Missing() }
    func state(_ key: String, in mesh: MeshID) throws -> StateEntry? { throw Missing() }
    func states(in mesh: MeshID) throws -> [StateEntry] { throw Missing() }
    func remember(_ memory: MemoryRecord, in mesh: MeshID) throws { throw Missing() }
    func recall(_ query: String, in mesh: MeshID, limit: Int) throws -> [MemoryRecord] {
        throw Missing()
    }
    func forget(memory id: String, in mesh: MeshID) throws -> Bool { throw Missing() }
    func memoryCount(in mesh: MeshID) throws -> Int { throw Missing() }
}
