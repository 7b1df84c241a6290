import BrokerEngine
import GRDB
import Mesh

/// What an account is known by, and the members it brought into meshes.
extension BrokerTransaction {
    func keep(_ token: AccountTokenRecord) throws {
        try db.run(
            """
            INSERT INTO accountToken (id, account, kind, name, system, address, createdAt,
                expiresAt, lastUsedAt, revokedAt)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                token.id, token.account.rawValue, token.kind.rawValue, token.name, token.system,
                token.address, token.createdAt.milliseconds, token.expiresAt.milliseconds,
                token.lastUsedAt?.milliseconds, token.revokedAt?.milliseconds,
            ])
    }

    func token(_ id: String) throws -> AccountTokenRecord? {
        try db.row("SELECT * FROM accountToken WHERE id = ?", [id]).map(Self.token)
    }

    func tokens(of account: AccountID) throws -> [AccountTokenRecord] {
        try db.rows(
            "SELECT * FROM accountToken WHERE account = ? AND revokedAt IS NULL",
            [account.rawValue]
        ).map(Self.token).sorted { ($1.createdAt, $0.id) < ($0.createdAt, $1.id) }
    }

    func update(_ token: AccountTokenRecord) throws {
        try db.run(
            "UPDATE accountToken SET expiresAt = ?, lastUsedAt = ? WHERE id = ?",
            [token.expiresAt.milliseconds, token.lastUsedAt?.milliseconds, token.id])
    }

    func revokeToken(_ id: String, at now: Moment) throws -> Bool {
        try db.run(
            "UPDATE accountToken SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL",
            [now.milliseconds, id])
        guard db.changesCount > 0 else { return false }
        try db.run("DELETE FROM accountSecret WHERE token = ?", [id])
        return true
    }

    private static func token(_ row: Row) throws -> AccountTokenRecord {
        guard let kind = AccountToken.Kind(rawValue: row["kind"]) else {
            throw JSONColumn.unreadable("an account's token is of no kind")
        }
        return AccountTokenRecord(
            id: row["id"], account: AccountID(rawValue: row["account"]), kind: kind,
            name: row["name"], system: row["system"], address: row["address"],
            createdAt: row.moment("createdAt"), expiresAt: row.moment("expiresAt"),
            lastUsedAt: row.momentIfAny("lastUsedAt"), revokedAt: row.momentIfAny("revokedAt"))
    }

    func keep(_ secret: AccountSecret) throws {
        try db.run(
            """
            INSERT INTO accountSecret (hash, token, expiresAt) VALUES (?, ?, ?)
            ON CONFLICT (hash) DO UPDATE SET expiresAt = excluded.expiresAt
            """,
            [secret.hash, secret.token, secret.expiresAt.milliseconds])
    }

    func secret(hash: String) throws -> AccountSecret? {
        try db.row("SELECT * FROM accountSecret WHERE hash = ?", [hash]).map { row in
            AccountSecret(
                hash: row["hash"], token: row["token"], expiresAt: row.moment("expiresAt"))
        }
    }

    // MARK: - Meshes

    func keep(_ belonging: AccountMesh) throws {
        try db.run(
            """
            INSERT INTO accountMesh (account, mesh, permission, isOwner, joinedAt)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (account, mesh) DO UPDATE SET permission = excluded.permission
            """,
            [
                belonging.account.rawValue, belonging.mesh.rawValue,
                belonging.permission.rawValue, belonging.isOwner, belonging.joinedAt.milliseconds,
            ])
    }

    func meshes(of account: AccountID) throws -> [AccountMesh] {
        try db.rows(
            "SELECT * FROM accountMesh WHERE account = ?",
            [account.rawValue]
        ).map { row in
            guard let permission = Permission(rawValue: row["permission"]) else {
                throw JSONColumn.unreadable("an account's permission in a mesh is none")
            }
            return AccountMesh(
                account: account, mesh: MeshID(rawValue: row["mesh"]), permission: permission,
                isOwner: row["isOwner"], joinedAt: row.moment("joinedAt"))
        }.sorted { ($0.joinedAt, $0.mesh.rawValue) < ($1.joinedAt, $1.mesh.rawValue) }
    }

    func keep(_ seat: AccountSeat) throws {
        try db.run(
            """
            INSERT INTO accountSeat (member, mesh, account, token, joinedAt, endedAt)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                seat.member.rawValue, seat.mesh.rawValue, seat.account.rawValue, seat.token,
                seat.joinedAt.milliseconds, seat.endedAt?.milliseconds,
            ])
    }

    func seats(of account: AccountID, in mesh: MeshID) throws -> [AccountSeat] {
        try db.rows(
            "SELECT * FROM accountSeat WHERE account = ? AND mesh = ?",
            [account.rawValue, mesh.rawValue]
        ).map(Self.seat).sorted(by: Self.cameFirst)
    }

    func seats(token id: String) throws -> [AccountSeat] {
        try db.rows(
            "SELECT * FROM accountSeat WHERE token = ? AND endedAt IS NULL", [id]
        ).map(Self.seat).sorted(by: Self.cameFirst)
    }

    private static func cameFirst(_ left: AccountSeat, _ right: AccountSeat) -> Bool {
        (left.joinedAt, left.member.rawValue) < (right.joinedAt, right.member.rawValue)
    }

    func endSeats(token id: String, at now: Moment) throws {
        try db.run(
            "UPDATE accountSeat SET endedAt = ? WHERE token = ? AND endedAt IS NULL",
            [now.milliseconds, id])
    }

    private static func seat(_ row: Row) -> AccountSeat {
        AccountSeat(
            member: MemberID(rawValue: row["member"]), mesh: MeshID(rawValue: row["mesh"]),
            account: AccountID(rawValue: row["account"]), token: row["token"],
            joinedAt: row.moment("joinedAt"), endedAt: row.momentIfAny("endedAt"))
    }
}
