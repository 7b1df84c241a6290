import BrokerEngine
import GRDB
import Mesh
import MeshProtocol

extension BrokerTransaction: MeshRecords {
    func meshes() throws -> [BrokerMesh] {
        try Row.fetchAll(db, sql: "SELECT * FROM mesh ORDER BY createdAt, id").compactMap { row in
            guard let key = PublicKey(hex: row["ownerKey"]) else { return nil }
            return BrokerMesh(
                id: MeshID(rawValue: row["id"]), name: row["name"], slug: row["slug"],
                ownerKey: key, createdAt: Moment(milliseconds: row["createdAt"]))
        }
    }

    func members() throws -> [BrokerMember] {
        try Row.fetchAll(db, sql: "SELECT * FROM member ORDER BY joinedAt, id").compactMap { row in
            guard let key = PublicKey(hex: row["publicKey"]),
                let permission = Permission(rawValue: row["permission"])
            else { return nil }
            let revokedAt: Int64? = row["revokedAt"]
            return BrokerMember(
                id: MemberID(rawValue: row["id"]), mesh: MeshID(rawValue: row["mesh"]),
                publicKey: key, displayName: row["displayName"], permission: permission,
                joinedAt: Moment(milliseconds: row["joinedAt"]),
                revokedAt: revokedAt.map { Moment(milliseconds: $0) })
        }
    }

    func ensure(_ mesh: BrokerMesh, founder: BrokerMember) throws {
        try db.execute(
            sql: """
                INSERT INTO mesh (id, name, slug, ownerKey, createdAt) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
            arguments: [
                mesh.id.rawValue, mesh.name, mesh.slug, mesh.ownerKey.hex,
                mesh.createdAt.milliseconds,
            ])
        try db.execute(
            sql: """
                INSERT INTO member
                (id, mesh, publicKey, displayName, permission, joinedAt)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
            arguments: [
                founder.id.rawValue, mesh.id.rawValue, founder.publicKey.hex,
                founder.displayName, founder.permission.rawValue,
                founder.joinedAt.milliseconds,
            ])
        let isTheirs = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM mesh JOIN member ON member.mesh = mesh.id
                    WHERE mesh.id = ? AND mesh.ownerKey = ?
                    AND member.id = ? AND member.publicKey = ?)
                """,
            arguments: [
                mesh.id.rawValue, mesh.ownerKey.hex, founder.id.rawValue, founder.publicKey.hex,
            ])
        guard isTheirs == true else {
            // Thrown in here, it takes back what was written.
            throw SkeinError(.meshExists, "the broker has another mesh or member under that id")
        }
    }
}
