import GRDB
import Mesh
import MeshProtocol

extension MailStore {
    /// Days that what is finished is kept for: as long as a broker knows a message's id (protocol
    /// decision 9).
    static let daysKept: Int64 = 30
    /// And everything of a mesh that was left.
    static let daysAfterLeaving: Int64 = 7
    /// Shown mail and finished reports, each.
    static let mostKept = 100_000
    /// Rows a transaction takes away at most, so that none keeps the others waiting for long.
    static let sweepBatch = 1000

    /// Forgets what is older than it is kept: shown mail and finished reports 30 days, at most
    /// `mostKept` each; and everything of a mesh that has not been among `meshes` for 7 days: it
    /// may have been joined a moment ago, or the store that lists the meshes may have been lost.
    public func sweep(at now: Moment, meshes: Set<MeshID>) async throws(SkeinError) {
        try await sweep(at: now, meshes: meshes, mostKept: Self.mostKept)
    }

    func sweep(at now: Moment, meshes: Set<MeshID>, mostKept: Int) async throws(SkeinError) {
        let oldest = now.advanced(bySeconds: -Self.daysKept * 24 * 60 * 60)
        let left: [String] = try await write { try Sweep($0).left(at: now, joined: meshes) }
        for mesh in left { try await repeated { try Sweep($0).leave(mesh) } }
        try await write(waitsForDisk: false) { db in
            try db.run(
                "DELETE FROM untold WHERE toldAt <= ?",
                [now.advanced(byMilliseconds: -Self.toldAgain).milliseconds])
        }
        try await repeated { try Sweep($0).shown(olderThan: oldest, mostKept: mostKept) }
        try await repeated { try Sweep($0).sent(olderThan: oldest, mostKept: mostKept) }
        try await write { db in try db.run("DELETE FROM unread WHERE messages <= 0", []) }
    }

    private func repeated(
        _ work: @escaping @Sendable (StoreConnection) throws -> Int
    ) async throws(SkeinError) {
        while try await write(work) > 0 {}
    }
}

/// One step of a sweep; each answers how many rows it took away.
private struct Sweep {
    let db: StoreConnection

    init(_ db: StoreConnection) { self.db = db }

    private var batch: Int { MailStore.sweepBatch }

    /// Those that were left long enough ago.
    func left(at now: Moment, joined: Set<MeshID>) throws -> [String] {
        let limit = now.advanced(bySeconds: -MailStore.daysAfterLeaving * 24 * 60 * 60)
        return try db.rows("SELECT id, leftAt FROM mesh", []).compactMap { row in
            let mesh: String = row["id"]
            let leftAt = row.momentIfAny("leftAt")
            let isJoined = joined.contains(MeshID(rawValue: mesh))
            if isJoined ? leftAt != nil : leftAt == nil {
                try db.run(
                    "UPDATE mesh SET leftAt = ? WHERE id = ?",
                    [isJoined ? nil : now.milliseconds, mesh])
            }
            return !isJoined && leftAt.map { $0 < limit } ?? false ? mesh : nil
        }
    }

    func leave(_ mesh: String) throws -> Int {
        var gone = try forget(
            db.values("SELECT id FROM sent WHERE mesh = ? LIMIT ?", [mesh, batch]))
        let outgoing: [String] = try db.values(
            "SELECT id FROM outgoing WHERE mesh = ? LIMIT ?", [mesh, batch])
        for id in outgoing {
            try db.run("DELETE FROM receipt WHERE message = ?", [id])
            try db.run("DELETE FROM outgoing WHERE id = ?", [id])
        }
        gone += outgoing.count
        for table in ["incoming", "memberName"] {
            try db.run(
                """
                DELETE FROM \(table) WHERE number IN (
                    SELECT number FROM \(table) WHERE mesh = ? LIMIT ?)
                """,
                [mesh, batch])
            gone += db.changesCount
        }
        try db.run(
            """
            DELETE FROM seen WHERE (mesh, id, launch) IN (
                SELECT mesh, id, launch FROM seen WHERE mesh = ? LIMIT ?)
            """,
            [mesh, batch])
        gone += db.changesCount
        if gone > 0 { return gone }
        try db.run("DELETE FROM verified WHERE mesh = ?", [mesh])
        try db.run("DELETE FROM untold WHERE mesh = ?", [mesh])
        try db.run("DELETE FROM unread WHERE mesh = ?", [mesh])
        try db.run("DELETE FROM mesh WHERE id = ?", [mesh])
        return 0
    }

    /// That a message was shown is known for as long as a broker may send it once more.
    func shown(olderThan oldest: Moment, mostKept: Int) throws -> Int {
        let numbers: [Int64] = try finished(
            "incoming", "shownAt", olderThan: oldest, mostKept: mostKept, answering: "number")
        for number in numbers {
            try db.run(
                """
                INSERT INTO seen SELECT mesh, id, launch, shownAt FROM incoming
                WHERE number = ? AND shownAt >= ? ON CONFLICT DO NOTHING
                """,
                [number, oldest.milliseconds])
            try db.run("DELETE FROM incoming WHERE number = ?", [number])
        }
        try db.run(
            """
            DELETE FROM seen WHERE (mesh, id, launch) IN (
                SELECT mesh, id, launch FROM seen WHERE shownAt < ? LIMIT ?)
            """,
            [oldest.milliseconds, batch])
        return numbers.count + db.changesCount
    }

    func sent(olderThan oldest: Moment, mostKept: Int) throws -> Int {
        try forget(
            finished("sent", "sentAt", olderThan: oldest, mostKept: mostKept, answering: "id"))
    }

    /// Those of a table's rows that are too old or too many by the time in a column.
    private func finished<Value: DatabaseValueConvertible>(
        _ table: String, _ time: String, olderThan oldest: Moment, mostKept: Int,
        answering column: String
    ) throws -> [Value] {
        let tooMany = try db.row(
            """
            SELECT \(time) AS time, rowid AS number FROM \(table) WHERE \(time) IS NOT NULL
            ORDER BY \(time) DESC, rowid DESC LIMIT 1 OFFSET ?
            """,
            [mostKept])
        var last = (time: oldest.milliseconds, number: Int64.min)
        if let tooMany, last < (tooMany["time"], tooMany["number"]) {
            last = (tooMany["time"], tooMany["number"])
        }
        return try db.values(
            """
            SELECT \(column) FROM \(table) WHERE \(time) <= ? AND (\(time) < ? OR rowid <= ?)
            ORDER BY \(time), rowid LIMIT ?
            """,
            [last.time, last.time, last.number, batch])
    }

    private func forget(_ sent: [String]) throws -> Int {
        for id in sent {
            try db.run("DELETE FROM receipt WHERE message = ?", [id])
            try db.run("DELETE FROM sent WHERE id = ?", [id])
        }
        return sent.count
    }
}
