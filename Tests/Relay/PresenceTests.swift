import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

/// A launch's presence, with a real relay process, a real broker in it, and a real process for
/// the agent.
@Suite("A launch's presence", .timeLimit(.minutes(2)))
struct PresenceTests {
    @Test("it is there from the registration to the end of the process, and no longer")
    func livesAndDies() async throws {
        try await RelayHarness.run { harness in
            let membership = try harness.joinMesh()
            let process = try SleepingProcess()
            let launch = try harness.launch("dev-1", in: membership, process: process)
            let client = try await harness.connect()
            #expect(try await client.peers(mesh: membership.mesh) == [])
            let watch = try await WatchedNames(harness, membership)

            try await client.register(launch, token: RelayHarness.token)
            let peers = try await client.peers(mesh: membership.mesh)
            #expect(peers.map(\.name) == ["dev-1"])
            let peer = try #require(peers.first)
            #expect(peer.role == "reviewer" && peer.cwd == "/src" && peer.agent == "sh")
            #expect(peer.groups == launch.groups && peer.sessionID == launch.id.rawValue)
            #expect(peer.memberKey == membership.memberKey.hex)
            #expect(harness.home.launchesWithSecrets() == [launch.id])
            #expect(openToOthers(harness.directory.path) == [])
            let status = try await client.status()
            #expect(status.launches == 1 && status.brokerPort != nil)
            #expect(status.meshes.map(\.link) == [.live])

            try await watch.wait(for: ["dev-1"])
            process.end()
            try await watch.wait(for: [])
            #expect(try await client.peers(mesh: membership.mesh) == [])
            // Its key is kept for what is still sent to it.
            #expect(harness.home.launchesWithSecrets() == [launch.id])
            #expect(try await client.status().launches == 0)
        }
    }

    @Test("many launches of one member are many peers; registering one twice changes nothing")
    func many() async throws {
        try await RelayHarness.run { harness in
            let membership = try harness.joinMesh()
            let client = try await harness.connect()
            let processes = try (0..<5).map { _ in try SleepingProcess() }
            for (number, process) in processes.enumerated() {
                let launch = try harness.launch("dev-\(number)", in: membership, process: process)
                try await client.register(launch, token: RelayHarness.token)
                try await client.register(launch, token: RelayHarness.token)
            }
            let names = try await client.peers(mesh: membership.mesh).map(\.name).sorted()
            #expect(names == (0..<5).map { "dev-\($0)" })
            #expect(try await client.status().launches == 5)
        }
    }

    /// What ended, a reused pid and what ran before the system started anew do not come back.
    @Test("after the relay was killed, what lives comes back as the same peer, and only that")
    func restart() async throws {
        try await RelayHarness.run { harness in
            let membership = try harness.joinMesh()
            let processes = try (0..<3).map { _ in try SleepingProcess() }
            let launches = try processes.enumerated().map { number, process in
                try harness.launch("dev-\(number)", in: membership, process: process)
            }
            let first = try await harness.connect()
            for launch in launches { try await first.register(launch, token: RelayHarness.token) }
            let before = try await first.peers(mesh: membership.mesh)
            let port = try await first.status().brokerPort

            kill(first.greeting.pid, SIGKILL)
            await #expect(throws: SkeinError.self) { while true { _ = try await first.status() } }
            processes[1].end()
            // As if the third had ended and its pid been given to another process.
            var reused = launches[2]
            reused.processStart -= 1
            try harness.store(reused)

            let second = try await harness.connect()
            let watch = try await WatchedNames(harness, membership)
            try await watch.wait(for: ["dev-0"])
            let after = try await second.peers(mesh: membership.mesh)
            #expect(after.map(\.id) == before.filter { $0.name == "dev-0" }.map(\.id))
            #expect(after.map(\.sessionID) == [launches[0].id.rawValue])
            #expect(Set(harness.home.launchesWithSecrets()) == Set(launches.map(\.id)))
            #expect(try await second.status().brokerPort == port)

            kill(second.greeting.pid, SIGKILL)
            await #expect(throws: SkeinError.self) { while true { _ = try await second.status() } }
            try harness.set("relay.boot", to: "another boot")
            let third = try await harness.connect()
            #if os(Linux)
                #expect(try await third.peers(mesh: membership.mesh) == [])
                #expect(try await third.status().launches == 0)
            #endif
        }
    }

