import Foundation
import GRDB
import Mesh
import MeshProtocol

extension MachineDatabase {
    /// Every launch in a mesh, newest first.
    public func launches(mesh: MeshID, limit: Int = 1000) throws(SkeinError) -> [LaunchRecord] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM launch WHERE mesh = ? ORDER BY startedAt DESC LIMIT ?",
                arguments: [mesh.rawValue, limit]
            ).map(Self.launch)
        } ?? []
    }

    public func launch(_ id: LaunchID) throws(SkeinError) -> LaunchRecord? {
        try read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM launch WHERE id = ?", arguments: [id.rawValue]
            ).map(Self.launch)
        } ?? nil
    }

    public func latestLaunch(directory: String) throws(SkeinError) -> LaunchRecord? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT * FROM launch WHERE directory = ? ORDER BY startedAt DESC LIMIT 1",
                arguments: [directory]
            ).map(Self.launch)
        } ?? nil
    }

    /// Launches whose processes are not known to have ended.
    public func launchesToWatch() throws(SkeinError) -> [LaunchRecord] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM launch WHERE endedAt IS NULL ORDER BY startedAt, id"
            ).map(Self.launch)
        } ?? []
    }

    /// Keeps a launch, in place of what was known of it, as one that has not ended.
    public func store(_ launch: LaunchRecord) throws(SkeinError) {
        try write { db in try Self.store(launch, db) }
    }

    /// Its process is gone. The launch can still be resumed.
    public func endLaunch(_ id: LaunchID, at moment: Moment) throws(SkeinError) {
        try write { db in
            try db.execute(
                sql: "UPDATE launch SET endedAt = ? WHERE id = ? AND endedAt IS NULL",
                arguments: [moment.milliseconds, id.rawValue])
        }
    }

    /// Nil where it has not ended, or is not known.
    public func endOfLaunch(_ id: LaunchID) throws(SkeinError) -> Moment? {
        try read { db in
            try Int64.fetchOne(
                db, sql: "SELECT endedAt FROM launch WHERE id = ?", arguments: [id.rawValue]
            ).map { Moment(milliseconds: $0) }
        } ?? nil
    }

    /// The latest run of an agent's own session in a mesh.
    public func launch(
        agent: String, session: String, mesh: MeshID
    ) throws(SkeinError) -> LaunchRecord? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT * FROM launch WHERE mesh = ? AND agent = ? AND agentSession = ?
                    ORDER BY startedAt DESC LIMIT 1
                    """,
                arguments: [mesh.rawValue, agent, session]
            ).map(Self.launch)
        } ?? nil
    }

    /// For a launch that came to nothing.
    public func forgetLaunch(_ id: LaunchID) throws(SkeinError) {
        try write { db in
            try db.execute(sql: "DELETE FROM launch WHERE id = ?", arguments: [id.rawValue])
        }
    }

    static func store(_ launch: LaunchRecord, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO launch (id, mesh, name, role, "groups", agent, arguments,
                    directory, hostname, agentSession, pid, processStart, startedAt, mailMode,
                    mailPolicy, summary, isVisible, endedAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)
                """,
            arguments: [
                launch.id.rawValue, launch.mesh.rawValue, launch.name, launch.role,
                try json(launch.groups), launch.agent, try json(launch.arguments),
                launch.directory, launch.hostname, launch.agentSession, launch.pid,
                Int64(bitPattern: launch.processStart), launch.startedAt.milliseconds,
                launch.mail.mode.rawValue, launch.mail.policy.rawValue, launch.summary,
                launch.isVisible,
            ])
    }

    private static func launch(_ row: Row) throws -> LaunchRecord {
        LaunchRecord(
            id: LaunchID(rawValue: row["id"]), mesh: MeshID(rawValue: row["mesh"]),
            name: row["name"], role: row["role"], groups: try value(row["groups"]),
            agent: row["agent"], arguments: try value(row["arguments"]),
            directory: row["directory"], hostname: row["hostname"],
            agentSession: row["agentSession"], pid: row["pid"],
            processStart: UInt64(bitPattern: row["processStart"]),
            startedAt: Moment(milliseconds: row["startedAt"]),
            mail: MailMode(
                mode: MessageMode(rawValue: row["mailMode"]) ?? .push,
                policy: ReceiverPolicy(rawValue: row["mailPolicy"]) ?? .open),
            summary: row["summary"], isVisible: row["isVisible"])
    }

    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ text: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a list is not JSON")
        }
    }
}
