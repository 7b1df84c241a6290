import Accounts
import Connection
import Database
import Foundation
import Home
import Launch
import Mesh
import MeshCrypto
import MeshProtocol
import Synchronization
import TestSupport
import Testing

@Suite("A mesh of the account's is joined")
struct AccountJoinTests {
    private static let mesh = MeshOfAccount(
        mesh: MeshID(rawValue: "mesh1"), name: "Payments", slug: "payments", permission: .member,
        brokerURL: "wss://broker.example/ws")
    private static let joined = """
        {"mesh":{"id":"mesh1","name":"Payments","slug":"payments","permission":"admin",\
        "members":2,"broker_url":"wss://broker.example/ws","is_owner":false,"archived":false},\
        "member_id":"member1"}
        """
    private static let now = Moment(milliseconds: 1_700_000_000_000)

    private struct World {
        var directory: TemporaryDirectory
        var home: Home
        var database: MachineDatabase
        var join: AccountJoin
    }

    private static func world(_ directory: TemporaryDirectory, _ server: FakeWebServer) throws -> World {
        let home = try Home(root: directory.path + "/home")
        let file = AccountFile(
            account: SignedInAccount(
                server: server.url, id: "acc1", email: "ada@example.org", name: "Ada"),
            token: AccountToken.make(.session) { UInt8.random(in: .min ... .max) },
            issuedAt: now, expiresAt: now.advanced(bySeconds: 3600))
        try home.changeAccount { _ in file }
        let database = try MachineDatabase.open(
            at: home.machineDatabasePath, createIfMissing: true)
        let access = try #require(
            try AccountAccess.find(
                given: nil, server: nil, home: home, environment: [:], network: .plain))
        return World(
            directory: directory, home: home, database: database,
            join: AccountJoin(home: home, database: database, access: access))
    }

    @Test("the key is kept before the broker hears of it, the membership after, with a true proof")
    func order() async throws {
        let directory = try TemporaryDirectory()
        let keyFile = directory.path + "/home/data/keys/members/mesh1.key"
        let isKeyThere = Mutex(false)
        try await FakeWebServer.run({ _ in
            isKeyThere.withLock { $0 = FileManager.default.fileExists(atPath: keyFile) }
            return .json(200, Self.joined)
        }) { server in
            let world = try Self.world(directory, server)
            let membership = try await world.join.join(Self.mesh, as: "ada", now: Self.now)
            #expect(isKeyThere.withLock { $0 })
            #expect(membership.permission == .admin && membership.slug == "payments")
            #expect(membership.place == .broker(url: "wss://broker.example/ws"))
            #expect(try world.database.memberships() == [membership])
            let seed = try #require(try world.home.memberSeed(mesh: Self.mesh.mesh))
            #expect(SigningKeys(seed: seed)?.publicKey == membership.memberKey)
            let request = try #require(server.requests.first)
            #expect(request.path == "/api/v1/meshes/mesh1/join")
            let body = try #require(JSONValue.parse(Array(request.body.utf8)))
            #expect(body["display_name"] == "ada")
            #expect(body["member_key"]?.string == membership.memberKey.hex)
            let signed =
                "skein-account-join|mesh1|acc1|\(membership.memberKey.hex)|\(Self.now.milliseconds)"
            let proof = try #require(body["proof"]?.string.flatMap { Hex.bytes($0) })
            #expect(
                Signature.isValid(proof, of: Array(signed.utf8), by: membership.memberKey))
            // A second time there is nothing to do.
            #expect(
                try await world.join.join(Self.mesh, as: "ada", now: Self.now) == membership)
            #expect(server.requests.count == 1)
        }
    }

    @Test("what was cut off is gone on with by the same key")
    func again() async throws {
        let directory = try TemporaryDirectory()
        let count = Mutex(0)
        try await FakeWebServer.run({ _ in
            count.withLock { count in
                count += 1
                return count == 1 ? .hangUp : .json(200, Self.joined)
            }
        }) { server in
            let world = try Self.world(directory, server)
            let error = await #expect(throws: SkeinError.self) {
                try await world.join.join(Self.mesh, as: "ada", now: Self.now)
            }
            #expect(error?.code == .brokerUnreachable)
            #expect(try world.database.memberships() == [])
            let seed = try #require(try world.home.memberSeed(mesh: Self.mesh.mesh))
            let membership = try await world.join.join(Self.mesh, as: "ada", now: Self.now)
            #expect(SigningKeys(seed: seed)?.publicKey == membership.memberKey)
        }
    }

    @Test("a key that was put out is set aside, and a new one comes in")
    func putOut() async throws {
        let directory = try TemporaryDirectory()
        let count = Mutex(0)
        try await FakeWebServer.run({ _ in
            count.withLock { count in
                count += 1
                return count == 1
                    ? .json(409, #"{"error":"key_revoked","message":"put out"}"#)
                    : .json(200, Self.joined)
            }
        }) { server in
            let world = try Self.world(directory, server)
            let old = SigningKeys.generate()
            try world.home.storeMemberSeed(old.seed, mesh: Self.mesh.mesh)
            let membership = try await world.join.join(Self.mesh, as: "ada", now: Self.now)
            #expect(membership.memberKey != old.publicKey)
            #expect(try world.database.memberships().count == 1)
        }
    }

    @Test("another mesh's answer is not taken, and a refused token signs out")
    func refused() async throws {
        for (reply, code) in [
            (Self.joined.replacingOccurrences(of: "mesh1", with: "mesh2"), ErrorCode.brokerUnreachable),
            ("", .sessionExpired),
        ] {
            let directory = try TemporaryDirectory()
            try await FakeWebServer.run({ _ in reply.isEmpty ? .json(401, "{}") : .json(200, reply) })
            { server in
                let world = try Self.world(directory, server)
                let error = await #expect(throws: SkeinError.self) {
                    try await world.join.join(Self.mesh, as: "ada", now: Self.now)
                }
                #expect(error?.code == code)
                #expect(try world.database.memberships() == [])
                #expect(try (world.home.signedIn() == nil) == (code == .sessionExpired))
            }
        }
    }

    @Test("a short name that another mesh has gets a number")
    func slug() async throws {
        let directory = try TemporaryDirectory()
        try await FakeWebServer.run({ _ in .json(200, Self.joined) }) { server in
            let world = try Self.world(directory, server)
            try world.database.add(
                try NewMesh().membership(name: "payments", at: Self.now))
            let membership = try await world.join.join(Self.mesh, as: "ada", now: Self.now)
            #expect(membership.slug == "payments-2")
        }
    }
}
