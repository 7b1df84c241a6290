import Connection
import Home
import Mesh
import MeshCrypto
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

@Suite("A launch that was kicked", .timeLimit(.minutes(1)))
struct KickedTests {
    @Test("stays absent, is in the status, and comes back when it is started again")
    func kicked() async throws {
        try await RelayHarness.run { harness in
            let far = try await FarMesh(harness)
            let mesh = far.membership
            let client = try await harness.connect()
            let process = try SleepingProcess()
            var launch = try harness.launch("dev1", in: mesh, process: process)
            try await client.register(launch, token: RelayHarness.token)

            let admin = try await far.admin(harness)
            _ = try await admin.ask(Kick(target: "dev1"), for: KickAnswer.self)
            var refused: [RefusedLaunch] = []
            while refused.isEmpty { refused = try await client.status().refused }
            #expect(
                refused == [
                    RefusedLaunch(
                        launch: launch.id, mesh: mesh.mesh, name: "dev1",
                        reason: "put out of the mesh for now (kicked)")
                ])
            try await client.refresh()
            await #expect {
                try await client.register(launch, token: RelayHarness.token)
            } throws: { ($0 as? SkeinError)?.code == .brokerRefused }
            #expect(try await client.peers(mesh: mesh.mesh) == [])

            let again = try SleepingProcess()
            let running = try #require(RunningProcess(pid: again.pid))
            (launch.pid, launch.processStart) = (running.pid, running.start)
            try await client.register(launch, token: RelayHarness.token)
            #expect(try await client.peers(mesh: mesh.mesh).map(\.name) == ["dev1"])
            #expect(try await client.status().refused == [])
            await admin.stop()
            process.end()
            again.end()
            await far.stop()
        }
    }
}

extension FarMesh {
    /// The mesh's owner, straight at the broker.
    func admin(_ harness: RelayHarness) async throws -> BrokerLink {
        let seed = try #require(try harness.home.memberSeed(mesh: membership.mesh))
        let keys = try #require(SigningKeys(seed: seed))
        let link = BrokerLink(
            endpoint: .loopback(port: port),
            hello: HelloParameters(
                mesh: membership.mesh, member: membership.member, memberKeys: keys,
                sessionKeys: .generate(), displayName: "me", sessionID: "admin", pid: 1, cwd: "/",
                isObserver: true),
            watchesPresence: false, now: { FarMesh.now })
        await link.start()
        try await link.firstHello()
        return link
    }
}
