import BrokerEngine
import EngineContract
import Foundation
import GRDB
import Mesh
import MeshProtocol
import Synchronization
import TestSupport
import Testing

@testable import Database

/// What the contract does not say: how the embedded store keeps it.
@Suite("The embedded store's file")
struct BrokerStoreTests {
    static let mesh = MeshID(rawValue: "MeshMeshMeshMeshMeshMeshMeshMesh")

    static func message(
        _ id: String, to addresses: [String] = ["b"], text: String = "words"
    ) -> NewMessage {
        NewMessage(
            mesh: mesh, id: id, dedupeKey: id, sender: MemberID(rawValue: "ada"), senderKey: "a",
            target: "b", priority: .next, nonce: "nonce", ciphertext: text, isUnencrypted: false,
            createdAt: Moment(milliseconds: 1), expiresAt: Moment(milliseconds: 9),
            recipients: addresses.map {
                Recipient(address: $0, member: MemberID(rawValue: "bob"), sealedKey: "sealed")
            })
    }

    static func withStore(
        _ work: (BrokerDatabase, String) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/broker.sqlite"
        let store = try BrokerDatabase.open(at: path)
        defer { store.close() }
        try await work(store, path)
    }

    @Test("what is acknowledged is on the disk, readable by its owner only")
    func pragmas() async throws {
        try await Self.withStore { store, path in
            let found = try await store.pool.writeWithoutTransaction { db in
                [
                    try String.fetchOne(db, sql: "PRAGMA journal_mode"),
                    try String.fetchOne(db, sql: "PRAGMA synchronous"),
                ]
            }
            #expect(found == ["wal", "2"])
            #expect(openToOthers((path as NSString).deletingLastPathComponent) == [])
        }
    }

    @Test("a message's body and keys go with its last delivery")
    func bodies() async throws {
        try await Self.withStore { store, _ in
            let outcome = try await store.perform {
                try $0.keep(Self.message("1", to: ["b", "c"], text: "secret"))
            }
            guard case .kept(let number) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            func bodies() async throws -> [String] {
                try await store.pool.read { db in
                    try String.fetchAll(
                        db, sql: "SELECT nonce FROM message UNION ALL SELECT ciphertext FROM message")
                        + String.fetchAll(db, sql: "SELECT sealedKey FROM delivery WHERE sealedKey <> ''")
                }
            }
            for (address, left) in [
                ("b", ["nonce", "secret", "sealed"]), ("c", ["", ""]),
            ] {
                try await store.perform {
                    try $0.note([
                        DeliveryNote(
                            DeliveryID(message: number, address: address), .acked,
                            at: Moment(milliseconds: 5))
                    ])
                }
                #expect(try await bodies() == left)
            }
            let waiting = try await store.pool.read { db in
                try Int.fetchAll(
                    db,
                    sql: """
                        SELECT count(*) FROM queue UNION ALL SELECT bytes FROM queueSize
                        UNION ALL SELECT deliveries FROM queueSize
                        """)
            }
            #expect(waiting == [0, 0, 0])
        }
    }

