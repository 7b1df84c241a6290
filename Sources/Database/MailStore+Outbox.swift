import GRDB
import Mesh
import MeshProtocol

extension MailStore {
    /// The same id once more changes nothing. `E_QUEUE_FULL` where a message finds no room; an
    /// event takes the oldest event's.
    public func enqueue(
        _ mail: OutgoingMail, limits: MailLimits = MailLimits()
    ) async throws(SkeinError) {
        try await write { try Outbox($0).add(mail, limits) }
    }

    /// Mail of a mesh that may go out now, oldest first, leased to the caller until `until`.
    public func lease(
        of mesh: MeshID, at now: Moment, until: Moment, limit: Int
    ) async throws(SkeinError) -> [OutgoingMail] {
        try await write(waitsForDisk: false) {
            try Outbox($0).lease(of: mesh, at: now, until: until, limit: limit)
        }
    }

    /// When the next mail of a mesh may go out: now or earlier where some may already. Nil where
    /// nothing waits. What is leased may go out once more when its lease is over.
    public func nextDue(of mesh: MeshID) async throws(SkeinError) -> Moment? {
        try await read { try Outbox($0).nextDue(of: mesh) }
    }

    /// The broker has it on its disk: it leaves the outbox, and its receipts begin. Where that is
    /// lost the message goes once more, and the broker knows it by its id.
    public func noteStored(_ id: MessageID, at now: Moment) async throws(SkeinError) {
        try await write(waitsForDisk: false) { try Outbox($0).store(id, at: now) }
    }

    /// One more attempt has failed; the next is at `retryAt`.
    public func noteFailed(
        _ id: MessageID, reason: String, retryAt: Moment
    ) async throws(SkeinError) {
        try await write(waitsForDisk: false) { db in
            try db.run(
                """
                UPDATE outgoing SET state = 1, dueAt = ?, isLeased = 0, attempts = attempts + 1,
                    reason = ?
                WHERE id = ? AND state <> 2
                """,
                [retryAt.milliseconds, reason, id.rawValue])
        }
    }

    /// Gone back without an attempt: the link ended, for example.
    public func release(_ ids: [MessageID]) async throws(SkeinError) {
        if ids.isEmpty { return }
        try await write(waitsForDisk: false) { db in
            for id in ids {
                try db.run(
                    """
                    UPDATE outgoing SET state = 0, dueAt = 0, isLeased = 0
                    WHERE id = ? AND isLeased = 1
                    """,
                    [id.rawValue])
            }
        }
    }

    /// What an earlier relay had leased goes back. For the start.
    public func releaseAll() async throws(SkeinError) {
        try await write(waitsForDisk: false) { db in
            try db.run(
                "UPDATE outgoing SET state = 0, dueAt = 0, isLeased = 0 WHERE isLeased = 1", [])
        }
    }

    /// What failed is due now, and not when it was to be tried again.
    public func hasten(_ mesh: MeshID) async throws(SkeinError) {
        try await write(waitsForDisk: false) { db in
            try db.run(
                """
                UPDATE outgoing SET state = 0, dueAt = 0
                WHERE mesh = ? AND state = 1 AND isLeased = 0 AND attempts > 0
                """,
                [mesh.rawValue])
        }
    }

    /// Given up, until a person looks: it is kept until it is tried again or cancelled.
    public func noteDead(_ id: MessageID, reason: String, at now: Moment) async throws(SkeinError) {
        try await write { db in
            try db.run(
                """
                UPDATE outgoing SET state = 2, dueAt = ?, isLeased = 0, reason = ? WHERE id = ?
                """,
                [now.milliseconds, reason, id.rawValue])
        }
    }

    /// Due now, as if it had never been tried. What is on its way stays so.
    /// `E_MESSAGE_NOT_FOUND` where none such waits or is dead.
    public func retry(_ id: MessageID) async throws(SkeinError) -> MeshID {
        try await write { db in
            let found = try Outbox(db).find(id)
            if !found.isLeased {
                try db.run(
                    """
                    UPDATE outgoing SET state = 0, dueAt = 0, attempts = 0, notBefore = NULL,
                        reason = NULL
                    WHERE id = ?
                    """,
                    [id.rawValue])
            }
            return found.mesh
        }
    }

    /// One that is leased may be with the broker already: it is refused (`E_FORBIDDEN`).
    /// `E_MESSAGE_NOT_FOUND` where none such waits or is dead.
    public func cancel(_ id: MessageID) async throws(SkeinError) -> MeshID {
        try await write { db in
            let found = try Outbox(db).find(id)
            if found.isLeased {
                throw SkeinError(
                    .forbidden, "message \(id.rawValue) is on its way to the broker now",
                    hint: "See skein message \(id.rawValue)", subject: id.rawValue)
            }
            try db.run("DELETE FROM outgoing WHERE id = ?", [id.rawValue])
            try db.run("DELETE FROM receipt WHERE message = ?", [id.rawValue])
            return found.mesh
        }
    }
}

/// The outbox within a transaction. Indices are named where SQLite might take one that holds more
/// rows than are asked for.
private struct Outbox {
    let db: StoreConnection

    init(_ db: StoreConnection) { self.db = db }

    /// Rows that become ready in one transaction, at most.
    private static let promotion = 1024

