import BrokerEngine
import GRDB
import Mesh
import MeshProtocol

extension BrokerTransaction {
    func members() throws -> [BrokerMember] {
        try db.rows("SELECT * FROM member ORDER BY joinedAt, id", []).map { row in
            guard let key = PublicKey(hex: row["publicKey"]),
                let permission = Permission(rawValue: row["permission"]),
                let messageMode = MessageMode(rawValue: row["messageMode"])
            else { throw JSONColumn.unreadable("a member has a setting that is none") }
            return BrokerMember(
                id: MemberID(rawValue: row["id"]), mesh: MeshID(rawValue: row["mesh"]),
                publicKey: key, displayName: row["displayName"], permission: permission,
                joinedAt: row.moment("joinedAt"), revokedAt: row.momentIfAny("revokedAt"),
                roleTag: row["roleTag"], groups: try JSONColumn.value(row["groups"]),
                messageMode: messageMode,
                grants: PeerGrants(try JSONColumn.value(row["grants"])))
        }
    }

    func add(_ member: BrokerMember) throws {
        guard try insert(member) else {
            throw SkeinError(.meshExists, "the broker has a member under that id or key")
        }
    }

    /// Whether there was none of that id or key.
    func insert(_ member: BrokerMember) throws -> Bool {
        try db.run(
            """
            INSERT INTO member (id, mesh, publicKey, displayName, permission, joinedAt, revokedAt,
                roleTag, "groups", messageMode, grants)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                member.id.rawValue, member.mesh.rawValue, member.publicKey.hex,
                member.displayName, member.permission.rawValue, member.joinedAt.milliseconds,
                member.revokedAt?.milliseconds, member.roleTag,
                try JSONColumn.text(member.groups), member.messageMode.rawValue,
                try grants(of: member),
            ])
        return db.changesCount > 0
    }

    func update(_ member: BrokerMember) throws {
        try db.run(
            """
            UPDATE member SET displayName = ?, permission = ?, revokedAt = ?, roleTag = ?,
                "groups" = ?, messageMode = ?, grants = ?
            WHERE id = ?
            """,
            [
                member.displayName, member.permission.rawValue, member.revokedAt?.milliseconds,
                member.roleTag, try JSONColumn.text(member.groups), member.messageMode.rawValue,
                try grants(of: member), member.id.rawValue,
            ])
    }

    private func grants(of member: BrokerMember) throws -> String {
        try JSONColumn.text(
            member.grants.entries.mapValues { $0.map(\.rawValue).sorted() })
    }

    func savePresence(_ presence: SavedPresence) throws {
        try db.run(
            """
            INSERT OR REPLACE INTO presence
                (member, "groups", profile, isVisible, summary, stats, lastSeenAt)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                presence.member.rawValue, try JSONColumn.text(presence.groups),
                try JSONColumn.text(presence.profile), presence.isVisible, presence.summary,
                try JSONColumn.text(presence.stats), presence.lastSeenAt.milliseconds,
            ])
    }

    func savedPresence(of member: MemberID) throws -> SavedPresence? {
        try db.row("SELECT * FROM presence WHERE member = ?", [member.rawValue]).map { row in
            SavedPresence(
                member: member, groups: try JSONColumn.value(row["groups"]),
                profile: try JSONColumn.value(row["profile"]), isVisible: row["isVisible"],
                summary: row["summary"], stats: try JSONColumn.value(row["stats"]),
                lastSeenAt: row.moment("lastSeenAt"))
        }
    }
}
