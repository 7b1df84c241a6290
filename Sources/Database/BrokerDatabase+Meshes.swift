import GRDB
import Mesh
import MeshProtocol

/// A mesh as its broker keeps it. The owner's secret key never reaches the broker.
public struct BrokerMesh: Hashable, Sendable {
    public var id: MeshID
    public var name: String
    public var slug: String
    public var ownerKey: PublicKey
    public var createdAt: Moment

    public init(id: MeshID, name: String, slug: String, ownerKey: PublicKey, createdAt: Moment) {
        self.id = id
        self.name = name
        self.slug = slug
        self.ownerKey = ownerKey
        self.createdAt = createdAt
    }
}

/// A member as its broker keeps it.
public struct BrokerMember: Hashable, Sendable {
    public var id: MemberID
    public var mesh: MeshID
    public var publicKey: PublicKey
    public var displayName: String
    public var permission: Permission
    public var joinedAt: Moment
    /// When the member was put out of the mesh.
    public var revokedAt: Moment?

    public init(
        id: MemberID, mesh: MeshID, publicKey: PublicKey, displayName: String,
        permission: Permission, joinedAt: Moment, revokedAt: Moment? = nil
    ) {
        self.id = id
        self.mesh = mesh
        self.publicKey = publicKey
        self.displayName = displayName
        self.permission = permission
        self.joinedAt = joinedAt
        self.revokedAt = revokedAt
    }
}

extension BrokerDatabase {
    public func meshes() throws(SkeinError) -> [BrokerMesh] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM mesh ORDER BY createdAt, id").compactMap {
                row in
                guard let key = PublicKey(hex: row["ownerKey"]) else { return nil }
                return BrokerMesh(
                    id: MeshID(rawValue: row["id"]), name: row["name"], slug: row["slug"],
                    ownerKey: key, createdAt: Moment(milliseconds: row["createdAt"]))
            }
        }
    }

    /// Of every mesh, those put out included.
    public func members() throws(SkeinError) -> [BrokerMember] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM member ORDER BY joinedAt, id").compactMap {
                row in
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
    }

    /// Makes the mesh and its founder where they are not yet, in one transaction. What exists is
    /// left as it is; `E_MESH_EXISTS` where it belongs to somebody else.
    public func ensure(_ mesh: BrokerMesh, founder: BrokerMember) throws(SkeinError) {
        try write { db in
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
                    mesh.id.rawValue, mesh.ownerKey.hex, founder.id.rawValue,
                    founder.publicKey.hex,
                ])
            guard isTheirs == true else {
                // Thrown in here, it takes back what was written.
                throw SkeinError(
                    .meshExists, "the broker has another mesh or member under that id")
            }
        }
    }
}
