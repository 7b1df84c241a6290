import Foundation
import Home
import Mesh
import MeshProtocol
import Synchronization
import TestSupport
import Testing

@testable import Invites

@Suite("Founding a mesh at a broker")
struct FoundingTests {
    @Test("broken off, the same mesh is asked for again; a refusal begins anew")
    func again() async throws {
        let world = try JoiningTests.World()
        let founding = Founding(
            home: world.home, database: world.database, network: .plain,
            now: { Moment(milliseconds: JoiningTests.now) })
        let asked = Mutex<[FoundMesh]>([])
        try await FakeWebServer.run({ request in
            guard request.headers["authorization"] == "Bearer secret-of-the-operator",
                let found = try? JSONDecoder().decode(
                    FoundMesh.self, from: Data(request.body.utf8))
            else { return .json(401, #"{"error":"unauthorized","message":""}"#) }
            let number = asked.withLock { asked in
                asked.append(found)
                return asked.count
            }
            guard number > 1 else { return .hangUp }
            return .json(
                200,
                JoiningTests.json(
                    InviteAdmission(
                        meshID: found.mesh, meshName: found.name, meshSlug: "team",
                        memberID: found.member, permission: .admin, wasMember: false)))
        }) { server in
            func found(_ token: String) async throws -> Membership {
                try await founding.found(
                    "Team", slug: "team", at: server.url, ownerName: "Ana", token: token)
            }
            await #expect(throws: SkeinError.self) { _ = try await found("secret-of-the-operator") }
            let made = try await found("secret-of-the-operator")
            let both = asked.withLock { $0 }
            #expect(both.count == 2 && both[0].mesh == both[1].mesh)
            #expect(both[0].ownerKey == both[1].ownerKey && made.mesh == both[0].mesh)
            #expect(made.permission == .admin)
            #expect(made.place == .broker(url: "ws://127.0.0.1:\(server.port)/ws"))
            await #expect {
                _ = try await found("wrong-token-of-nobody")
            } throws: { ($0 as? SkeinError)?.code == .forbidden }
            #expect(try world.database.memberships() == [made])
        }
    }

    @Test("the token goes over no way that others can read")
    func exposed() async throws {
        let world = try JoiningTests.World()
        let founding = Founding(
            home: world.home, database: world.database, network: .plain,
            now: { Moment(milliseconds: 1) })
        for url in ["http://broker.example", "ws://10.0.0.5:7900/ws", "ftp://x", "nonsense"] {
            await #expect {
                _ = try await founding.found(
                    "Team", slug: "team", at: url, ownerName: "Ana", token: "secret-of-it")
            } throws: { ($0 as? SkeinError)?.code == .arguments }
        }
    }
}
