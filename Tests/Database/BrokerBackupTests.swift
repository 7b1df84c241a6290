import BrokerEngine
import Foundation
import GRDB
import Home
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Database

@Suite("Backups of a broker's store")
struct BrokerBackupTests {
    private typealias Samples = BrokerStoreTests

    private static func ids(in path: String) throws -> [String] {
        let store = try BrokerDatabase.open(at: path)
        defer { store.close() }
        return try store.performBlocking {
            try $0.queued(in: Samples.mesh, for: ["b"], priorities: [.next], limit: 99)
        }.map(\.id)
    }

    private static func make(_ path: String, _ ids: [String]) throws {
        let store = try BrokerDatabase.open(at: path)
        defer { store.close() }
        try store.performBlocking { transaction in
            for id in ids { _ = try transaction.keep(Samples.message(id)) }
        }
    }

    /// The files in a directory, without the locks.
    private static func files(_ directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { !$0.hasSuffix(".lock") }.sorted()
    }

    @Test("a backup is one file with everything in it, made while mail comes in")
    func online() async throws {
        let directory = try TemporaryDirectory()
        let (path, copy) = (directory.path + "/broker.sqlite", directory.path + "/copy")
        let store = try BrokerDatabase.open(at: path)
        let long = String(repeating: "x", count: 20_000)
        for id in 0..<50 {
            _ = try await store.perform { try $0.keep(Samples.message("\(id)", text: long)) }
        }
        async let sending: Void = {
            for id in 50..<100 {
                _ = try await store.perform { try $0.keep(Samples.message("\(id)", text: long)) }
            }
        }()
        try await store.backUp(to: copy)
        try await sending
        store.close()
        #expect(mode(copy) == 0o600)
        #expect(try Self.files(directory) == ["broker.sqlite", "copy"])
        let kept = try Self.ids(in: copy)
        #expect(kept.count >= 50)
        #expect(kept == (0..<kept.count).map(String.init))
    }

