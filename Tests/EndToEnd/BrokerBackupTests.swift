import Foundation
import TestSupport
import Testing

@Suite("A broker's store, carried away and brought back")
struct BrokerBackupTests {
    @Test("a backup taken while the broker runs is a whole store, and a file is never overwritten")
    func online() async throws {
        try await Place.with { place in
            let (data, copy) = (place.root + "/data", place.root + "/copy.db")
            let member = try await place.addMesh("Payments", data: data)
            let broker = try await RunningBroker.start(place, ["--data", data])
            let client = try OldClient(port: broker.port)
            _ = try client.hello(member, named: "ana")
            let made = try await place.skein("broker", "backup", copy, "--data", data, "--json")
            #expect(made.status == 0, "\(made.output)")
            // The broker was not held up, and its store is still its own.
            #expect(try client.peers() == ["ana"])
            let again = try await place.skein("broker", "backup", copy, "--data", data, "--json")
            #expect(again.status == 6)
            try await broker.end()

            let restored = try await place.skein(
                "broker", "restore", copy, "--data", place.root + "/elsewhere", "--json")
            #expect(restored.status == 0, "\(restored.output)")
            let other = try await RunningBroker.start(
                place, ["--data", place.root + "/elsewhere"])
            let there = try OldClient(port: other.port)
            #expect(try there.hello(member, named: "ana")["type"] as? String == "hello_ack")
            try await other.end()
            let leftovers = try FileManager.default.contentsOfDirectory(atPath: place.root)
                .filter { $0.hasPrefix("copy.db") || $0.hasPrefix(".copy.db") }
            #expect(leftovers == ["copy.db"])
        }
    }

    @Test("a backup can be taken while no broker runs")
    func offline() async throws {
        try await Place.with { place in
            let data = place.root + "/data"
            _ = try await place.addMesh("Payments", data: data)
            let made = try await place.skein("broker", "backup", "copy.db", "--data", data)
            #expect(made.status == 0, "\(made.errors)")
            #expect(FileManager.default.fileExists(atPath: place.work + "/copy.db"))
        }
    }

    @Test("a backup that cannot be written is told, and the broker's own directory is not blamed")
    func unwritable() async throws {
        try await Place.with { place in
            let data = place.root + "/data"
            _ = try await place.addMesh("Payments", data: data)
            let refused = try await place.skein(
                "broker", "backup", place.root + "/nowhere/copy.db", "--data", data)
            #expect(refused.status == 7)
            #expect(refused.errors.contains(place.root + "/nowhere/copy.db"))
            #expect(!refused.errors.contains("--data"))
        }
    }

    @Test("restoring takes no store's place unasked, and keeps the one it takes")
    func replacing() async throws {
        try await Place.with { place in
            let (data, copy) = (place.root + "/data", place.root + "/copy.db")
            let member = try await place.addMesh("Payments", data: data)
            try await place.skein("broker", "backup", copy, "--data", data)
            _ = try await place.addMesh("Later", data: data)

            let refused = try await place.skein(
                "broker", "restore", copy, "--data", data, "--json")
            #expect(refused.status == 6)
            let broker = try await RunningBroker.start(place, ["--data", data])
            let inUse = try await place.skein(
                "broker", "restore", copy, "--replace", "--data", data, "--json")
            #expect(inUse.output.contains("E_STORE_IN_USE"))
            try await broker.end()

            let done = try await place.skein(
                "broker", "restore", copy, "--replace", "--data", data, "--json")
            #expect(done.status == 0, "\(done.output)")
            let report = try done.json["data"] as? [String: any Sendable]
            let kept = try #require(report?["replaced"] as? String)
            #expect(FileManager.default.fileExists(atPath: kept))
            // What came after the backup is gone, what was in it is there.
            _ = try await place.addMesh("Later", data: data)
            let restored = try await RunningBroker.start(place, ["--data", data])
            let client = try OldClient(port: restored.port)
            #expect(try client.hello(member, named: "ana")["type"] as? String == "hello_ack")
            try await restored.end()
        }
    }

    @Test("what is no backup is refused, and nothing is changed", arguments: [true, false])
    func noBackup(isText: Bool) async throws {
        try await Place.with { place in
            let data = place.root + "/data"
            _ = try await place.addMesh("Payments", data: data)
            let before = try FileManager.default.contentsOfDirectory(atPath: data).sorted()
            try place.write(
                isText ? String(repeating: "no database\n", count: 500) : "", to: "copy.db")
            let refused = try await place.skein(
                "broker", "restore", place.root + "/copy.db", "--replace", "--data", data, "--json")
            #expect(refused.status == 8)
            #expect(refused.output.contains("E_STORE_CORRUPT"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: data).sorted() == before)
        }
    }
}
