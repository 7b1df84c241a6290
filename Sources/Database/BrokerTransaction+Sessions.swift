import BrokerEngine
import GRDB
import Mesh

extension BrokerTransaction {
    func keepSession(_ session: SessionRecord) throws {
        try db.run(
            """
            INSERT OR REPLACE INTO session (mesh, key, member, speaksSkein, endedAt)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                session.mesh.rawValue, session.key, session.member.rawValue, session.speaksSkein,
                session.endedAt?.milliseconds,
            ])
    }

    func session(_ key: String, in mesh: MeshID) throws -> SessionRecord? {
        try db.row(
            "SELECT * FROM session WHERE mesh = ? AND key = ?", [mesh.rawValue, key]
        ).map(Self.session)
    }

    func endedSessions(of member: MemberID) throws -> [SessionRecord] {
        try db.rows(
            """
            SELECT * FROM session
            WHERE member = ? AND endedAt IS NOT NULL AND speaksSkein = 1 ORDER BY endedAt
            """,
            [member.rawValue]
        ).map(Self.session)
    }

    func openSessions() throws -> [SessionRecord] {
        try db.rows("SELECT * FROM session WHERE endedAt IS NULL ORDER BY mesh, key", [])
            .map(Self.session)
    }

    func forgetSessions(before moment: Moment) throws {
        try db.run(
            """
            DELETE FROM session WHERE endedAt IS NOT NULL AND endedAt < ? AND NOT EXISTS (
                SELECT 1 FROM queue
                WHERE queue.mesh = session.mesh AND queue.address = session.key)
            """,
            [moment.milliseconds])
    }

    private static func session(_ row: Row) -> SessionRecord {
        SessionRecord(
            key: row["key"], mesh: MeshID(rawValue: row["mesh"]),
            member: MemberID(rawValue: row["member"]), speaksSkein: row["speaksSkein"],
            endedAt: row.momentIfAny("endedAt"))
    }
}
