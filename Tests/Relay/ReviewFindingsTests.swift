import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

/// What a review of an earlier system found, by the review's numbers, where it is about the
/// relay's process and its files. Findings 7 and 8 are with the link (`LinkFaultTests`), 5, 6, 10
/// and 12 with what they are about: the mail, the spool and the hooks.
@Suite("Findings of a review", .timeLimit(.minutes(1)))
struct ReviewFindingsTests {
    @Test("finding 1: who started a relay is told of it when it answers, and not before")
    func readiness() async throws {
        try await RelayHarness.run { harness in
            let client = try await harness.connect()
            _ = try await client.status()
        }
        // A program that ends, and one that never says that it is ready.
        for (program, words) in [("true", "ended before it was ready"), ("exec sleep 1", "in time")] {
            let directory = try TemporaryDirectory()
            let home = try Home(root: directory.path)
            let starter = RelayStarter(
                executable: "/bin/sh", arguments: ["-c", program], environment: [:])
            let error = await #expect(throws: SkeinError.self) {
                try await RelayClient.connect(
                    home: home, starting: starter, limit: .milliseconds(300))
            }
            #expect(error?.code == .relayUnreachable)
            #expect(error?.message.contains(words) == true)
            #expect(error?.hint?.contains(home.relayLogPath) == true)
        }
    }

    @Test("finding 4: a secret's file is its owner's alone from its first moment")
    func secretModes() async throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path)
        try home.prepare()
        let place = home.launchKeysDirectory
        let isWriting = AsyncStream.makeStream(of: Void.self)
        let watching = Task.detached {
            var seen = Set<String>()
            while !Task.isCancelled {
                for name in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
                where (mode(place + "/" + name) ?? 0) & 0o077 != 0 { seen.insert(name) }
                isWriting.continuation.yield()
            }
            return seen
        }
        var iterator = isWriting.stream.makeAsyncIterator()
        await iterator.next()
        for number in 0..<200 {
            try home.storeLaunchSecrets(
                LaunchSecrets(sessionSeed: [UInt8](repeating: 7, count: 32), token: "t\(number)"),
                launch: LaunchID(rawValue: "l"))
        }
        watching.cancel()
        #expect(await watching.value == [])
        #expect(mode(place) == 0o700)
    }

    @Test("finding 9: a pid is nobody's identity: neither the relay's nor a launch's")
    func pids() async throws {
        try await RelayHarness.run { harness in
            try harness.home.prepare()
            // The note of a relay that is gone, whose pid another process has by now.
            try AtomicFile.write(
                Array("1\n/nowhere/relay.sock\n".utf8), to: harness.home.relayLockPath)
            let client = try await harness.connect()
            #expect(client.greeting.pid != 1 && harness.lockHolder == client.greeting.pid)
            let mesh = try harness.joinMesh()
            let process = try SleepingProcess()
            var launch = try harness.launch("dev1", in: mesh, process: process)
            launch.processStart -= 1
            await #expect {
                try await client.register(launch, token: RelayHarness.token)
            } throws: { ($0 as? SkeinError)?.code == .launchNotFound }
            #expect(try await client.status().launches == 0)
            process.end()
        }
    }

    @Test("finding 10: only a file that is not there is nothing; any other failure is told")
    func onlyMissing() throws {
        let directory = try TemporaryDirectory()
        #expect(try AtomicFile.read(directory.path + "/missing", limit: 10) == nil)
        #expect(throws: SkeinError.self) { try AtomicFile.read(directory.path, limit: 10) }
        let loop = directory.path + "/loop"
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
        #expect(throws: SkeinError.self) { try AtomicFile.read(loop, limit: 10) }
    }

    @Test("finding 11: what a relay makes is its owner's alone, whatever its starter's umask")
    func umasks() async throws {
        try await RelayHarness.run { harness in
            let starter = RelayStarter(
                executable: "/bin/sh",
                arguments: [
                    "-c", #"umask 0; exec "$0" "$@""#, RelayHarness.fixture, "relay", "run",
                ], environment: ProcessInfo.processInfo.environment)
            let mesh = try harness.joinMesh()
            let client = try await RelayClient.connect(
                home: harness.home, starting: starter, limit: .seconds(30))
            let process = try SleepingProcess()
            try await client.register(
                harness.launch("dev1", in: mesh, process: process), token: RelayHarness.token)
            #expect(openToOthers(harness.directory.path) == [])
            process.end()
        }
    }

    @Test("after the fix: two who write one file at a time leave one of the two, and no more")
    func atomicFile() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/file"
        let texts = (0..<20).map { [UInt8](repeating: UInt8(65 + $0), count: 50_000) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for text in texts { group.addTask { try AtomicFile.write(text, to: path) } }
            try await group.waitForAll()
        }
        let left = try #require(try AtomicFile.read(path, limit: 100_000))
        #expect(texts.contains(left))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["file"])
    }
}