    @Test("stopping the relay says goodbye, keeps the keys, and the next one brings them back")
    func stop() async throws {
        try await RelayHarness.run { harness in
            let membership = try harness.joinMesh()
            let process = try SleepingProcess()
            let launch = try harness.launch("dev-1", in: membership, process: process)
            let first = try await harness.connect()
            try await first.register(launch, token: RelayHarness.token)
            let before = try await first.peers(mesh: membership.mesh).map(\.id)
            try await first.stop()
            #expect(harness.home.launchesWithSecrets() == [launch.id])
            let second = try await harness.connect()
            let watch = try await WatchedNames(harness, membership)
            try await watch.wait(for: ["dev-1"])
            #expect(try await second.peers(mesh: membership.mesh).map(\.id) == before)
        }
    }

    @Test("a launch keeps the relay from ending; its end lets it go")
    func idle() async throws {
        try await RelayHarness.run { harness in
            let membership = try harness.joinMesh()
            let process = try SleepingProcess()
            let launch = try harness.launch("dev-1", in: membership, process: process)
            var client: RelayClient? = try await harness.connect(idle: 100)
            let pid = try #require(client?.greeting.pid)
            try await client?.register(launch, token: RelayHarness.token)
            client = nil
            let relay = try #require(RunningProcess(pid: pid))
            let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
            let watch = try ProcessWatch(pid: pid, start: relay.start) { continuation.finish() }
            let again = try await harness.connect()
            #expect(again.greeting.pid == pid)
            again.close()
            process.end()
            for await _ in ended {}
            watch.cancel()
            #expect(RunningProcess(pid: pid) == nil)
        }
    }

    @Test("a port that somebody else has is told to whoever asks, and used again when it is free")
    func portTaken() async throws {
        try await RelayHarness.run { harness in
            let membership = try harness.joinMesh()
            let taken = try TakenPort()
            try harness.set("broker.port", to: String(taken.port))
            let client = try await harness.connect()
            await #expect {
                try await client.peers(mesh: membership.mesh)
            } throws: { ($0 as? SkeinError)?.code == .portTaken }
            taken.free()
            #expect(try await client.peers(mesh: membership.mesh) == [])
            #expect(try await client.status().brokerPort == taken.port)
        }
    }

    @Test("a mesh whose key is missing is told, not guessed")
    func missingKey() async throws {
        try await RelayHarness.run { harness in
            let membership = try harness.joinMesh()
            unlink(harness.home.memberKeysDirectory + "/" + membership.mesh.rawValue + ".key")
            let client = try await harness.connect()
            await #expect {
                try await client.peers(mesh: membership.mesh)
            } throws: { ($0 as? SkeinError)?.code == .storeCorrupt }
        }
    }
}

/// The names on a mesh, as a watch tells them.
private final class WatchedNames {
    private var iterator: RelayWatch.AsyncIterator
    private var peers: [String: String]?

    init(_ harness: RelayHarness, _ membership: Membership) async throws {
        iterator = try await harness.connect().watch(mesh: membership.mesh).makeAsyncIterator()
    }

    /// Returns when the mesh's peers have exactly these names.
    func wait(for names: Set<String>) async throws {
        while peers.map({ Set($0.values) }) != names {
            switch try await iterator.next() {
            case .snapshot(let all):
                peers = Dictionary(all.map { ($0.id, $0.name) }) { $1 }
            case .changed(let changes):
                for id in changes.left { peers?[id] = nil }
                for peer in changes.joined + changes.updated { peers?[peer.id] = peer.name }
            case .mail, .receipt, .state, .happened: break
            case .link: break
            case nil: throw CancellationError()
            }
        }
    }
}
