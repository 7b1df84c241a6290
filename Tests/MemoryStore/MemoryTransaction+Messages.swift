import BrokerEngine
import Mesh
import MeshProtocol

extension MemoryTransaction: MessageRecords {
    typealias Place = MemoryContents.Place

    func keep(_ message: NewMessage) throws -> KeepOutcome {
        let key = message.dedupeKey.map {
            MemoryContents.DedupeKey(mesh: message.mesh, sender: message.sender, key: $0)
        }
        if let number = key.flatMap({ contents.kept[$0] }), let known = contents.mail[number] {
            return .duplicate(number, id: known.message.id)
        }
        var message = message
        if message.recipients.count > 1 {
            var seen: Set<String> = []
            message.recipients.removeAll { !seen.insert($0.address).inserted }
        }
        let bytes = message.queuedBytes * message.recipients.count
        let waiting = contents.queueBytes[message.mesh] ?? 0
        if bytes > 0, let limit = message.queueLimit, waiting + bytes > limit { return .queueFull }
        set(\.queueBytes, message.mesh, waiting + bytes)
        let number = nextNumber()
        let deliveries = message.recipients.map {
            DeliveryReport(
                address: $0.address, member: $0.member, times: [.stored: message.createdAt],
                reason: nil, isQueued: true)
        }
        set(\.mail, number, MemoryContents.Mail(message: message, deliveries: deliveries))
        for recipient in message.recipients {
            let place = Place(message.mesh, recipient.address)
            set(\.queues, place, (contents.queues[place] ?? []) + [number])
        }
        if let key { set(\.kept, key, number) }
        return .kept(number)
    }

    func queued(
        in mesh: MeshID, for addresses: [String], priorities: [MessagePriority], limit: Int
    ) throws -> [QueuedMessage] {
        var found: [QueuedMessage] = []
        for address in Set(addresses) {
            for number in contents.queues[Place(mesh, address)] ?? [] {
                guard let mail = contents.mail[number],
                    priorities.contains(mail.message.priority)
                else { continue }
                found.append(mail.queued(DeliveryID(message: number, address: address)))
            }
        }
        if found.count > 1 {
            found.sort {
                ($0.priority, $0.delivery.message, $0.delivery.address)
                    < ($1.priority, $1.delivery.message, $1.delivery.address)
            }
        }
        return Array(found.prefix(max(0, limit)))
    }

    func note(_ notes: [DeliveryNote]) throws {
        for note in notes { take(note) }
    }

    func message(_ id: String, in mesh: MeshID) throws -> MessageReport? {
        let found = contents.mail.filter { $1.message.id == id && $1.message.mesh == mesh }
        return found.max { $0.key < $1.key }.map { number, mail in
            MessageReport(
                number: number, id: id, sender: mail.message.sender,
                senderKey: mail.message.senderKey, target: mail.message.target,
                createdAt: mail.message.createdAt,
                deliveries: mail.deliveries.sorted { $0.address < $1.address })
        }
    }

    func expire(at now: Moment, limit: Int) throws -> [EndedDelivery] {
        let late = contents.mail.filter { $1.message.expiresAt <= now && $1.isWaiting }
            .sorted { ($0.value.message.expiresAt, $0.key) < ($1.value.message.expiresAt, $1.key) }
        let deliveries = late.flatMap { number, mail in
            mail.deliveries.filter(\.isQueued).map {
                DeliveryID(message: number, address: $0.address)
            }
        }
        return deliveries.prefix(max(0, limit)).compactMap { expire($0, at: now) }
    }

    func expire(
        queueOf address: String, in mesh: MeshID, at now: Moment
    ) throws -> [EndedDelivery] {
        (contents.queues[Place(mesh, address)] ?? []).compactMap {
            expire(DeliveryID(message: $0, address: address), at: now)
        }
    }

    private func expire(_ delivery: DeliveryID, at now: Moment) -> EndedDelivery? {
        take(DeliveryNote(delivery, .expired, at: now)).map { message in
            EndedDelivery(
                delivery: delivery, messageID: message.id, mesh: message.mesh,
                sender: message.sender, senderKey: message.senderKey)
        }
    }

    /// The message, where its delivery ends with this.
    @discardableResult
    private func take(_ note: DeliveryNote) -> NewMessage? {
        let number = note.delivery.message
        guard var mail = contents.mail[number],
            let index = mail.deliveries.firstIndex(where: { $0.address == note.delivery.address })
        else { return nil }
        var delivery = mail.deliveries[index]
        let ends = note.state.isEnd && delivery.isQueued
        guard ends || (!note.state.isEnd && delivery.times[note.state] == nil) else { return nil }
        delivery.times[note.state] = note.at
        if ends {
            delivery.isQueued = false
            delivery.reason = note.reason
        }
        mail.deliveries[index] = delivery
        set(\.mail, number, mail)
        guard ends else { return nil }
        let place = Place(mail.message.mesh, delivery.address)
        let rest = (contents.queues[place] ?? []).filter { $0 != number }
        set(\.queues, place, rest.isEmpty ? nil : rest)
        let waiting = contents.queueBytes[mail.message.mesh] ?? 0
        set(\.queueBytes, mail.message.mesh, waiting - mail.message.queuedBytes)
        return mail.message
    }

    func forgetMessages(before moment: Moment, limit: Int) throws -> Int {
        let old = contents.mail.filter { $1.message.createdAt < moment && !$1.isWaiting }
            .sorted { $0.value.message.createdAt < $1.value.message.createdAt }
            .prefix(max(0, limit))
        for (number, mail) in old {
            set(\.mail, number, nil)
            guard let key = mail.message.dedupeKey else { continue }
            set(
                \.kept,
                MemoryContents.DedupeKey(
                    mesh: mail.message.mesh, sender: mail.message.sender, key: key), nil)
        }
        return old.count
    }

    func queueDepth() throws -> (count: Int, oldest: Moment?) {
        let numbers = contents.queues.values.flatMap { $0 }
        return (numbers.count, numbers.compactMap { contents.mail[$0]?.message.createdAt }.min())
    }
}

extension MemoryContents.Mail {
    fileprivate var isWaiting: Bool { deliveries.contains(where: \.isQueued) }

    fileprivate func queued(_ delivery: DeliveryID) -> QueuedMessage {
        QueuedMessage(
            delivery: delivery, id: message.id, sender: message.sender,
            senderKey: message.senderKey, target: message.target, priority: message.priority,
            nonce: message.nonce, ciphertext: message.ciphertext,
            isUnencrypted: message.isUnencrypted, createdAt: message.createdAt,
            sealedKey: message.recipients.first { $0.address == delivery.address }?.sealedKey)
    }
}
