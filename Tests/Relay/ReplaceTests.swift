import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

@Suite("An older program's relay", .timeLimit(.minutes(1)))
struct ReplaceTests {
    @Test("is replaced once by ten programs that come at the same moment, and its launch stays")
    func replaced() async throws {
        try await RelayHarness.run { harness in
            let old = try await harness.connect(options: ["--program-version", "0.0.1"])
            let oldProcess = try #require(RunningProcess(pid: old.greeting.pid))
            let mesh = try harness.joinMesh()
            let process = try SleepingProcess()
            // Registered by an older one's client; which of them is who is told in the greeting.
            try await old.register(
                harness.launch("dev1", in: mesh, process: process), token: RelayHarness.token)
            let greetings = try await withThrowingTaskGroup(of: RelayGreeting.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        let client = try await harness.connect()
                        _ = try await client.status()
                        return client.greeting
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(greetings.map(\.pid)).count == 1)
            #expect(greetings.allSatisfy { $0.programVersion == SkeinVersion.current })
            #expect(greetings.first?.pid != oldProcess.pid)
            #expect(RunningProcess(pid: oldProcess.pid) != oldProcess)
            let client = try await harness.connect()
            #expect(try await client.status().launches == 1)
            // It ended as it should, whoever was about to connect.
            let log = try String(contentsOfFile: harness.home.relayLogPath, encoding: .utf8)
            #expect(!log.contains("Fatal error"))
            process.end()
        }
    }

    @Test("is used as it is by whoever only looks, and by what runs inside a launch")
    func used() async throws {
        try await RelayHarness.run { harness in
            let options = ["--program-version", "0.0.1"]
            let old = try await harness.connect(options: options)
            let looking = try await RelayClient.connect(home: harness.home, starting: nil)
            let proof = LaunchProof(id: LaunchID(rawValue: "l"), token: RelayHarness.token)
            let inside = try await RelayClient.connect(
                home: harness.home, starting: harness.starter(), as: proof)
            #expect(looking.greeting == old.greeting && inside.greeting == old.greeting)
        }
    }

    @Test("a newer program's is used")
    func newer() async throws {
        try await RelayHarness.run { harness in
            let newer = try await harness.connect(options: ["--program-version", "99.0.0"])
            #expect(try await harness.connect().greeting == newer.greeting)
        }
    }
}
