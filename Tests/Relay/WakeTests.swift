import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

@Suite("A relay that was away", .timeLimit(.minutes(10)))
struct WakeTests {
    /// `SKEIN_STOP_SECONDS` makes it longer: after 90 s the broker has given the launch up.
    static let stop = ProcessInfo.processInfo.environment["SKEIN_STOP_SECONDS"]
        .flatMap { Int($0) }.map { Duration.seconds($0) } ?? .milliseconds(600)

    @Test("stopped and let go on, it finds its connection dead and is present again within 5 s")
    func stopped() async throws {
        try await RelayHarness.run { harness in
            let far = try await FarMesh(harness)
            let client = try await harness.connect(options: ["--wake-period", "100"])
            let process = try SleepingProcess()
            try await client.register(
                harness.launch("dev1", in: far.membership, process: process),
                token: RelayHarness.token)
            var connections = far.forwarder.connections.makeAsyncIterator()
            await connections.next()
            #expect(try await client.peers(mesh: far.membership.mesh).map(\.name) == ["dev1"])
            await connections.next()

            kill(client.greeting.pid, SIGSTOP)
            far.forwarder.goDeaf()
            try await Task.sleep(for: Self.stop)
            kill(client.greeting.pid, SIGCONT)
            let start = ContinuousClock.now
            await connections.next()
            // What was asked over a connection that is found dead fails; asked again, it is right.
            var names: [String]?
            while names != ["dev1"], start.duration(to: .now) < .seconds(5) {
                names = try? await client.peers(mesh: far.membership.mesh).map(\.name)
            }
            #expect(names == ["dev1"])
            #expect(try await client.status().meshes.map(\.link) == [.live])
            process.end()
            await far.stop()
        }
    }

    @Test("one whose home was moved ends, and the next serves there")
    func moved() async throws {
        try await RelayHarness.run { harness in
            let client = try await harness.connect(options: ["--wake-period", "50"])
            let other = try Home(root: harness.directory.path + "/moved")
            try FileManager.default.createDirectory(
                atPath: harness.directory.path + "/moved", withIntermediateDirectories: false)
            for name in ["data", "state", "run", "cache"] {
                try FileManager.default.moveItem(
                    atPath: "\(harness.directory.path)/\(name)",
                    toPath: "\(harness.directory.path)/moved/\(name)")
            }
            await #expect(throws: SkeinError.self) { while true { _ = try await client.status() } }
            let next = try await RelayClient.connect(
                home: other, starting: harness.starter(), limit: .seconds(30))
            #expect(next.greeting.pid != client.greeting.pid)
            try await next.stop()
        }
    }

    @Test("one whose socket was taken by another file ends and leaves that file")
    func socketTaken() async throws {
        try await RelayHarness.run { harness in
            let client = try await harness.connect(options: ["--wake-period", "50"])
            try FileManager.default.removeItem(atPath: harness.home.socketPath)
            try Data("mine".utf8).write(to: URL(fileURLWithPath: harness.home.socketPath))
            await #expect(throws: SkeinError.self) { while true { _ = try await client.status() } }
            #expect(try String(contentsOfFile: harness.home.socketPath, encoding: .utf8) == "mine")
        }
    }
}
