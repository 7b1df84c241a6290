import Foundation
import GRDB
import Mesh
import MeshProtocol

extension MachineDatabase {
    /// What is remembered, as a run that starts in `directory` sees it.
    public func record(directory: String) throws(SkeinError) -> MachineRecord {
        try read { db in
            var record = MachineRecord()
            let settings = try Row.fetchAll(db, sql: "SELECT key, value FROM setting")
            for row in settings {
                switch row["key"] as String {
                case SettingKey.welcomed: record.welcomed = true
                case SettingKey.account: record.account = .thisMachine
                default: break
                }
            }
            record.memberships = try Self.memberships(db)
            record.lastAnswers = try Row.fetchOne(
                db, sql: "SELECT * FROM answers WHERE directory = ?", arguments: [directory]
            ).map(Self.answers)
            record.lastName = try String.fetchOne(
                db, sql: "SELECT name FROM answers ORDER BY usedAt DESC LIMIT 1")
            return record
        } ?? MachineRecord()
    }

    /// The meshes this machine has joined, last used first.
    public func memberships() throws(SkeinError) -> [Membership] {
        try read(Self.memberships) ?? []
    }

    /// Everything that taking Launch changes, whole or not at all.
    public func commit(_ commit: LaunchCommit) throws(SkeinError) {
        try write { db in
            try Self.set(SettingKey.account, to: "thisMachine", db)
            if commit.welcomed { try Self.set(SettingKey.welcomed, to: "true", db) }
            if let membership = commit.newMembership { try Self.insert(membership, db) }
            try Self.store(commit.launch, db)
            try Self.store(
                commit.answers, directory: commit.launch.directory,
                at: commit.launch.startedAt, db)
            try db.execute(
                sql: "UPDATE membership SET lastUsedAt = max(lastUsedAt, ?) WHERE mesh = ?",
                arguments: [commit.launch.startedAt.milliseconds, commit.launch.mesh.rawValue])
        }
    }

    /// What a launch in `directory` would have settled, without one.
    public func remember(
        account: Account, answers: LastAnswers, directory: String, at moment: Moment
    ) throws(SkeinError) {
        try write { db in
            try Self.set(SettingKey.account, to: "thisMachine", db)
            try Self.set(SettingKey.welcomed, to: "true", db)
            try Self.store(answers, directory: directory, at: moment, db)
        }
    }

    /// A mesh joined or made apart from any launch.
    public func add(_ membership: Membership) throws(SkeinError) {
        try write { db in try Self.insert(membership, db) }
    }

    /// A mesh one came into: whoever has a key there is somebody, and is not asked again who.
    public func join(_ membership: Membership) throws(SkeinError) {
        try write { db in
            try Self.insert(membership, db)
            try Self.set(SettingKey.account, to: "thisMachine", db)
        }
    }

    /// Nil where it was never set.
    public func setting(_ key: String) throws(SkeinError) -> String? {
        try read { db in
            try String.fetchOne(
                db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [key])
        } ?? nil
    }

    /// Nil takes the setting away.
    public func set(_ key: String, to value: String?) throws(SkeinError) {
        try write { db in
            if let value {
                try Self.set(key, to: value, db)
            } else {
                try db.execute(sql: "DELETE FROM setting WHERE key = ?", arguments: [key])
            }
        }
    }
}

private enum SettingKey {
    static let welcomed = "welcomed"
    static let account = "account"
}

extension MachineDatabase {
    private static func set(_ key: String, to value: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)",
            arguments: [key, value])
    }

    private static func insert(_ membership: Membership, _ db: Database) throws {
        let taken = try String.fetchOne(
            db, sql: "SELECT name FROM membership WHERE slug = ? OR mesh = ?",
            arguments: [membership.slug, membership.mesh.rawValue])
        if taken != nil {
            throw SkeinError(
                .meshExists, "a mesh called \(membership.slug) is joined already",
                hint: "Use it with --mesh \(membership.slug), or give the new one another name")
        }
        let broker: String? =
            switch membership.place {
            case .thisMachine: nil
            case .broker(let url): url
            }
        try db.execute(
            sql: """
                INSERT INTO membership (mesh, name, slug, broker, member, memberKey, permission,
                    joinedAt, lastUsedAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                membership.mesh.rawValue, membership.name, membership.slug, broker,
                membership.member.rawValue, membership.memberKey.hex,
                membership.permission.rawValue, membership.joinedAt.milliseconds,
                membership.lastUsedAt.milliseconds,
            ])
    }

    private static func memberships(_ db: Database) throws -> [Membership] {
        try Row.fetchAll(db, sql: "SELECT * FROM membership ORDER BY lastUsedAt DESC, slug")
            .map { row in
                guard let key = PublicKey(hex: row["memberKey"]) else {
                    throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a key is no key")
                }
                let broker: String? = row["broker"]
                return Membership(
                    mesh: MeshID(rawValue: row["mesh"]), name: row["name"], slug: row["slug"],
                    place: broker.map { .broker(url: $0) } ?? .thisMachine,
                    member: MemberID(rawValue: row["member"]), memberKey: key,
                    permission: Permission(rawValue: row["permission"]) ?? .member,
                    joinedAt: Moment(milliseconds: row["joinedAt"]),
                    lastUsedAt: Moment(milliseconds: row["lastUsedAt"]))
            }
    }

    private static func store(
        _ answers: LastAnswers, directory: String, at moment: Moment, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO answers
                    (directory, mesh, name, role, "groups", agent, usedAt)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                directory, answers.mesh.rawValue, answers.name, answers.role,
                try json(answers.groups), answers.agent, moment.milliseconds,
            ])
    }

    private static func answers(_ row: Row) throws -> LastAnswers {
        LastAnswers(
            mesh: MeshID(rawValue: row["mesh"]), name: row["name"], role: row["role"],
            groups: try value(row["groups"]), agent: row["agent"])
    }
}
