import BrokerEngine
import GRDB
import Mesh
import MeshProtocol

/// How one gets into a mesh: invites, and webhooks for what is no member.
extension BrokerTransaction {
    func keepInvite(_ invite: InviteRecord) throws {
        try db.run(
            """
            INSERT INTO invite (id, mesh, tokenHash, permission, maxUses, uses, createdBy,
                createdAt, expiresAt, revokedAt, terms, signature)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                invite.id, invite.mesh.rawValue, invite.tokenHash, invite.permission.rawValue,
                invite.maxUses, invite.uses, invite.createdBy.rawValue,
                invite.createdAt.milliseconds, invite.expiresAt.milliseconds,
                invite.revokedAt?.milliseconds,
                try invite.signed.map { try JSONColumn.text($0.terms) },
                invite.signed?.signature,
            ])
    }

    func keepInviteUse(_ use: InviteUse) throws {
        try db.run(
            """
            INSERT INTO inviteUse (invite, memberKey, mesh, member, name, at)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                use.invite, use.memberKey.hex, use.mesh.rawValue, use.member.rawValue, use.name,
                use.at.milliseconds,
            ])
    }

    func inviteUse(of invite: String, by key: PublicKey) throws -> InviteUse? {
        try db.row(
            "SELECT * FROM inviteUse WHERE invite = ? AND memberKey = ?", [invite, key.hex]
        ).map(Self.inviteUse)
    }

    func inviteUses(in mesh: MeshID, limit: Int) throws -> [InviteUse] {
        try db.rows(
            "SELECT * FROM inviteUse WHERE mesh = ? ORDER BY at DESC, memberKey DESC LIMIT ?",
            [mesh.rawValue, limit]
        ).map(Self.inviteUse)
    }

    private static func inviteUse(_ row: Row) throws -> InviteUse {
        guard let key = PublicKey(hex: row["memberKey"]) else {
            throw JSONColumn.unreadable("a member's key is no key")
        }
        return InviteUse(
            invite: row["invite"], mesh: MeshID(rawValue: row["mesh"]), memberKey: key,
            member: MemberID(rawValue: row["member"]), name: row["name"], at: row.moment("at"))
    }

    func invite(tokenHash: String) throws -> InviteRecord? {
        try db.row("SELECT * FROM invite WHERE tokenHash = ?", [tokenHash]).map(Self.invite)
    }

    func invites(of mesh: MeshID) throws -> [InviteRecord] {
        try db.rows(
            "SELECT * FROM invite WHERE mesh = ? ORDER BY createdAt, id", [mesh.rawValue]
        ).map(Self.invite)
    }

    func spendInvite(_ id: String) throws -> Bool {
        try db.run("UPDATE invite SET uses = uses + 1 WHERE id = ? AND uses < maxUses", [id])
        return db.changesCount > 0
    }

    func revokeInvite(_ id: String, at now: Moment) throws {
        try db.run(
            "UPDATE invite SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL",
            [now.milliseconds, id])
    }

    private static func invite(_ row: Row) throws -> InviteRecord {
        guard let permission = Permission(rawValue: row["permission"]) else {
            throw JSONColumn.unreadable("an invite's permission is none")
        }
        let (terms, signature): (String?, String?) = (row["terms"], row["signature"])
        var signed: InviteRecord.SignedTerms?
        if let terms, let signature {
            signed = InviteRecord.SignedTerms(
                terms: try JSONColumn.value(terms), signature: signature)
        }
        return InviteRecord(
            id: row["id"], mesh: MeshID(rawValue: row["mesh"]), tokenHash: row["tokenHash"],
            permission: permission, maxUses: row["maxUses"], uses: row["uses"],
            createdBy: MemberID(rawValue: row["createdBy"]), createdAt: row.moment("createdAt"),
            expiresAt: row.moment("expiresAt"), revokedAt: row.momentIfAny("revokedAt"),
            signed: signed)
    }

    func keepWebhook(_ webhook: WebhookRecord) throws {
        try db.run(
            """
            INSERT INTO webhook (mesh, name, secret, createdBy, createdAt) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                webhook.mesh.rawValue, webhook.name, webhook.secret, webhook.createdBy.rawValue,
                webhook.createdAt.milliseconds,
            ])
        guard db.changesCount > 0 else {
            throw SkeinError(
                .meshExists, "the mesh has a webhook of that name", subject: webhook.name)
        }
    }

    func webhooks(of mesh: MeshID) throws -> [WebhookRecord] {
        try db.rows("SELECT * FROM webhook WHERE mesh = ? ORDER BY name", [mesh.rawValue])
            .map { row in
                WebhookRecord(
                    name: row["name"], mesh: mesh, secret: row["secret"],
                    createdBy: MemberID(rawValue: row["createdBy"]),
                    createdAt: row.moment("createdAt"))
            }
    }

    func removeWebhook(_ name: String, of mesh: MeshID) throws -> Bool {
        try db.run("DELETE FROM webhook WHERE mesh = ? AND name = ?", [mesh.rawValue, name])
        return db.changesCount > 0
    }
}