    @Test("mail that waits is there after a restart, in order")
    func restart() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/broker.sqlite"
        let first = try BrokerDatabase.open(at: path)
        for id in ["1", "2", "3"] { _ = try await first.perform { try $0.keep(Self.message(id)) } }
        first.close()
        let second = try BrokerDatabase.open(at: path)
        defer { second.close() }
        let (waiting, again) = try await second.perform { transaction in
            (
                try transaction.queued(
                    in: Self.mesh, for: ["b"], priorities: [.next], limit: 9),
                try transaction.keep(Self.message("2"))
            )
        }
        #expect(waiting.map(\.id) == ["1", "2", "3"])
        #expect(again == .duplicate(waiting[1].delivery.message, id: "2"))
    }

    @Test("nothing reads a whole table that grows with what is kept")
    func plans() async throws {
        let directory = try TemporaryDirectory()
        let statements = Statements()
        for (index, check) in StoreContract.checks.enumerated() {
            let store = try BrokerDatabase.open(at: directory.path + "/\(index).sqlite")
            try await store.pool.writeWithoutTransaction { db in
                db.trace { event in
                    if case .statement(let statement) = event { statements.add(statement.sql) }
                }
            }
            try await check.run(store)
            store.close()
        }
        let store = try BrokerDatabase.open(at: directory.path + "/plans.sqlite")
        defer { store.close() }
        #expect(statements.all.count > 40)
        // A row for each mesh or member, read at a broker's start or summed up; FTS5's own settings.
        let small = [
            "SCAN mesh", "SCAN member", "SCAN queueSize", "SCAN main.memoryText_config",
        ]
        for sql in statements.all {
            let plan = try await store.pool.read { db in
                let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
                let none = Array(repeating: nil as Int?, count: sql.count { $0 == "?" })
                return try Row.fetchAll(statement, arguments: StatementArguments(none))
                    .map { (row: Row) -> String in row["detail"] }
            }
            for step in plan where step.hasPrefix("SCAN") && !step.contains("VIRTUAL TABLE") {
                #expect(
                    small.contains { step.hasPrefix($0) } || step == "SCAN CONSTANT ROW",
                    "\(sql): \(step)")
            }
            // What is sorted is read as a whole before.
            let isSorted = plan.contains { $0.contains("TEMP B-TREE") }
            let mayBe = ["bm25(", "FROM mesh", "FROM member"].contains { sql.contains($0) }
            #expect(!isSorted || mayBe, "\(sql)")
        }
    }

    /// The statements a store ran, each once.
    private final class Statements: Sendable {
        private let found = Mutex<Set<String>>([])
        private static let kinds = ["SELECT", "INSERT", "UPDATE", "DELETE"]

        var all: [String] { found.withLock { $0.sorted() } }

        func add(_ sql: String) {
            guard Self.kinds.contains(where: { sql.hasPrefix($0) }) else { return }
            _ = found.withLock { $0.insert(sql) }
        }
    }

    @Test("any change to the log breaks its chain where it was made")
    func tampering() async throws {
        let changes: [(String, Int?)] = [
            ("UPDATE audit SET payload = '{\"n\":99}' WHERE number = 3", 3),
            ("UPDATE audit SET payload = 'no JSON' WHERE number = 3", 3),
            ("UPDATE audit SET type = 'f' WHERE number = 1", 1),
            ("UPDATE audit SET actor = 'Eve' WHERE number = 5", 5),
            ("UPDATE audit SET at = at + 1 WHERE number = 4", 4),
            ("UPDATE audit SET hash = upper(hash) WHERE number = 2", 2),
            ("UPDATE audit SET mesh = 'other' WHERE number = 2", 2),
            ("DELETE FROM audit WHERE number = 1", 1),
            ("DELETE FROM audit WHERE number = 3", 3),
            ("DELETE FROM audit WHERE number = 5", 5),
            ("DELETE FROM audit WHERE number > 2", 3),
            ("DELETE FROM audit", 1),
            ("DELETE FROM auditHead", 1),
            ("UPDATE auditHead SET number = 4", 5),
            (
                """
                UPDATE audit SET number = 10 WHERE number = 2;
                UPDATE audit SET number = 2 WHERE number = 3;
                UPDATE audit SET number = 3 WHERE number = 10
                """, 2
            ),
            (
                """
                INSERT INTO audit SELECT mesh, 6, type, actor, payload, at, hash FROM audit
                WHERE number = 5
                """, 6
            ),
            // The same value, written otherwise.
            ("UPDATE audit SET payload = '{ \"t\" : \"x\", \"n\": 3 }' WHERE number = 3", nil),
        ]
        for (sql, brokenAt) in changes {
            try await Self.withStore { store, _ in
                try await store.perform { transaction in
                    for number in 1...5 {
                        try transaction.audit(
                            AuditEvent(
                                mesh: Self.mesh, type: "e", actor: "Ada",
                                payload: ["n": .integer(Int64(number)), "t": "x"],
                                at: Moment(milliseconds: 1)))
                    }
                }
                try await store.pool.write { try $0.execute(sql: sql) }
                let verdict = try await store.perform { try $0.verifyAudit(of: Self.mesh) }
                #expect(verdict.brokenAt == brokenAt, "\(sql)")
            }
        }
    }

    @Test("a full disk refuses and is told, and the store works again once there is room")
    func full() async throws {
        try await Self.withStore { store, _ in
            _ = try await store.perform { try $0.keep(Self.message("before")) }
            func bound(_ sql: String) async throws {
                try await store.pool.writeWithoutTransaction { try $0.execute(sql: sql) }
            }
            try await bound("PRAGMA max_page_count = 1")
            let long = String(repeating: "x", count: 50_000)
            for swallowing in [false, true] {
                let error = await #expect(throws: SkeinError.self) {
                    try await store.perform { transaction in
                        _ = try transaction.keep(Self.message("small"))
                        do {
                            _ = try transaction.keep(Self.message("large", text: long))
                        } catch {
                            // A work that goes on as if nothing were the matter.
                            if !swallowing { throw error }
                            _ = try transaction.keep(Self.message("after", text: long))
                        }
                    }
                }
                #expect(error?.code == .diskFull)
            }
            // What was there is read as ever.
            func waiting() async throws -> [String] {
                try await store.perform {
                    try $0.queued(in: Self.mesh, for: ["b"], priorities: [.next], limit: 9)
                        .map(\.id)
                }
            }
            #expect(try await waiting() == ["before"])
            try await bound("PRAGMA max_page_count = 1073741823")
            _ = try await store.perform { try $0.keep(Self.message("large", text: long)) }
            #expect(try await waiting() == ["before", "large"])
        }
    }

    @Test("one process at a time has a store open, by whatever name it calls it")
    func inUse() async throws {
        try await Self.withStore { store, path in
            let error = #expect(throws: SkeinError.self) { try BrokerDatabase.open(at: path) }
            #expect(error?.code == .storeInUse)
            #expect(error?.message.contains(path) == true)
            #expect(error?.message.contains("process \(getpid())") == true)
            store.close()
            store.close()
            let again = try BrokerDatabase.open(at: path)
            again.close()
        }
    }

    @Test("a store that could not be opened is not held")
    func notHeld() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/broker.sqlite"
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
        for _ in 0..<2 {
            let error = #expect(throws: SkeinError.self) { try BrokerDatabase.open(at: path) }
            #expect(error?.code == .storeCorrupt)
        }
    }
}
