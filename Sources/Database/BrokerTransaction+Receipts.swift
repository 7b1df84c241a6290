import BrokerEngine
import GRDB
import Mesh

/// How deliveries go, and how they end.
extension BrokerTransaction {
    func note(_ notes: [DeliveryNote]) throws {
        for note in notes {
            switch note.state {
            case .stored: break  // Its time is that of the message.
            case .pushed:
                try db.run(
                    """
                    UPDATE delivery SET pushedAt = ?
                    WHERE message = ? AND address = ? AND pushedAt IS NULL
                    """,
                    [note.at.milliseconds, note.delivery.message, note.delivery.address])
            case .shown:
                try db.run(
                    """
                    UPDATE delivery SET shownAt = ?
                    WHERE message = ? AND address = ? AND shownAt IS NULL
                    """,
                    [note.at.milliseconds, note.delivery.message, note.delivery.address])
            case .acked, .delivered, .expired, .refused: try end(note)
            }
        }
    }

    func message(_ id: String, in mesh: MeshID) throws -> MessageReport? {
        guard
            let message = try db.row(
                """
                SELECT number, sender, senderKey, target, createdAt FROM message
                WHERE id = ? AND mesh = ? ORDER BY number DESC LIMIT 1
                """,
                [id, mesh.rawValue])
        else { return nil }
        let createdAt = message.moment("createdAt")
        let number: Int64 = message["number"]
        let deliveries = try db.rows(
            "SELECT * FROM delivery WHERE message = ? ORDER BY address", [number]
        ).map { row in
            var times: [DeliveryState: Moment] = [.stored: createdAt]
            times[.pushed] = row.momentIfAny("pushedAt")
            times[.shown] = row.momentIfAny("shownAt")
            let end: String? = row["endState"]
            if let state = end.flatMap(DeliveryState.init(rawValue:)) {
                times[state] = row.momentIfAny("endedAt")
            }
            return DeliveryReport(
                address: row["address"], member: MemberID(rawValue: row["member"]), times: times,
                reason: row["reason"], isQueued: end == nil)
        }
        return MessageReport(
            number: number, id: id, sender: MemberID(rawValue: message["sender"]),
            senderKey: message["senderKey"], target: message["target"], createdAt: createdAt,
            deliveries: deliveries)
    }

    func expire(at now: Moment, limit: Int) throws -> [EndedDelivery] {
        var ended: [EndedDelivery] = []
        let numbers: [Int64] = try db.values(
            """
            SELECT number FROM message WHERE waiting > 0 AND expiresAt <= ?
            ORDER BY expiresAt LIMIT ?
            """,
            [now.milliseconds, max(limit, 0)])
        for number in numbers where ended.count < limit {
            let addresses: [String] = try db.values(
                "SELECT address FROM delivery WHERE message = ? AND endState IS NULL LIMIT ?",
                [number, limit - ended.count])
            for address in addresses {
                let delivery = DeliveryID(message: number, address: address)
                if let end = try end(DeliveryNote(delivery, .expired, at: now)) {
                    ended.append(end)
                }
            }
        }
        return ended
    }

    func expire(
        queueOf address: String, in mesh: MeshID, at now: Moment
    ) throws -> [EndedDelivery] {
        let numbers: [Int64] = try db.values(
            """
            SELECT message FROM queue WHERE mesh = ? AND address = ? ORDER BY priority, message
            """,
            [mesh.rawValue, address])
        return try numbers.compactMap { number in
            let delivery = DeliveryID(message: number, address: address)
            return try end(DeliveryNote(delivery, .expired, at: now))
        }
    }

    /// Nil where the delivery is not known or has its end.
    @discardableResult
    private func end(_ note: DeliveryNote) throws -> EndedDelivery? {
        let delivery = note.delivery
        try db.run(
            """
            UPDATE delivery SET endState = ?, endedAt = ?, reason = ?, sealedKey = NULL
            WHERE message = ? AND address = ? AND endState IS NULL
            """,
            [
                note.state.rawValue, note.at.milliseconds, note.reason, delivery.message,
                delivery.address,
            ])
        guard db.changesCount > 0,
            let message = try db.row(
                """
                SELECT mesh, id, sender, senderKey, priority, size FROM message WHERE number = ?
                """,
                [delivery.message])
        else { return nil }
        let mesh: String = message["mesh"]
        let priority: Int = message["priority"]
        try db.run(
            """
            DELETE FROM queue WHERE mesh = ? AND address = ? AND priority = ? AND message = ?
            """,
            [mesh, delivery.address, priority, delivery.message])
        try db.run(
            """
            UPDATE message SET waiting = waiting - 1,
                nonce = iif(waiting > 1, nonce, ''), ciphertext = iif(waiting > 1, ciphertext, '')
            WHERE number = ?
            """,
            [delivery.message])
        try dequeue(1, message["size"], of: mesh)
        return EndedDelivery(
            delivery: delivery, messageID: message["id"], mesh: MeshID(rawValue: mesh),
            sender: MemberID(rawValue: message["sender"]), senderKey: message["senderKey"])
    }
}
