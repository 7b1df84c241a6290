import GRDB
import Mesh
import MeshProtocol

extension MailStore {
    /// Names kept for one key, the last seen; a member that takes ever new ones fills no disk.
    private static let mostNames = 32
    /// What is seen again sooner is not written again.
    private static let seenAgain: Int64 = 24 * 60 * 60

    /// Keeps the name a member key is seen under. Answers another key that had the name before and
    /// is not this one's owner's, where there is one.
    public func meet(
        _ memberKey: String, name: String, in mesh: MeshID, at now: Moment
    ) async throws(SkeinError) -> String? {
        let folded = String(name.lowercased().prefix(64))
        let name = String(name.prefix(64))
        let meeting = Meeting(mesh: mesh, memberKey: memberKey, name: name, folded: folded)
        // Nearly always nothing is new, and nobody's commit has to be waited for.
        if let seen = try await read({ try meeting.seen($0, since: now) }) { return seen.former }
        return try await write { db in
            if let seen = try meeting.seen(db, since: now) { return seen.former }
            let number = try meeting.number(db)
            try meeting.keep(db, at: now)
            return try meeting.former(db, before: number)
        }
    }

    private struct Seen: Sendable {
        var former: String?
    }

    private struct Meeting: Sendable {
        var mesh: MeshID
        var memberKey: String
        var name: String
        var folded: String

        private func row(_ db: StoreConnection) throws -> Row? {
            try db.row(
                """
                SELECT number, seenAt FROM memberName
                WHERE mesh = ? AND folded = ? AND memberKey = ?
                """,
                [mesh.rawValue, folded, memberKey])
        }

        /// Nil where it is to be written that it was seen.
        func seen(_ db: StoreConnection, since now: Moment) throws -> Seen? {
            let fresh = now.advanced(bySeconds: -MailStore.seenAgain)
            guard let row = try row(db), row.moment("seenAt") >= fresh else { return nil }
            return Seen(former: try former(db, before: row["number"]))
        }

        func number(_ db: StoreConnection) throws -> Int64? { try row(db)?["number"] }

        func keep(_ db: StoreConnection, at now: Moment) throws {
            try db.registerMesh(mesh)
            try db.run(
                """
                INSERT INTO memberName (mesh, folded, memberKey, name, seenAt)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET name = excluded.name, seenAt = excluded.seenAt
                """,
                [mesh.rawValue, folded, memberKey, name, now.milliseconds])
            try db.run(
                """
                DELETE FROM memberName WHERE number IN (
                    SELECT number FROM memberName WHERE mesh = ? AND memberKey = ?
                    ORDER BY seenAt DESC LIMIT -1 OFFSET \(MailStore.mostNames))
                """,
                [mesh.rawValue, memberKey])
        }

        func former(_ db: StoreConnection, before number: Int64?) throws -> String? {
            try db.value(
                """
                SELECT memberKey FROM memberName
                WHERE mesh = ? AND folded = ? AND memberKey <> ? AND number < ?
                ORDER BY number DESC LIMIT 1
                """,
                [mesh.rawValue, folded, memberKey, number ?? .max])
        }
    }

    /// The members that were met, the last name first, at most `limit`.
    public func knownMembers(
        in mesh: MeshID, limit: Int = 10_000
    ) async throws(SkeinError) -> [KnownMember] {
        try await read { db in
            try db.rows(
                """
                SELECT memberKey, name FROM memberName WHERE mesh = ?
                ORDER BY memberKey, seenAt DESC LIMIT ?
                """,
                [mesh.rawValue, max(0, limit)]
            ).map { KnownMember(name: $0["name"], memberKey: $0["memberKey"]) }
        }
    }

    public func isVerified(_ memberKey: String, in mesh: MeshID) async throws(SkeinError) -> Bool {
        try await read { db in
            let found: Int? = try db.value(
                "SELECT 1 FROM verified WHERE mesh = ? AND memberKey = ?",
                [mesh.rawValue, memberKey])
            return found != nil
        }
    }

    public func setVerified(
        _ memberKey: String, in mesh: MeshID, to isVerified: Bool, at now: Moment
    ) async throws(SkeinError) {
        try await write { db in
            try db.registerMesh(mesh)
            try db.run(
                isVerified
                    ? "INSERT INTO verified VALUES (:mesh, :key, :now) ON CONFLICT DO NOTHING"
                    : "DELETE FROM verified WHERE mesh = :mesh AND memberKey = :key",
                isVerified
                    ? ["mesh": mesh.rawValue, "key": memberKey, "now": now.milliseconds]
                    : ["mesh": mesh.rawValue, "key": memberKey])
        }
    }
}
