import BrokerEngine
import GRDB
import Mesh
import MeshProtocol

extension BrokerTransaction: MeshRecords {
    func meshes() throws -> [BrokerMesh] {
        try db.rows("SELECT * FROM mesh ORDER BY createdAt, id", []).map { row in
            guard let key = PublicKey(hex: row["ownerKey"]) else {
                throw JSONColumn.unreadable("an owner's key is no key")
            }
            let policy: String? = row["policy"]
            return BrokerMesh(
                id: MeshID(rawValue: row["id"]), name: row["name"], slug: row["slug"],
                ownerKey: key, createdAt: row.moment("createdAt"),
                archivedAt: row.momentIfAny("archivedAt"),
                policy: try policy.map(JSONColumn.value) ?? MeshPolicy())
        }
    }

    func ensure(_ mesh: BrokerMesh, founder: BrokerMember) throws {
        try db.run(
            """
            INSERT INTO mesh (id, name, slug, ownerKey, createdAt, archivedAt, policy)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                mesh.id.rawValue, mesh.name, mesh.slug, mesh.ownerKey.hex,
                mesh.createdAt.milliseconds, mesh.archivedAt?.milliseconds,
                try JSONColumn.text(mesh.policy),
            ])
        var founder = founder
        founder.mesh = mesh.id
        _ = try insert(founder)
        let isTheirs: Bool? = try db.value(
            """
            SELECT EXISTS (
                SELECT 1 FROM mesh JOIN member ON member.mesh = mesh.id
                WHERE mesh.id = ? AND mesh.ownerKey = ?
                AND member.id = ? AND member.publicKey = ?)
            """,
            [mesh.id.rawValue, mesh.ownerKey.hex, founder.id.rawValue, founder.publicKey.hex])
        guard isTheirs == true else {
            // Thrown in here, it takes back what was written.
            throw SkeinError(.meshExists, "the broker has another mesh or member under that id")
        }
    }

    func update(_ mesh: BrokerMesh) throws {
        try db.run(
            "UPDATE mesh SET name = ?, archivedAt = ?, policy = ? WHERE id = ?",
            [
                mesh.name, mesh.archivedAt?.milliseconds, try JSONColumn.text(mesh.policy),
                mesh.id.rawValue,
            ])
    }
}
