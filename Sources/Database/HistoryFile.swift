import Foundation
import GRDB
import Mesh
import MeshProtocol

/// The history's file, or its place in memory, and what is written to it. What cannot be read is
/// thrown away and begun anew: history is not mail.
struct HistoryFile: Sendable {
    /// Nil: in memory.
    let path: String?
    let limits: HistoryLimits
    private(set) var database: any DatabaseWriter
    /// No number up to this is given by any later run.
    private(set) var reserved: Int64
    /// The last number that may have been given.
    let lastNumber: Int64

    /// Numbers that are taken at once, so that a crash gives none of them twice.
    private static let block: Int64 = 1 << 16

    init(path: String?, limits: HistoryLimits, at moment: Moment) throws(SkeinError) {
        self.path = path
        self.limits = limits
        let (file, found) = try StoreFailure.telling(path ?? "") {
            let file = try Self.open(path)
            return (file, try Self.reserve(in: file, at: moment))
        }
        database = file
        lastNumber = found
        reserved = found + Self.block
    }

    /// Answers the last number that may have been given. A new file knows of none: the milliseconds
    /// since 1970 are more than ever happened, so that no number comes again where one was lost.
    private static func reserve(in file: any DatabaseWriter, at moment: Moment) throws -> Int64 {
        try file.write { db in
            let last = try Int64.fetchOne(db, sql: "SELECT number FROM reserved")
                ?? max(0, min(moment.milliseconds, 1 << 50))
            try db.execute(
                sql: "INSERT OR REPLACE INTO reserved (id, number) VALUES (1, ?)",
                arguments: [last + block])
            return last
        }
    }

    private static func open(_ path: String?) throws -> any DatabaseWriter {
        guard let path else {
            let queue = try DatabaseQueue()
            try migrator.migrate(queue)
            return queue
        }
        let (pool, aside) = try DatabaseFile.openPoolMovingAside(path: path, migrator: migrator)
        if let aside { remove(aside) }
        // What a failing machine loses is the last moments of what happened; nothing is torn.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
        return pool
    }

    func close() {
        // The writer last: only it can bring the log into the store and take it away.
        (database as? DatabasePool)?.invalidateReadOnlyConnections()
        try? database.close()
    }

