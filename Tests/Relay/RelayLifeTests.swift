import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

@Suite("The life of the relay's process", .timeLimit(.minutes(1)))
struct RelayLifeTests {
    @Test("one that is asked for is started once, is nobody's child, and answers")
    func starts() async throws {
        try await RelayHarness.run { harness in
            let client = try await harness.connect()
            let pid = client.greeting.pid
            #expect(pid != getpid())
            #expect(getsid(pid) != getsid(0))
            #expect(RunningProcess(pid: pid) != nil)
            let status = try await client.status()
            #expect(status.pid == pid && status.launches == 0 && status.meshes.isEmpty)
            #expect(status.programVersion == SkeinVersion.current)
            let other = try await harness.connect()
            #expect(other.greeting.pid == pid)
            #expect(harness.lockHolder == pid)
            #if os(Linux)
                let cwd = try FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/\(pid)/cwd")
                let input = try FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/\(pid)/fd/0")
                #expect(cwd == "/" && input == "/dev/null")
            #endif
        }
    }

    @Test("everything it makes is its owner's alone")
    func modes() async throws {
        try await RelayHarness.run { harness in
            let client = try await harness.connect()
            _ = try await client.status()
            #expect(mode(harness.home.socketPath) == 0o600)
            #expect(mode(harness.home.runtimeDirectory) == 0o700)
            #expect(openToOthers(harness.directory.path) == [])
        }
    }

    @Test("of twenty started at the same moment one lives, and all twenty callers reach it")
    func twenty() async throws {
        try await RelayHarness.run { harness in
            let pids = try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await harness.connect().status().pid }
                }
                return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
            }
            #expect(pids.count == 1)
        }
    }

    @Test("stopping it takes its socket away and ends the process")
    func stops() async throws {
        try await RelayHarness.run { harness in
            let client = try await harness.connect()
            try await client.stop()
            #expect(mode(harness.home.socketPath) == nil)
            await #expect(throws: SkeinError.self) {
                try await RelayClient.connect(home: harness.home, starting: nil)
            }
            let next = try await harness.connect()
            #expect(next.greeting.pid != client.greeting.pid)
        }
    }

    @Test("a socket that a killed relay left behind is replaced")
    func staleSocket() async throws {
        try await RelayHarness.run { harness in
            let first = try await harness.connect()
            kill(first.greeting.pid, SIGKILL)
            await #expect(throws: SkeinError.self) { while true { _ = try await first.status() } }
            #expect(mode(harness.home.socketPath) != nil)
            let second = try await harness.connect()
            #expect(second.greeting.pid != first.greeting.pid)
        }
    }

    @Test("SIGTERM and SIGINT end it cleanly, SIGHUP does nothing", arguments: [SIGTERM, SIGINT])
    func signals(number: Int32) async throws {
        try await RelayHarness.run { harness in
            let client = try await harness.connect()
            kill(client.greeting.pid, SIGHUP)
            _ = try await client.status()
            kill(client.greeting.pid, number)
            await #expect(throws: SkeinError.self) { while true { _ = try await client.status() } }
            #expect(mode(harness.home.socketPath) == nil)
        }
    }

    @Test("with nothing to do it ends by itself, and not while somebody is connected")
    func idle() async throws {
        try await RelayHarness.run { harness in
            var client: RelayClient? = try await harness.connect(idle: 200)
            let pid = try #require(client?.greeting.pid)
            let watched = try await ended(pid) {
                try await Task.sleep(for: .milliseconds(400))
                _ = try await client?.status()
                client = nil
            }
            #expect(watched)
            #expect(mode(harness.home.socketPath) == nil)
        }
    }

    /// Waits for the end of a process, which the kernel tells; not before `work` is done.
    private func ended(_ pid: Int32, _ work: () async throws -> Void) async throws -> Bool {
        let running = try #require(RunningProcess(pid: pid))
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let watch = try ProcessWatch(pid: pid, start: running.start) { continuation.finish() }
        try await work()
        for await _ in stream {}
        watch.cancel()
        return true
    }

    @Test("what keeps it from starting is told to whoever started it")
    func cannotStart() async throws {
        let home = try Home(root: "/dev/null/home")
        let starter = RelayStarter(
            executable: RelayHarness.fixture, environment: ProcessInfo.processInfo.environment)
        await #expect {
            try await RelayClient.connect(home: home, starting: starter)
        } throws: { ($0 as? SkeinError)?.code == .homeUnwritable }
        let missing = RelayStarter(executable: "/nowhere/skein", environment: [:])
        await #expect {
            try await RelayClient.connect(home: home, starting: missing)
        } throws: { error in
            guard let error = error as? SkeinError else { return false }
            return error.code == .relayUnreachable && error.message.contains("/nowhere/skein")
        }
    }

    @Test("a home whose path is too long for a socket works all the same")
    func longPath() async throws {
        let directory = try TemporaryDirectory()
        let long = directory.path + "/" + String(repeating: "l", count: 120)
        let home = try Home(root: long)
        let starter = RelayStarter(
            executable: RelayHarness.fixture, environment: ProcessInfo.processInfo.environment)
        let client = try await RelayClient.connect(
            home: home, starting: starter, limit: .seconds(30))
        _ = try await client.status()
        try await client.stop()
        #expect(mode(home.runtimeDirectory) == nil)
    }
}
