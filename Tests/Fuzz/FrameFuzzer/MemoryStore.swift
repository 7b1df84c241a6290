import BrokerEngine
import Mesh
import MeshProtocol

@testable import Broker

/// A store in memory: the contract of `BrokerEngine` with as little as it takes. It does what it
/// is asked when the script says so, and forgets what threw.
final class MemoryStore {
    struct Delivery {
        var recipient: Recipient
        var times: [DeliveryState: Moment] = [:]
        var reason: String?
        var isQueued = true
    }

    struct Message {
        var number: MessageNumber
        var message: NewMessage
        var deliveries: [Delivery]
    }

    struct Shelf {
        var meshes: [BrokerMesh] = []
        var members: [BrokerMember] = []
        var invites: [InviteRecord] = []
        var presences: [MemberID: SavedPresence] = [:]
        var webhooks: [WebhookRecord] = []
        var messages: [Message] = []
        var sessions: [SessionRecord] = []
        var states: [MeshID: [String: StateEntry]] = [:]
        var memories: [MeshID: [MemoryRecord]] = [:]
        var audits: [AuditEvent] = []
        var lastNumber: MessageNumber = 0
    }

    var shelf = Shelf()

    func begin(with mesh: BrokerMesh, _ members: [BrokerMember]) {
        shelf.meshes = [mesh]
        shelf.members = members
    }

    /// As the broker's own queue does it: all together, and where one throws each alone.
    func carryOut(_ works: [StoreWork], isFull: Bool) -> [StoreWork.Completion] {
        let before = shelf
        if !isFull, let together = try? works.map({ try $0.run(self) }) { return together }
        shelf = before
        return works.map { work in
            guard !isFull else { return work.failed(SkeinError(.diskFull, "the disk is full")) }
            let before = shelf
            do {
                return try work.run(self)
            } catch {
                shelf = before
                return work.failed(error as? SkeinError ?? SkeinError(.internal, "\(error)"))
            }
        }
    }

    /// The members a push may be shown to; a message is the broker's to name.
    func recipients(of push: PushFrame) -> Set<MemberID> {
        let found = shelf.messages.filter {
            $0.message.ciphertext == push.ciphertext && $0.message.nonce == push.nonce
                && $0.message.priority.rawValue == push.priority
        }
        return Set(found.flatMap(\.deliveries).map(\.recipient.member))
    }
}

extension MemoryStore: MessageRecords {
    func keep(_ message: NewMessage) throws -> KeepOutcome {
        let known = shelf.messages.first {
            $0.message.mesh == message.mesh && $0.message.sender == message.sender
                && $0.message.id == message.id
        }
        if let known { return .duplicate(known.number) }
        let waiting = shelf.messages.filter { $0.message.mesh == message.mesh }.reduce(0) {
            $0 + $1.message.queuedBytes * $1.deliveries.filter(\.isQueued).count
        }
        let more = message.queuedBytes * message.recipients.count
        if let limit = message.queueLimit, waiting + more > limit { return .queueFull }
        shelf.lastNumber += 1
        shelf.messages.append(
            Message(
                number: shelf.lastNumber, message: message,
                deliveries: message.recipients.map {
                    Delivery(recipient: $0, times: [.stored: message.createdAt])
                }))
        return .kept(shelf.lastNumber)
    }

    func queued(
        in mesh: MeshID, for addresses: [String], priorities: [MessagePriority], limit: Int
    ) throws -> [QueuedMessage] {
        let found = shelf.messages.filter {
            $0.message.mesh == mesh && priorities.contains($0.message.priority)
        }
        .sorted { ($0.message.priority, $0.number) < ($1.message.priority, $1.number) }
        .flatMap { kept in
            kept.deliveries.filter { $0.isQueued && addresses.contains($0.recipient.address) }
                .map { queued(kept, $0.recipient) }
        }
        return Array(found.prefix(max(0, limit)))
    }

    private func queued(_ kept: Message, _ recipient: Recipient) -> QueuedMessage {
        QueuedMessage(
            delivery: DeliveryID(message: kept.number, address: recipient.address),
            id: kept.message.id, sender: kept.message.sender, senderKey: kept.message.senderKey,
            target: kept.message.target, priority: kept.message.priority,
            nonce: kept.message.nonce, ciphertext: kept.message.ciphertext,
            isUnencrypted: kept.message.isUnencrypted, createdAt: kept.message.createdAt,
            sealedKey: recipient.sealedKey)
    }

