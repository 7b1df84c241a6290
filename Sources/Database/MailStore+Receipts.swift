import GRDB
import Mesh
import MeshProtocol

extension MailStore {
    /// Kept of one message at most: seven for each of 4,096 recipients (protocol decision 11).
    private static let mostReceipts = 7 * 4096

    /// What a broker told, once for each state: false where it was known, or where the message is
    /// none of this machine's.
    public func note(
        _ receipt: ReceiptFrame, name: String?, in mesh: MeshID
    ) async throws(SkeinError) -> Bool {
        guard receipt.recipient.utf8.count <= 256 else { return false }
        return try await write { db in
            for table in ["sent", "outgoing"] {
                let count: Int? = try db.value(
                    "SELECT receipts FROM \(table) WHERE id = ? AND mesh = ?",
                    [receipt.messageId, mesh.rawValue])
                guard let count else { continue }
                guard count < Self.mostReceipts else { return false }
                try db.run(
                    """
                    INSERT INTO receipt (message, recipient, state, name, at, reason)
                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """,
                    [
                        receipt.messageId, receipt.recipient, receipt.state.rawValue,
                        name.map { String($0.prefix(64)) }, receipt.at.moment.milliseconds,
                        receipt.reason.map { String($0.prefix(200)) },
                    ])
                guard db.changesCount > 0 else { return false }
                try db.run(
                    "UPDATE \(table) SET receipts = receipts + 1 WHERE id = ?",
                    [receipt.messageId])
                return true
            }
            return false
        }
    }

    /// By a whole id or the first 8 characters or more of one. `E_MESSAGE_NOT_FOUND`;
    /// `E_ARGUMENTS` with the choices where several ids begin so.
    public func report(_ id: String) async throws(SkeinError) -> MailReport {
        try await read { try Reports($0).report(id) }
    }

    /// What waits and what is dead, oldest first.
    public func queue(of mesh: MeshID?, limit: Int) async throws(SkeinError) -> [MailReport] {
        try await read { try Reports($0).queue(of: mesh, limit: limit) }
    }

    public func counts(of mesh: MeshID, launch: LaunchID?) async throws(SkeinError) -> MailCounts {
        try await read { db in
            let unread: Int? = try db.value(
                "SELECT sum(messages) FROM unread WHERE launch = ? AND mesh = ?",
                [launch?.rawValue ?? "", mesh.rawValue])
            let row = try db.row(
                "SELECT messages + events - dead AS waiting, * FROM mesh WHERE id = ?",
                [mesh.rawValue])
            guard let row else { return MailCounts(unread: unread ?? 0) }
            return MailCounts(
                waiting: row["waiting"], dead: row["dead"], unread: unread ?? 0,
                droppedEvents: row["droppedEvents"])
        }
    }
}

private struct Reports {
    let db: StoreConnection

    init(_ db: StoreConnection) { self.db = db }

    private static let shortestPrefix = 8
    private static let mostChoices = 8

    func report(_ id: String) throws -> MailReport {
        let prefix = id.lowercased()
        let isHex = prefix.utf8.allSatisfy {
            (48...57).contains($0) || (97...102).contains($0) || $0 == UInt8(ascii: "-")
        }
        guard isHex, (Self.shortestPrefix...64).contains(prefix.utf8.count) else {
            throw notFound(id)
        }
        // Past every id that begins so.
        let range: StatementArguments = [prefix, prefix + "~", Self.mostChoices + 1]
        let bounds = "WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
        let found =
            try db.rows("SELECT \(MailReport.outgoingColumns) FROM outgoing \(bounds)", range)
            .map { MailReport(outgoing: $0) }
            + db.rows("SELECT \(MailReport.sentColumns) FROM sent \(bounds)", range)
            .map { MailReport(sent: $0) }
        if let whole = found.first(where: { $0.id.rawValue == prefix }) {
            return try withRecipients(whole)
        }
        guard let only = found.first else { throw notFound(id) }
        guard found.count == 1 else {
            let choices = found.map(\.id.rawValue).sorted()
            let listed = choices.prefix(Self.mostChoices).joined(separator: ", ")
            let more = choices.count > Self.mostChoices ? " and others" : ""
            throw SkeinError(
                .arguments, "several messages begin with \(prefix): \(listed)\(more)",
                hint: "Give more of the id", subject: id)
        }
        return try withRecipients(only)
    }

    private func notFound(_ id: String) -> SkeinError {
        SkeinError(
            .messageNotFound, "no message of this id is known on this machine",
            hint: "See skein queue for what waits; an id's first 8 characters will do", subject: id)
    }

    func queue(of mesh: MeshID?, limit: Int) throws -> [MailReport] {
        let rows =
            if let mesh {
                try db.rows(
                    """
                    SELECT \(MailReport.outgoingColumns) FROM outgoing WHERE mesh = ?
                    ORDER BY createdAt, number LIMIT ?
                    """,
                    [mesh.rawValue, max(0, limit)])
            } else {
                try db.rows(
                    """
                    SELECT \(MailReport.outgoingColumns) FROM outgoing
                    ORDER BY createdAt, number LIMIT ?
                    """,
                    [max(0, limit)])
            }
        return try rows.map { try withRecipients(MailReport(outgoing: $0)) }
    }

    private func withRecipients(_ report: MailReport) throws -> MailReport {
        let rows = try db.rows(
            "SELECT * FROM receipt WHERE message = ? ORDER BY recipient", [report.id.rawValue])
        var report = report
        for row in rows {
            let key: String = row["recipient"]
            guard let state = DeliveryState(rawValue: row["state"]) else { continue }
            if report.recipients.last?.key != key {
                report.recipients.append(
                    MailReport.Recipient(name: String(key.prefix(8)), key: key))
            }
            let last = report.recipients.count - 1
            report.recipients[last].times[state] = row.moment("at")
            if let name: String = row["name"] { report.recipients[last].name = name }
            if let reason: String = row["reason"] { report.recipients[last].reason = reason }
        }
        return report
    }
}