    @Test("a backup takes no file's place")
    func taken() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/broker.sqlite"
        let store = try BrokerDatabase.open(at: path)
        defer { store.close() }
        let other = directory.path + "/mine"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: other))
        symlink("nowhere", directory.path + "/link")
        for place in [other, path, directory.path, directory.path + "/link"] {
            let error = await #expect(throws: SkeinError.self) { try await store.backUp(to: place) }
            #expect(error?.code == .fileExists, "\(place)")
        }
        let error = await #expect(throws: SkeinError.self) {
            try await store.backUp(to: directory.path + "/none/copy")
        }
        #expect(error?.code == .homeUnwritable)
        #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == Data("mine".utf8))
        #expect(try Self.files(directory).contains { $0.hasPrefix(".") } == false)
    }

    @Test("what was backed up is restored, and what stood there is kept")
    func restored() async throws {
        let directory = try TemporaryDirectory()
        let (path, copy) = (directory.path + "/broker.sqlite", directory.path + "/copy")
        try Self.make(path, ["1", "2"])
        let store = try BrokerDatabase.open(at: path)
        try await store.backUp(to: copy)
        store.close()
        try Self.make(path, ["3"])

        let refused = #expect(throws: SkeinError.self) {
            try BrokerDatabase.restore(from: copy, to: path)
        }
        #expect(refused?.code == .fileExists)
        #expect(try Self.ids(in: path) == ["1", "2", "3"])

        let aside = try #require(
            try BrokerDatabase.restore(from: copy, to: path, replacing: true))
        #expect(aside.hasPrefix(path + ".before-restore-20"))
        #expect(try Self.ids(in: path) == ["1", "2"])
        #expect(try Self.ids(in: aside) == ["1", "2", "3"])
        #expect(openToOthers(directory.path) == [])

        let elsewhere = directory.path + "/new.sqlite"
        #expect(try BrokerDatabase.restore(from: copy, to: elsewhere) == nil)
        #expect(try Self.ids(in: elsewhere) == ["1", "2"])
        // The backup can be used again, and nothing is left lying about.
        #expect(try Self.ids(in: copy) == ["1", "2"])
        #expect(try Self.files(directory).contains { $0.hasPrefix(".") } == false)
    }

    @Test("what a crash left in the log of the old store is kept with it")
    func log() throws {
        let directory = try TemporaryDirectory()
        let (path, copy) = (directory.path + "/broker.sqlite", directory.path + "/copy")
        try Self.make(copy, ["new"])
        try Self.make(path, ["old"])
        // The files as they are at some moment of a running broker, which then was killed.
        let store = try BrokerDatabase.open(at: path)
        _ = try store.performBlocking { try $0.keep(Samples.message("late")) }
        let crashed = directory.path + "/crashed.sqlite"
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: crashed + suffix)
        }
        store.close()
        let aside = try #require(
            try BrokerDatabase.restore(from: copy, to: crashed, replacing: true))
        #expect(try Self.ids(in: crashed) == ["new"])
        #expect(try Self.ids(in: aside) == ["old", "late"])
    }

    @Test("a damaged store gives way to a backup, and is kept as it was")
    func damagedTarget() throws {
        let directory = try TemporaryDirectory()
        let (path, copy) = (directory.path + "/broker.sqlite", directory.path + "/copy")
        try Self.make(copy, ["1"])
        let bytes = Data(repeating: 0x41, count: 8192)
        for suffix in ["", "-wal"] {
            try bytes.write(to: URL(fileURLWithPath: path + suffix))
        }
        let aside = try #require(
            try BrokerDatabase.restore(from: copy, to: path, replacing: true))
        #expect(try Self.ids(in: path) == ["1"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: aside)) == bytes)
    }

    @Test("a store that is open is not restored over")
    func inUse() throws {
        let directory = try TemporaryDirectory()
        let (path, copy) = (directory.path + "/broker.sqlite", directory.path + "/copy")
        try Self.make(copy, ["1"])
        let store = try BrokerDatabase.open(at: path)
        defer { store.close() }
        let error = #expect(throws: SkeinError.self) {
            try BrokerDatabase.restore(from: copy, to: path, replacing: true)
        }
        #expect(error?.code == .storeInUse)
    }

    /// What is no sound broker's store, and the code that says so.
    enum Unfit: CaseIterable {
        case missing, text, empty, cutShort, machine, newer, directory

        var code: ErrorCode {
            switch self {
            case .missing: .arguments
            case .newer: .storeNewer
            case .text, .empty, .cutShort, .machine, .directory: .storeCorrupt
            }
        }

        func make(_ path: String) throws {
            switch self {
            case .missing: break
            case .directory: mkdir(path, 0o700)
            case .empty: try Data().write(to: URL(fileURLWithPath: path))
            case .text:
                try Data(repeating: 0x41, count: 9000).write(to: URL(fileURLWithPath: path))
            case .machine:
                try MachineDatabase.open(at: path, createIfMissing: true).close()
            case .cutShort:
                try BrokerBackupTests.make(path, (0..<50).map(String.init))
                truncate(path, 40_960)
            case .newer:
                var migrator = BrokerDatabase.migrator
                migrator.registerMigration("999") { _ in }
                try DatabaseFile.open(path: path, migrator: migrator).close()
            }
        }
    }

    @Test("what is no sound broker's store is not restored", arguments: Unfit.allCases)
    func refused(_ unfit: Unfit) throws {
        let directory = try TemporaryDirectory()
        let (path, source) = (directory.path + "/broker.sqlite", directory.path + "/source")
        try Self.make(path, ["1"])
        try unfit.make(source)
        let error = #expect(throws: SkeinError.self) {
            try BrokerDatabase.restore(from: source, to: path, replacing: true)
        }
        #expect(error?.code == unfit.code)
        #expect(error?.message.contains(source) == true)
        #expect(try Self.ids(in: path) == ["1"])
        #expect(try Self.files(directory).contains { $0.contains("before-restore") } == false)
    }

    @Test("a store of the first release is migrated with its rows, after a copy")
    func migrated() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/broker.sqlite"
        let key = String(repeating: "a", count: 64)
        // As the first release wrote it.
        let old = try DatabaseQueue(path: path)
        try old.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('1');
                    CREATE TABLE mesh (
                        id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL,
                        ownerKey TEXT NOT NULL, createdAt INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE member (
                        id TEXT NOT NULL PRIMARY KEY,
                        mesh TEXT NOT NULL REFERENCES mesh ON DELETE CASCADE,
                        publicKey TEXT NOT NULL, displayName TEXT NOT NULL,
                        permission TEXT NOT NULL, joinedAt INTEGER NOT NULL, revokedAt INTEGER,
                        UNIQUE (mesh, publicKey)
                    ) STRICT, WITHOUT ROWID;
                    INSERT INTO mesh VALUES ('m', 'Flock', 'flock', '\(key)', 5);
                    INSERT INTO member VALUES ('n', 'm', '\(key)', 'Ada', 'admin', 6, NULL);
                    INSERT INTO member VALUES ('o', 'm', 'b\(key.dropFirst())', 'Bob', 'member', 7, 8);
                    """)
        }
        try old.close()
        let store = try BrokerDatabase.open(at: path)
        defer { store.close() }
        let publicKey = try #require(PublicKey(hex: key))
        let other = try #require(PublicKey(hex: "b" + key.dropFirst()))
        let mesh = MeshID(rawValue: "m")
        let (meshes, members) = try store.performBlocking { (try $0.meshes(), try $0.members()) }
        #expect(
            meshes == [
                BrokerMesh(
                    id: mesh, name: "Flock", slug: "flock", ownerKey: publicKey,
                    createdAt: Moment(milliseconds: 5))
            ])
        #expect(
            members == [
                BrokerMember(
                    id: MemberID(rawValue: "n"), mesh: mesh, publicKey: publicKey,
                    displayName: "Ada", permission: .admin, joinedAt: Moment(milliseconds: 6)),
                BrokerMember(
                    id: MemberID(rawValue: "o"), mesh: mesh, publicKey: other, displayName: "Bob",
                    permission: .member, joinedAt: Moment(milliseconds: 7),
                    revokedAt: Moment(milliseconds: 8)),
            ])
        let copy = try DatabaseQueue(path: path + ".before-1")
        #expect(try copy.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM member") } == 2)
        #expect(try copy.read { try $0.tableExists("message") } == false)
        // The copy can be restored, and is migrated then.
        let restored = directory.path + "/restored.sqlite"
        try BrokerDatabase.restore(from: path + ".before-1", to: restored)
        let again = try BrokerDatabase.open(at: restored)
        defer { again.close() }
        #expect(try again.performBlocking { try $0.meshes() } == meshes)
        #expect(openToOthers(directory.path) == [])
    }
}