    func note(_ notes: [DeliveryNote]) throws {
        for note in notes {
            guard
                let at = shelf.messages.firstIndex(where: { $0.number == note.delivery.message }),
                let place = shelf.messages[at].deliveries.firstIndex(where: {
                    $0.recipient.address == note.delivery.address
                })
            else { continue }
            let isEnded = !shelf.messages[at].deliveries[place].isQueued
            if note.state.isEnd && isEnded { continue }
            shelf.messages[at].deliveries[place].times[note.state] = note.at
            if note.state.isEnd {
                shelf.messages[at].deliveries[place].isQueued = false
                shelf.messages[at].deliveries[place].reason = note.reason
            }
        }
    }

    func message(_ id: String, in mesh: MeshID) throws -> MessageReport? {
        shelf.messages.last { $0.message.mesh == mesh && $0.message.id == id }.map { kept in
            MessageReport(
                id: id, sender: kept.message.sender, senderKey: kept.message.senderKey,
                target: kept.message.target, createdAt: kept.message.createdAt,
                deliveries: kept.deliveries.map {
                    DeliveryReport(
                        address: $0.recipient.address, member: $0.recipient.member,
                        times: $0.times, reason: $0.reason, isQueued: $0.isQueued)
                })
        }
    }

    func expire(at now: Moment, limit: Int) throws -> [EndedDelivery] {
        expire(at: now, limit: limit) { kept, _ in kept.message.expiresAt <= now }
    }

    func expire(
        queueOf address: String, in mesh: MeshID, at now: Moment
    ) throws -> [EndedDelivery] {
        expire(at: now, limit: .max) {
            $0.message.mesh == mesh && $1.recipient.address == address
        }
    }

    private func expire(
        at now: Moment, limit: Int, where isMeant: (Message, Delivery) -> Bool
    ) -> [EndedDelivery] {
        var ended: [EndedDelivery] = []
        for at in shelf.messages.indices {
            let kept = shelf.messages[at]
            for (place, delivery) in kept.deliveries.enumerated()
            where delivery.isQueued && ended.count < limit && isMeant(kept, delivery) {
                shelf.messages[at].deliveries[place].isQueued = false
                shelf.messages[at].deliveries[place].times[.expired] = now
                ended.append(
                    EndedDelivery(
                        delivery: DeliveryID(
                            message: kept.number, address: delivery.recipient.address),
                        messageID: kept.message.id, mesh: kept.message.mesh,
                        sender: kept.message.sender, senderKey: kept.message.senderKey))
            }
        }
        return ended
    }

    func forgetMessages(before moment: Moment, limit: Int) throws -> Int {
        let old = shelf.messages.filter {
            $0.message.createdAt < moment && $0.deliveries.allSatisfy { !$0.isQueued }
        }.prefix(limit).map(\.number)
        shelf.messages.removeAll { old.contains($0.number) }
        return old.count
    }

    func queueDepth() throws -> (count: Int, oldest: Moment?) {
        let waiting = shelf.messages.filter { $0.deliveries.contains(where: \.isQueued) }
        return (
            waiting.reduce(0) { $0 + $1.deliveries.filter(\.isQueued).count },
            waiting.map(\.message.createdAt).min()
        )
    }

    func keepSession(_ session: SessionRecord) throws {
        shelf.sessions.removeAll { $0.key == session.key && $0.mesh == session.mesh }
        shelf.sessions.append(session)
    }

    func session(_ key: String, in mesh: MeshID) throws -> SessionRecord? {
        shelf.sessions.first { $0.key == key && $0.mesh == mesh }
    }

    func endedSessions(of member: MemberID) throws -> [SessionRecord] {
        shelf.sessions.filter { $0.member == member && $0.speaksSkein && $0.endedAt != nil }
    }

    func forgetSessions(before moment: Moment) throws {
        let mail = Set(
            shelf.messages.flatMap(\.deliveries).filter(\.isQueued).map(\.recipient.address))
        shelf.sessions.removeAll { session in
            session.endedAt.map { $0 < moment } == true && !mail.contains(session.key)
        }
    }
}
