import BrokerEngine
import GRDB
import Mesh
import MeshProtocol

extension BrokerTransaction: MessageRecords {
    func keep(_ message: NewMessage) throws -> KeepOutcome {
        let recipients = Self.each(message.recipients)
        let count = Int64(recipients.count)
        let size = Int64(message.queuedBytes)
        guard try enqueue(count, count * size, of: message) else {
            return try duplicate(of: message) ?? .queueFull
        }
        // Nobody waits for the body of a message to nobody.
        let isOpen = count > 0
        try db.run(
            """
            INSERT INTO message (mesh, id, dedupeKey, sender, senderKey, target, priority,
                isUnencrypted, createdAt, expiresAt, size, waiting, nonce, ciphertext)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                message.mesh.rawValue, message.id, message.dedupeKey, message.sender.rawValue,
                message.senderKey, message.target, message.priority.rank, message.isUnencrypted,
                message.createdAt.milliseconds, message.expiresAt.milliseconds, size, count,
                isOpen ? message.nonce : "", isOpen ? message.ciphertext : "",
            ])
        guard db.changesCount > 0 else {
            try dequeue(count, count * size, of: message.mesh.rawValue)
            guard let known = try duplicate(of: message) else {
                throw SkeinError(.internal, "a message was neither kept nor known")
            }
            return known
        }
        let number = db.lastInsertedRowID
        for recipient in recipients {
            try db.run(
                "INSERT INTO delivery (message, address, member, sealedKey) VALUES (?, ?, ?, ?)",
                [number, recipient.address, recipient.member.rawValue, recipient.sealedKey])
            try db.run(
                "INSERT INTO queue (mesh, address, priority, message) VALUES (?, ?, ?, ?)",
                [message.mesh.rawValue, recipient.address, message.priority.rank, number])
        }
        return .kept(number)
    }

    /// One for each address, the first.
    private static func each(_ recipients: [Recipient]) -> [Recipient] {
        guard recipients.count > 1 else { return recipients }
        var seen: Set<String> = []
        return recipients.filter { seen.insert($0.address).inserted }
    }

    private func duplicate(of message: NewMessage) throws -> KeepOutcome? {
        guard let key = message.dedupeKey else { return nil }
        return try db.row(
            "SELECT number, id FROM message WHERE dedupeKey = ? AND sender = ? AND mesh = ?",
            [key, message.sender.rawValue, message.mesh.rawValue]
        ).map { .duplicate($0["number"], id: $0["id"]) }
    }

    /// Counts deliveries into their mesh's queue; false where its limit forbids it.
    private func enqueue(
        _ deliveries: Int64, _ bytes: Int64, of message: NewMessage
    ) throws -> Bool {
        if deliveries == 0 { return true }
        let limit = message.queueLimit.map(Int64.init) ?? .max
        guard bytes <= limit else { return false }
        try db.run(
            """
            UPDATE queueSize SET deliveries = deliveries + ?, bytes = bytes + ?
            WHERE mesh = ? AND bytes <= ?
            """,
            [deliveries, bytes, message.mesh.rawValue, limit - bytes])
        if db.changesCount > 0 { return true }
        try db.run(
            """
            INSERT INTO queueSize (mesh, deliveries, bytes) VALUES (?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [message.mesh.rawValue, deliveries, bytes])
        return db.changesCount > 0
    }

    func dequeue(_ deliveries: Int64, _ bytes: Int64, of mesh: String) throws {
        if deliveries == 0 { return }
        try db.run(
            "UPDATE queueSize SET deliveries = deliveries - ?, bytes = bytes - ? WHERE mesh = ?",
            [deliveries, bytes, mesh])
    }

    func queued(
        in mesh: MeshID, for addresses: [String], priorities: [MessagePriority], limit: Int
    ) throws -> [QueuedMessage] {
        var found: [QueuedMessage] = []
        for priority in Set(priorities).sorted() {
            guard found.count < limit else { break }
            let room = limit - found.count
            // The bodies are read only of those that are handed out.
            let next = try Set(addresses).flatMap { address in
                let numbers: [Int64] = try db.values(
                    """
                    SELECT message FROM queue WHERE mesh = ? AND address = ? AND priority = ?
                    ORDER BY message LIMIT ?
                    """,
                    [mesh.rawValue, address, priority.rank, room])
                return numbers.map { DeliveryID(message: $0, address: address) }
            }.sorted { ($0.message, $0.address) < ($1.message, $1.address) }
            for delivery in next.prefix(room) {
                guard let message = try queued(delivery, priority) else { continue }
                found.append(message)
            }
        }
        return found
    }

    private func queued(
        _ delivery: DeliveryID, _ priority: MessagePriority
    ) throws -> QueuedMessage? {
        try db.row(
            """
            SELECT id, sender, senderKey, target, nonce, ciphertext, isUnencrypted, createdAt,
                sealedKey
            FROM message JOIN delivery ON delivery.message = message.number
            WHERE message.number = ? AND delivery.address = ?
            """,
            [delivery.message, delivery.address]
        ).map { row in
            QueuedMessage(
                delivery: delivery, id: row["id"], sender: MemberID(rawValue: row["sender"]),
                senderKey: row["senderKey"], target: row["target"], priority: priority,
                nonce: row["nonce"], ciphertext: row["ciphertext"],
                isUnencrypted: row["isUnencrypted"], createdAt: row.moment("createdAt"),
                sealedKey: row["sealedKey"])
        }
    }

    func forgetMessages(before moment: Moment, limit: Int) throws -> Int {
        let numbers: [Int64] = try db.values(
            """
            SELECT number FROM message WHERE waiting = 0 AND createdAt < ?
            ORDER BY createdAt LIMIT ?
            """,
            [moment.milliseconds, max(limit, 0)])
        for number in numbers {
            try db.run("DELETE FROM delivery WHERE message = ?", [number])
            try db.run("DELETE FROM message WHERE number = ?", [number])
        }
        return numbers.count
    }

    func queueDepth() throws -> (count: Int, oldest: Moment?) {
        let count: Int? = try db.value("SELECT sum(deliveries) FROM queueSize", [])
        let oldest: Int64? = try db.value(
            "SELECT min(createdAt) FROM message WHERE waiting > 0", [])
        return (count ?? 0, oldest.map { Moment(milliseconds: $0) })
    }
}