    static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }

    /// Numbers up to `number` are about to be given.
    func needsBlock(for number: Int64) -> Bool { number + Self.block / 2 > reserved }

    // MARK: - Writing

    /// All of it or nothing. `current` are the segments that are being written, which stay.
    mutating func write(
        _ rows: [MeshID: [HistoryEntry]], upTo number: Int64, current: [MeshID: Int64]
    ) throws {
        let next = needsBlock(for: number) ? number + Self.block : reserved
        let limits = limits
        try database.write { db in
            let connection = StoreConnection(db)
            for (mesh, rows) in rows {
                let id = try Self.key(of: mesh, in: connection)
                for row in rows { try Self.insert(row, mesh: id, in: connection) }
                try Self.note(rows, mesh: id, in: connection)
                try Self.prune(id, keeping: current[mesh], limits, in: connection)
            }
            if next != reserved {
                try connection.run("UPDATE reserved SET number = ?", [next])
            }
        }
        reserved = next
    }

    /// What is older than the limit goes, of every mesh.
    func sweep(current: [MeshID: Int64], at moment: Moment) throws {
        let oldest = moment.advanced(byMilliseconds: -limits.age).milliseconds
        try database.write { db in
            let connection = StoreConnection(db)
            let kept = Set(current.values)
            let old = try connection.rows(
                "SELECT number, mesh FROM segment WHERE endedAt < ?", [oldest])
            for row in old where !kept.contains(row[0]) {
                try Self.removeSegment(row[0], mesh: row[1], in: connection)
            }
        }
    }

    /// A run that ended without a word left a link that looks live: from the last that is known on
    /// nobody looked. Answers whether it was so.
    func closeGap(of mesh: MeshID, number: Int64) throws -> Bool {
        try database.write { db in
            let connection = StoreConnection(db)
            guard
                let last = try connection.row(
                    """
                    SELECT segment.number, endedAt, link, mesh.id FROM segment
                    JOIN mesh ON mesh.id = segment.mesh WHERE mesh.name = ?
                    ORDER BY segment.number DESC LIMIT 1
                    """, [mesh.rawValue]),
                last[2] as Bool
            else { return false }
            let entry = HistoryEntry(
                number: number, at: Moment(milliseconds: last[1]), kind: .link,
                body: HistoryJSON.encoded(LinkState.connecting), segment: last[0],
                link: .connecting)
            try Self.insert(entry, mesh: last[3], in: connection)
            try Self.note([entry], mesh: last[3], in: connection)
            return true
        }
    }

    private static func key(of mesh: MeshID, in db: StoreConnection) throws -> Int64 {
        if let id: Int64 = try db.value("SELECT id FROM mesh WHERE name = ?", [mesh.rawValue]) {
            return id
        }
        try db.run("INSERT INTO mesh (name) VALUES (?)", [mesh.rawValue])
        return db.lastInsertedRowID
    }

    private static func insert(
        _ row: HistoryEntry, mesh: Int64, in db: StoreConnection
    ) throws {
        try db.run(
            "INSERT INTO entry (number, mesh, at, kind, body) VALUES (?, ?, ?, ?, ?)",
            [row.number, mesh, row.at.milliseconds, row.kind.rawValue, row.body])
    }

    private static func note(_ rows: [HistoryEntry], mesh: Int64, in db: StoreConnection) throws {
        var rest = rows[...]
        while let first = rest.first {
            let own = rest.prefix { $0.segment == first.segment }
            rest = rest.dropFirst(own.count)
            guard let last = own.last else { break }
            try db.run(
                """
                INSERT INTO segment (number, mesh, begunAt, endedAt, entries, bytes, link)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (number) DO UPDATE SET endedAt = excluded.endedAt,
                    entries = entries + excluded.entries, bytes = bytes + excluded.bytes,
                    link = excluded.link
                """,
                [
                    first.segment, mesh, first.at.milliseconds, last.at.milliseconds, own.count,
                    own.reduce(0) { $0 + $1.body.count }, last.link == .live,
                ])
        }
    }

    // MARK: - Pruning

    /// By whole segments, the oldest first, never the one that is being written.
    private static func prune(
        _ mesh: Int64, keeping current: Int64?, _ limits: HistoryLimits, in db: StoreConnection
    ) throws {
        guard
            let sum = try db.row(
                "SELECT sum(entries), sum(bytes) FROM segment WHERE mesh = ?", [mesh])
        else { return }
        var entries: Int = sum[0] ?? 0
        var bytes: Int = sum[1] ?? 0
        while entries > limits.entries || bytes > limits.bytes {
            guard
                let oldest = try db.row(
                    """
                    SELECT number, entries, bytes FROM segment WHERE mesh = ? AND number IS NOT ?
                    ORDER BY number LIMIT 1
                    """, [mesh, current])
            else { return }
            try removeSegment(oldest[0], mesh: mesh, in: db)
            entries -= oldest[1]
            bytes -= oldest[2]
        }
    }

    private static func removeSegment(
        _ number: Int64, mesh: Int64, in db: StoreConnection
    ) throws {
        let next: Int64? = try db.value(
            "SELECT min(number) FROM segment WHERE mesh = ? AND number > ?", [mesh, number])
        try db.run("DELETE FROM entry WHERE number = ?", [number])
        // Each by its own index.
        for kinds in ["kind < 3", "kind = 4"] {
            try db.run(
                "DELETE FROM entry WHERE mesh = ? AND number > ? AND number < ? AND \(kinds)",
                [mesh, number, next ?? .max])
        }
        try db.run("DELETE FROM segment WHERE number = ?", [number])
    }

    // MARK: - The schema

    /// Forward only: a migration that was released is never changed.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE mesh (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
                    CREATE TABLE reserved (id INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
                    -- `number` is that of its first entry, a keyframe.
                    CREATE TABLE segment (
                        number INTEGER PRIMARY KEY,
                        mesh INTEGER NOT NULL,
                        begunAt INTEGER NOT NULL,
                        endedAt INTEGER NOT NULL,
                        entries INTEGER NOT NULL,
                        bytes INTEGER NOT NULL,
                        -- The link is live at its end.
                        link INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX segmentByMesh ON segment (mesh, number);
                    CREATE TABLE entry (
                        number INTEGER PRIMARY KEY,
                        mesh INTEGER NOT NULL,
                        at INTEGER NOT NULL,
                        -- 0 keyframe, 1 changes, 2 link, 3 a keyframe that changes nothing, 4 event
                        kind INTEGER NOT NULL,
                        body BLOB NOT NULL
                    ) STRICT;
                    CREATE INDEX entryChanges ON entry (mesh, number) WHERE kind < 3;
                    CREATE INDEX entryTimes ON entry (mesh, at, number) WHERE kind < 3;
                    CREATE INDEX entryEvents ON entry (mesh, number) WHERE kind = 4;
                    CREATE INDEX entryAllEvents ON entry (number) WHERE kind = 4;
                    """)
        }
        return migrator
    }
}
