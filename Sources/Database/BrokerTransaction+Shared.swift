import BrokerEngine
import GRDB
import Mesh
import MeshProtocol

extension BrokerTransaction: SharedRecords {
    func setState(_ entry: StateEntry, in mesh: MeshID) throws {
        try db.run(
            """
            INSERT OR REPLACE INTO state (mesh, key, value, updatedBy, updatedAt)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                mesh.rawValue, entry.key, entry.value.canonical, entry.updatedBy,
                entry.updatedAt.milliseconds,
            ])
    }

    func state(_ key: String, in mesh: MeshID) throws -> StateEntry? {
        try db.row("SELECT * FROM state WHERE mesh = ? AND key = ?", [mesh.rawValue, key])
            .map(Self.state)
    }

    func states(in mesh: MeshID) throws -> [StateEntry] {
        try db.rows("SELECT * FROM state WHERE mesh = ? ORDER BY key", [mesh.rawValue])
            .map(Self.state)
    }

    private static func state(_ row: Row) throws -> StateEntry {
        StateEntry(
            key: row["key"], value: try JSONColumn.value(row["value"]),
            updatedBy: row["updatedBy"], updatedAt: row.moment("updatedAt"))
    }
}

/// What a mesh remembers: found by its words (SQLite's FTS5), ranked by BM25.
extension BrokerTransaction {
    func remember(_ memory: MemoryRecord, in mesh: MeshID) throws {
        try db.run(
            """
            INSERT INTO memory (mesh, id, tags, rememberedBy, rememberedAt)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                mesh.rawValue, memory.id, try JSONColumn.text(memory.tags), memory.rememberedBy,
                memory.rememberedAt.milliseconds,
            ])
        try db.run(
            "INSERT INTO memoryText (rowid, content, tags) VALUES (?, ?, ?)",
            [db.lastInsertedRowID, memory.content, memory.tags.joined(separator: "\n")])
    }

    func recall(_ query: String, in mesh: MeshID, limit: Int) throws -> [MemoryRecord] {
        let limit = max(limit, 0)
        if query.allSatisfy(\.isWhitespace) {
            return try db.rows(
                """
                SELECT memory.*, memoryText.content FROM memory
                JOIN memoryText ON memoryText.rowid = memory.number
                WHERE mesh = ? ORDER BY rememberedAt DESC, number DESC LIMIT ?
                """,
                [mesh.rawValue, limit]
            ).map(Self.memory)
        }
        let match = MemoryQuery.match(query)
        if match.isEmpty { return [] }
        return try db.rows(
            """
            SELECT memory.*, memoryText.content FROM memoryText
            JOIN memory ON memory.number = memoryText.rowid
            WHERE memoryText MATCH ? AND memory.mesh = ?
            ORDER BY bm25(memoryText), memory.number DESC LIMIT ?
            """,
            [match, mesh.rawValue, limit]
        ).map(Self.memory)
    }

    func forget(memory id: String, in mesh: MeshID) throws -> Bool {
        let number: Int64? = try db.value(
            "SELECT number FROM memory WHERE mesh = ? AND id = ?", [mesh.rawValue, id])
        guard let number else { return false }
        try db.run("DELETE FROM memoryText WHERE rowid = ?", [number])
        try db.run("DELETE FROM memory WHERE number = ?", [number])
        return true
    }

    func memoryCount(in mesh: MeshID) throws -> Int {
        try db.value("SELECT count(*) FROM memory WHERE mesh = ?", [mesh.rawValue]) ?? 0
    }

    private static func memory(_ row: Row) throws -> MemoryRecord {
        MemoryRecord(
            id: row["id"], content: row["content"], tags: try JSONColumn.value(row["tags"]),
            rememberedBy: row["rememberedBy"], rememberedAt: row.moment("rememberedAt"))
    }
}

/// The words of a query as FTS5 takes them.
enum MemoryQuery {
    /// More words find little more, and each is looked up.
    private static let words = 64

    /// Runs of letters and digits, each as a string in quotes, any of which may match (SQLite's
    /// FTS5 documentation, section 3.1): what could have a meaning there never gets through.
    static func match(_ query: String) -> String {
        query.split { !$0.isLetter && !$0.isNumber }.prefix(words)
            .map { "\"\($0)\"" }.joined(separator: " OR ")
    }
}
