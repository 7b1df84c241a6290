import Foundation
import GRDB
import Mesh
import MeshProtocol
import Synchronization
import TestSupport
import Testing

@testable import Database

@Suite("What the mail store keeps, and what a question costs")
struct MailUpkeepTests {
    let directory: TemporaryDirectory
    let store: MailStore
    private let day: Int64 = 24 * 60 * 60 * 1000

    init() throws {
        directory = try TemporaryDirectory()
        store = try MailStore.open(at: directory.path + "/mail.sqlite")
    }

    private func count(_ table: String) async throws -> Int {
        try await store.read { try $0.value("SELECT count(*) FROM \(table)", []) ?? -1 }
    }

    @Test("finished mail is kept 30 days; what is unread, waits or is dead stays")
    func age() async throws {
        for number in 1...3 {
            try await store.enqueue(outgoing(number))
            _ = try await store.receive(incoming(number))
        }
        try await store.noteStored(mailID(1), at: at(1))
        try await store.noteDead(mailID(2), reason: "no", at: at(1))
        _ = try await store.note(receipt(1, at: 2), name: nil, in: mailMesh)
        _ = try await store.confirmShown([inboxKey(1)], at: at(1))
        try await store.sweep(at: at(30 * day), meshes: [mailMesh])
        #expect(try await count("sent") == 1)
        #expect(try await store.takeForLaunch(9, shown: true).numbers == ["1", "2", "3"])
        try await store.sweep(at: at(30 * day + 2), meshes: [mailMesh])
        #expect(try await count("sent") + count("receipt") + count("seen") == 0)
        #expect(try await store.takeForLaunch(9, shown: true).numbers == ["2", "3"])
        #expect(
            try await store.counts(of: mailMesh, launch: LaunchID(rawValue: "l"))
                == MailCounts(waiting: 1, dead: 1, unread: 2))
    }

    @Test("of what is too much the oldest goes; what was shown is not taken in again")
    func tooMany() async throws {
        for number in 1...6 {
            try await store.enqueue(outgoing(number))
            try await store.noteStored(mailID(number), at: at(7))
            _ = try await store.receive(incoming(number))
        }
        _ = try await store.confirmShown((1...5).map { inboxKey($0) }, at: at(7))
        try await store.sweep(at: at(8), meshes: [mailMesh], mostKept: 2)
        #expect(try await store.takeForLaunch(9, shown: true).numbers == ["4", "5", "6"])
        #expect(try await count("sent") == 2)
        for number in 1...6 { #expect(try await !store.receive(incoming(number))) }
        try await store.sweep(at: at(30 * day + 8), meshes: [mailMesh])
        #expect(try await count("seen") == 0)
        #expect(try await store.receive(incoming(1)))
    }

    @Test("of a mesh that was left 7 days ago nothing stays, of the others all")
    func leaving() async throws {
        for mesh in [mailMesh, otherMesh] {
            let first = mesh == mailMesh ? 1 : 101
            try await store.enqueue(outgoing(first, mesh: mesh))
            try await store.enqueue(outgoing(first + 1, mesh: mesh))
            _ = try await store.note(receipt(first, at: 1), name: nil, in: mesh)
            try await store.noteStored(mailID(first + 1), at: at(1))
            _ = try await store.receive(incoming(1, mesh: mesh))
            _ = try await store.receive(incoming(2, mesh: mesh))
            _ = try await store.confirmShown([inboxKey(2, mesh: mesh)], at: at(1))
            _ = try await store.meet("k", name: "n", in: mesh, at: at(1))
            try await store.setVerified("k", in: mesh, to: true, at: at(1))
        }
        let tables = [
            "outgoing", "sent", "receipt", "incoming", "unread", "memberName", "verified", "mesh",
            "untold",
        ]
        var before: [Int] = []
        for table in tables { before.append(try await count(table)) }
        // A mesh that is joined once more, or was missed for a moment, has lost nothing.
        try await store.sweep(at: at(9), meshes: [otherMesh])
        try await store.sweep(at: at(7 * day + 8), meshes: [mailMesh, otherMesh])
        try await store.sweep(at: at(7 * day + 9), meshes: [otherMesh])
        try await store.sweep(at: at(14 * day + 9), meshes: [otherMesh])
        for (table, count) in zip(tables, before) {
            #expect(try await self.count(table) == count, "\(table)")
        }
        try await store.sweep(at: at(14 * day + 10), meshes: [otherMesh])
        for (table, count) in zip(tables, before) {
            #expect(try await self.count(table) == count / 2, "\(table)")
        }
        #expect(try await store.counts(of: mailMesh, launch: nil) == MailCounts())
        #expect(try await store.counts(of: otherMesh, launch: nil).waiting == 1)
    }

    /// What every question but a sweep's asks, as SQLite traces it, is found by an index.
    @Test("no question reads all of a table or sorts it")
    func plans() async throws {
        let asked = Asked()
        try await store.write { db in
            try db.run(
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                INSERT INTO incoming (mesh, id, launch, senderName, senderKey, author, trust,
                    target, priority, text, hops, createdAt, receivedAt, shownAt)
                SELECT 'm1', 'i' || i, 'l', 'n', 's', 'agent', 'claimed', 't', i % 3, 'text', 0,
                    i, i, CASE WHEN i % 2 THEN i END FROM n
                """, [])
            try db.registerMesh(mailMesh)
            try db.run(
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                INSERT INTO outgoing (id, mesh, isEvent, spec, name, isPresent, priority, text,
                    size, author, hops, createdAt, attempts, state, dueAt)
                SELECT 'o' || i, 'm1', i % 2, 's', 'n', 1, 1, 'text', 4, 'agent', 0, i, 0, i % 3,
                    i FROM n
                """, [])
        }
        let pool = store.file.pool
        try await pool.writeWithoutTransaction { db in db.trace { asked.note($0) } }
        try await pool.read { db in db.trace { asked.note($0) } }
        try await store.enqueue(outgoing(1, kind: .event))
        try await store.enqueue(outgoing(2), limits: MailLimits())
        _ = try await store.leaseNow(50, limit: 10)
        try await store.noteFailed(mailID(2), reason: "r", retryAt: at(5))
        try await store.release([mailID(2)])
        try await store.releaseAll()
        try await store.noteDead(mailID(2), reason: "r", at: at(5))
        _ = try await store.retry(mailID(2))
        _ = try await store.cancel(mailID(2))
        try await store.noteStored(mailID(1), at: at(9))
        _ = try await store.note(receipt(1, at: 1), name: nil, in: mailMesh)
        _ = try await store.receive(incoming(1))
        for mesh in [mailMesh, nil] {
            _ = try await store.takeForLaunch(9, loan: 1, mesh: mesh)
            _ = try await store.takeForLaunch(9, mesh: mesh, shown: true)
        }
        _ = try await store.confirmShown([inboxKey(1)], at: at(9))
        _ = try await store.meet("k", name: "n", in: mailMesh, at: at(1))
        try await store.setVerified("k", in: mailMesh, to: true, at: at(1))
        _ = try await store.nextDue(of: mailMesh)
        _ = try await store.report(mailID(1).rawValue)
        _ = try await store.queue(of: mailMesh, limit: 9)
        _ = try await store.queue(of: nil, limit: 9)
        _ = try await store.counts(of: mailMesh, launch: nil)
        let launch = LaunchID(rawValue: "l")
        _ = try await store.lastShown(to: launch, from: "s", since: at(1))
        _ = try await store.isVerified("k", in: mailMesh)

        let statements = asked.statements
        #expect(statements.count > 30)
        var steps: Set<String> = []
        for sql in statements {
            let plan = try await pool.writeWithoutTransaction { db in
                db.trace(nil)
                let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
                statement.setUncheckedArguments([])
                return try Row.fetchAll(statement).map { $0["detail"] as String }
            }
            let costly = plan.filter { step in
                // What is leased, by an index of that alone; the oldest, by an index of the times.
                let isSmall = ["CONSTANT ROW", "outgoingLeased", "outgoingByTime"].contains {
                    step.hasSuffix($0)
                }
                return step.hasPrefix("SCAN") && !isSmall || step.contains("TEMP B-TREE")
            }
            #expect(costly == [], "\(sql)")
            steps.formUnion(plan)
        }
        // An index that is not used would leave a search of more than was asked for.
        let indices = [
            "outgoingReady", "outgoingDue", "outgoingEvents", "outgoingByMesh", "incomingUnread",
            "incomingUnreadOfMesh", "incomingByLaunch", "incomingByMesh", "incomingShownFrom",
            "incomingShownBy", "memberNameByName", "memberNameByKey",
        ]
        for index in indices {
            #expect(steps.contains { $0.contains("INDEX \(index) (") }, "\(index)")
        }
    }
}

/// The statements a store was asked.
private final class Asked: Sendable {
    private let held = Mutex<Set<String>>([])

    var statements: [String] { held.withLock { $0.sorted() } }

    func note(_ event: Database.TraceEvent) {
        guard case .statement(let statement) = event else { return }
        let sql = statement.sql
        let verbs = ["SELECT", "UPDATE", "DELETE", "INSERT"]
        if verbs.contains(where: { sql.hasPrefix($0) }) { _ = held.withLock { $0.insert(sql) } }
    }
}