    func add(_ mail: OutgoingMail, _ limits: MailLimits) throws {
        let known: Int? = try db.value(
            """
            SELECT 1 FROM outgoing WHERE id = :id UNION ALL SELECT 1 FROM sent WHERE id = :id
            """,
            ["id": mail.id.rawValue])
        if known != nil { return }
        try db.registerMesh(mail.mesh)
        let size = mail.text.utf8.count
        switch mail.kind {
        case .message: try checkRoom(for: size, of: mail.mesh, limits)
        case .event: try dropEvents(of: mail.mesh, limits)
        }
        let state: OutgoingState = mail.notBefore == nil ? .ready : .later
        try db.run(
            """
            INSERT INTO outgoing (\(OutgoingMail.columns), size, state, dueAt)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, \(WholeText.parameter), ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                mail.id.rawValue, mail.mesh.rawValue, mail.launch?.rawValue, mail.kind == .event,
                mail.target.spec, mail.target.name, mail.target.memberKey, mail.target.isPresent,
                mail.priority.rank, WholeText.bytes(mail.text), mail.author.rawValue, mail.hops,
                mail.answers?.rawValue, mail.createdAt.milliseconds,
                mail.notBefore?.milliseconds, mail.attempts, size, state.rawValue,
                mail.notBefore?.milliseconds ?? 0,
            ])
    }

    private func checkRoom(for size: Int, of mesh: MeshID, _ limits: MailLimits) throws {
        let row = try db.row("SELECT messages, bytes FROM mesh WHERE id = ?", [mesh.rawValue])
        let rows: Int = row?["messages"] ?? 0
        let bytes: Int = row?["bytes"] ?? 0
        if rows < limits.rows, bytes <= limits.bytes, size <= limits.bytes - bytes { return }
        throw SkeinError(
            .queueFull,
            "\(rows) messages of \(bytes) bytes wait for the broker, and there may be "
                + "\(limits.rows) of \(limits.bytes)",
            hint: "Wait until the broker is reached, or cancel some, see skein queue")
    }

    /// Makes room for one event. What is on its way is not dropped.
    private func dropEvents(of mesh: MeshID, _ limits: MailLimits) throws {
        let events: Int = try db.value("SELECT events FROM mesh WHERE id = ?", [mesh.rawValue]) ?? 0
        let surplus = events - limits.eventRows + 1
        guard surplus > 0 else { return }
        try db.run(
            """
            DELETE FROM outgoing WHERE number IN (
                SELECT number FROM outgoing INDEXED BY outgoingEvents
                WHERE mesh = ? AND isEvent = 1 AND isLeased = 0
                ORDER BY createdAt, number LIMIT ?)
            """,
            [mesh.rawValue, surplus])
        let dropped = db.changesCount
        try db.run(
            "UPDATE mesh SET droppedEvents = droppedEvents + ? WHERE id = ?",
            [dropped, mesh.rawValue])
    }

    func lease(
        of mesh: MeshID, at now: Moment, until: Moment, limit: Int
    ) throws -> [OutgoingMail] {
        guard limit > 0 else { return [] }
        try db.run(
            """
            UPDATE outgoing SET state = 0, isLeased = 0 WHERE number IN (
                SELECT number FROM outgoing INDEXED BY outgoingDue
                WHERE mesh = ? AND state = 1 AND dueAt <= ?
                ORDER BY dueAt, number LIMIT ?)
            """,
            [mesh.rawValue, now.milliseconds, max(limit, Self.promotion)])
        let rows = try db.rows(
            """
            SELECT number, \(OutgoingMail.selection) FROM outgoing INDEXED BY outgoingReady
            WHERE mesh = ? AND state = 0
            ORDER BY createdAt, number LIMIT ?
            """,
            [mesh.rawValue, limit])
        for row in rows {
            let number: Int64 = row["number"]
            try db.run(
                "UPDATE outgoing SET state = 1, dueAt = ?, isLeased = 1 WHERE number = ?",
                [until.milliseconds, number])
        }
        return rows.map { OutgoingMail($0) }
    }

    func nextDue(of mesh: MeshID) throws -> Moment? {
        let due: Int64? = try db.value(
            """
            SELECT coalesce(
                (SELECT 0 FROM outgoing INDEXED BY outgoingReady
                    WHERE mesh = :mesh AND state = 0 LIMIT 1),
                (SELECT dueAt FROM outgoing INDEXED BY outgoingDue
                    WHERE mesh = :mesh AND state = 1 ORDER BY dueAt, number LIMIT 1))
            """,
            ["mesh": mesh.rawValue])
        return due.map { Moment(milliseconds: $0) }
    }

    func store(_ id: MessageID, at now: Moment) throws {
        try db.run(
            """
            INSERT INTO sent (\(MailReport.sentColumns), receipts, sentAt)
            SELECT \(MailReport.sentColumns), receipts, ? FROM outgoing WHERE id = ?
            """,
            [now.milliseconds, id.rawValue])
        try db.run("DELETE FROM outgoing WHERE id = ?", [id.rawValue])
    }

    func find(_ id: MessageID) throws -> (mesh: MeshID, isLeased: Bool) {
        let row = try db.row(
            "SELECT mesh, isLeased FROM outgoing WHERE id = ?", [id.rawValue])
        if let row { return (MeshID(rawValue: row["mesh"]), row["isLeased"]) }
        let wasSent: Int? = try db.value("SELECT 1 FROM sent WHERE id = ?", [id.rawValue])
        throw SkeinError(
            .messageNotFound,
            wasSent == nil
                ? "no message \(id.rawValue) waits" : "message \(id.rawValue) was sent already",
            hint: wasSent == nil ? "See skein queue" : "See skein message \(id.rawValue)",
            subject: id.rawValue)
    }
}

extension StoreConnection {
    /// Before anything of a mesh is kept: what is counted of it, and that it is there.
    func registerMesh(_ mesh: MeshID) throws {
        try run("INSERT INTO mesh (id) VALUES (?) ON CONFLICT DO NOTHING", [mesh.rawValue])
    }
}
