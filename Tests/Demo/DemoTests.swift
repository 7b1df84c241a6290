import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Demo
@testable import Relay

/// The demo with a real relay process, a real broker and eight real connections.
@Suite("The demo", .timeLimit(.minutes(2)))
struct DemoTests {
    private static var fixture: String {
        #if os(Linux)
            let tests = (try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        #else
            let tests = Bundle.allBundles.map(\.bundlePath).first { $0.hasSuffix(".xctest") }
                ?? CommandLine.arguments[0]
        #endif
        return (tests as NSString).deletingLastPathComponent + "/RelayFixture"
    }

    private func start(in directory: TemporaryDirectory) async throws -> RunningDemo {
        let demo = try DemoHome.make(environment: ["TMPDIR": directory.path])
        return try await demo.start(
            executable: Self.fixture, arguments: ["demo", "--directory", "/src"],
            environment: ProcessInfo.processInfo.environment)
    }

    @Test("whoever looks at once sees eight peers, each somebody; the end leaves nothing")
    func eight() async throws {
        let directory = try TemporaryDirectory()
        let demo = try await start(in: directory)
        let peers = try await demo.client.peers(mesh: demo.mesh())
        #expect(Set(peers.map(\.name)) == Set(SimulatedPeer.Profile.all.map(\.name)))
        #expect(Set(peers.map(\.memberKey)).count == 8)
        #expect(Set(peers.map(\.id)).count == 8)
        #expect(Set(peers.map(\.status)).count > 1)
        #expect(peers.allSatisfy { $0.summary?.isEmpty == false })
        #expect(openToOthers(directory.path) == [])
        await demo.end()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test("the mesh lives: something changes without anybody asking")
    func lives() async throws {
        let directory = try TemporaryDirectory()
        let demo = try await start(in: directory)
        let watcher = try await RelayClient.connect(home: demo.home, starting: nil)
        var changes = 0
        for try await event in watcher.watch(mesh: try demo.mesh()) {
            if case .changed = event { changes += 1 }
            if changes == 2 { break }
        }
        #expect(changes == 2)
        await demo.end()
    }

    @Test("when whoever started it is killed, nothing is left")
    func parentKilled() async throws {
        let directory = try TemporaryDirectory()
        let parent = Process()
        parent.executableURL = URL(fileURLWithPath: Self.fixture)
        parent.arguments = ["demo-parent"]
        parent.environment = ["TMPDIR": directory.path]
        let output = Pipe()
        parent.standardOutput = output
        try parent.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let pid = try #require(Int32(line.trimmingCharacters(in: .newlines)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
        let relay = try #require(RunningProcess(pid: pid))
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        let watch = try ProcessWatch(pid: pid, start: relay.start) { continuation.finish() }
        kill(parent.processIdentifier, SIGKILL)
        for await _ in ended {}
        watch.cancel()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test("when its relay is killed nothing is left either")
    func relayKilled() async throws {
        let directory = try TemporaryDirectory()
        let demo = try await start(in: directory)
        kill(demo.client.greeting.pid, SIGKILL)
        await demo.end()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test("a demo that cannot start leaves nothing")
    func cannotStart() async throws {
        let directory = try TemporaryDirectory()
        let demo = try DemoHome.make(environment: ["TMPDIR": directory.path])
        await #expect(throws: SkeinError.self) {
            try await demo.start(
                executable: "/bin/false", arguments: [], environment: [:])
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
        #expect(throws: SkeinError.self) {
            try DemoHome.make(environment: ["TMPDIR": "/dev/null"])
        }
    }
}
