import Foundation
import GRDB
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Database

@Suite("Opening a store")
struct DatabaseFileTests {
    private var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(sql: "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (7)")
        }
        return migrator
    }

    @Test("what is acknowledged is on the disk, and references are held to")
    func pragmas() throws {
        let directory = try TemporaryDirectory()
        let pool = try DatabaseFile.open(path: directory.path + "/s", migrator: migrator)
        let found = try pool.writeWithoutTransaction { db in
            [
                try String.fetchOne(db, sql: "PRAGMA journal_mode"),
                try String.fetchOne(db, sql: "PRAGMA synchronous"),
                try String.fetchOne(db, sql: "PRAGMA foreign_keys"),
            ]
        }
        #expect(found == ["wal", "2", "1"])
        #expect(openToOthers(directory.path) == [])
    }

    /// Ways for a store to be damaged, each with the bytes that then stand there.
    enum Damage: CaseIterable {
        case text, cutShort, middle, directory

        func make(at path: String, from pool: DatabasePool) throws {
            try closeWithoutLog(pool)
            let file = URL(fileURLWithPath: path)
            var bytes = try Data(contentsOf: file)
            switch self {
            case .text: bytes = Data(repeating: 0x41, count: 8192)
            case .cutShort: bytes = bytes.prefix(5000)
            case .middle: bytes.replaceSubrange(4096..., with: Data(count: bytes.count - 4096))
            case .directory: break
            }
            try FileManager.default.removeItem(at: file)
            if self == .directory {
                try FileManager.default.createDirectory(
                    at: file, withIntermediateDirectories: false)
            } else {
                try bytes.write(to: file)
            }
        }
    }

    @Test("a damaged machine store is moved aside with all it held", arguments: Damage.allCases)
    func movedAside(_ damage: Damage) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/machine.sqlite"
        let pool = try DatabaseFile.open(path: path, migrator: MachineDatabase.migrator)
        try damage.make(at: path, from: pool)
        let before = try? Data(contentsOf: URL(fileURLWithPath: path))

        let database = try MachineDatabase.open(at: path, createIfMissing: false)
        let aside = try #require(database.movedAside)
        #expect(aside.hasPrefix(path + ".corrupt-20"))
        // SQLite may have marked a page of what it could still read; nothing is taken away.
        let kept = try? Data(contentsOf: URL(fileURLWithPath: aside))
        if damage == .middle {
            #expect((kept?.count ?? 0) >= (before?.count ?? 1))
        } else {
            #expect(kept == before)
        }
        try database.add(membership("payments"))
        #expect(try database.record(directory: "/").memberships.count == 1)
        database.close()

        let again = try MachineDatabase.open(at: path, createIfMissing: false)
        #expect(again.movedAside == nil)
        #expect(try again.memberships().count == 1)
    }

    @Test("damage that shows only later is moved aside, too, and the work is done")
    func damagedLater() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/machine.sqlite"
        let first = try MachineDatabase.open(at: path, createIfMissing: true)
        try first.add(membership("payments"))
        first.close()
        let pool = try DatabaseFile.open(path: path, migrator: MachineDatabase.migrator)
        let root = try pool.read {
            try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_master WHERE name='membership'")
        }
        try closeWithoutLog(pool)
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: UInt64((try #require(root) - 1) * 4096))
        file.write(Data(repeating: 0x41, count: 4096))
        try file.close()

        let database = try MachineDatabase.open(at: path, createIfMissing: false)
        #expect(database.movedAside == nil)
        #expect(try database.record(directory: "/") == MachineRecord())
        #expect(database.movedAside?.hasPrefix(path + ".corrupt-") == true)
        try database.add(membership("new"))
    }

    @Test("a second damaged store does not take the first one's name")
    func movedAsideTwice() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/s"
        var names: Set<String> = []
        for _ in 0..<3 {
            try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
            let opened = try DatabaseFile.openMovingAside(path: path, migrator: migrator)
            names.insert(try #require(opened.movedAside))
            try closeWithoutLog(opened.queue)
        }
        #expect(names.count == 3)
        for name in names { #expect(FileManager.default.fileExists(atPath: name)) }
    }

    @Test("a damaged broker store is refused and stays where it is")
    func refused() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/broker.sqlite"
        let bytes = Data(repeating: 0x41, count: 8192)
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect {
            try DatabaseFile.open(path: path, migrator: migrator)
        } throws: { error in
            guard let error = error as? SkeinError else { return false }
            return error.code == .storeCorrupt && error.message.contains(path)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    @Test("a store of a newer program is refused, never moved aside")
    func newer() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/s"
        var newer = migrator
        newer.registerMigration("2") { _ in }
        try DatabaseFile.open(path: path, migrator: newer).close()
        #expect {
            try DatabaseFile.openMovingAside(path: path, migrator: migrator)
        } throws: { ($0 as? SkeinError)?.message.contains("newer Skein") == true }
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("before a store is migrated, a copy of it is kept")
    func backup() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/s"
        try DatabaseFile.open(path: path, migrator: migrator).close()
        var newer = migrator
        newer.registerMigration("2") { try $0.execute(sql: "DELETE FROM a") }
        let pool = try DatabaseFile.open(path: path, migrator: newer)
        #expect(try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM a") } == 0)
        let copy = try DatabaseQueue(path: path + ".before-1")
        #expect(try copy.read { try Int.fetchOne($0, sql: "SELECT x FROM a") } == 7)
        #expect(openToOthers(directory.path) == [])
    }

    @Test("many who make one store at the same moment all get it")
    func together() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/s"
        let values = try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await DatabaseFile.open(path: path, migrator: migrator).read {
                        try Int.fetchOne($0, sql: "SELECT sum(x) FROM a")
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == Array(repeating: 7, count: 8))
    }

    @Test("a place where nothing can be written, and a full disk, are told as such")
    func failures() {
        #expect {
            try DatabaseFile.open(path: "/proc/none/s", migrator: migrator)
        } throws: { ($0 as? SkeinError)?.code == .homeUnwritable }
        let full = StoreFailure.told(DatabaseError(resultCode: .SQLITE_FULL), path: "/s")
        #expect(full.code == .diskFull)
        let busy = StoreFailure.told(DatabaseError(resultCode: .SQLITE_BUSY), path: "/s")
        #expect(busy.message.contains("in use"))
    }

    @Test("a store that another process moved aside is left behind for the new one")
    func replaced() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/machine.sqlite"
        let database = try MachineDatabase.open(at: path, createIfMissing: true)
        try database.add(membership("old"))
        for suffix in ["", "-wal", "-shm"] { rename(path + suffix, path + ".aside" + suffix) }
        let other = try MachineDatabase.open(at: path, createIfMissing: true)
        try other.add(membership("new"))
        #expect(try database.memberships().map(\.slug) == ["new"])
    }
}

/// With a log beside it, a damaged file would be mended from the log.
private func closeWithoutLog(_ pool: any DatabaseWriter) throws {
    let path = try pool.writeWithoutTransaction { db in
        _ = try db.checkpoint(.truncate)
        return try String.fetchOne(db, sql: "SELECT file FROM pragma_database_list") ?? ""
    }
    try pool.close()
    for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
}
