import Accounts
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

@Suite("A mesh is made at the account's broker")
struct AccountFoundingTests {
    private static let now = Moment(milliseconds: 1_700_000_000_000)
    private static let made = """
        {"mesh":{"id":"mesh1","name":"Payments","slug":"payments","permission":"admin",\
        "members":1,"broker_url":"wss://broker.example/ws","is_owner":true,"archived":false},\
        "member_id":"member1"}
        """

    private struct World {
        var root: String
        var home: Home
        var database: MachineDatabase
        var founding: AccountFounding

        var keys: [String] {
            get throws {
                try FileManager.default.contentsOfDirectory(
                    atPath: root + "/home/data/keys/members")
            }
        }

        func found(_ name: String = "Payments") async throws(SkeinError) -> Membership {
            try await founding.found(name, slug: "payments", ownerName: "ada", now: now)
        }
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
            root: directory.path, home: home, database: database,
            founding: AccountFounding(home: home, database: database, access: access))
    }

    private static func key(_ request: FakeWebServer.Request) throws -> String {
        let body = try #require(JSONValue.parse(Array(request.body.utf8)))
        return try #require(body["owner_key"]?.string)
    }

    @Test("the owner's key stays here, and is what proves it; one key is left of it")
    func order() async throws {
        let directory = try TemporaryDirectory()
        let keys = directory.path + "/home/data/keys/members"
        let before = Mutex<[String]?>(nil)
        try await FakeWebServer.run({ _ in
            before.withLock { $0 = try? FileManager.default.contentsOfDirectory(atPath: keys) }
            return .json(200, Self.made)
        }) { server in
            let world = try Self.world(directory, server)
            let membership = try await world.found()
            // It was kept before the broker heard of it.
            #expect(before.withLock { $0 }?.count == 1)
            #expect(try world.keys == ["mesh1.key"])
            #expect(membership.permission == .admin && membership.slug == "payments")
            #expect(membership.place == .broker(url: "wss://broker.example/ws"))
            #expect(try world.database.memberships() == [membership])
            let seed = try #require(try world.home.memberSeed(mesh: membership.mesh))
            #expect(SigningKeys(seed: seed)?.publicKey == membership.memberKey)
            let request = try #require(server.requests.first)
            #expect(request.method == "POST" && request.path == "/api/v1/meshes")
            let body = try #require(JSONValue.parse(Array(request.body.utf8)))
            let key = membership.memberKey.hex
            #expect(body["owner_key"]?.string == key && body["member_key"]?.string == key)
            #expect(body["name"] == "Payments" && body["display_name"] == "ada")
            let signed = "skein-account-join|\(key)|acc1|\(key)|\(Self.now.milliseconds)"
            let proof = try #require(body["proof"]?.string.flatMap { Hex.bytes($0) })
            #expect(Signature.isValid(proof, of: Array(signed.utf8), by: membership.memberKey))
            #expect(!request.body.contains(Hex.text(seed)))
        }
    }

    @Test("what was cut off is asked for again by the same key; another name has another")
    func again() async throws {
        let directory = try TemporaryDirectory()
        let count = Mutex(0)
        try await FakeWebServer.run({ _ in
            count.withLock { count in
                count += 1
                return count < 3 ? .hangUp : .json(200, Self.made)
            }
        }) { server in
            let world = try Self.world(directory, server)
            for name in ["Payments", "Payments"] {
                let error = await #expect(throws: SkeinError.self) { try await world.found(name) }
                #expect(error?.code == .brokerUnreachable)
            }
            #expect(try world.database.memberships() == [])
            let membership = try await world.found()
            let asked = try server.requests.map(Self.key)
            #expect(Set(asked) == [membership.memberKey.hex])
            #expect(try world.keys == ["mesh1.key"])
            _ = try? await world.found("Other")
            #expect(try server.requests.last.map(Self.key) != membership.memberKey.hex)
        }
    }

    @Test("a name the account has already is said so, and leaves no key")
    func exists() async throws {
        let directory = try TemporaryDirectory()
        try await FakeWebServer.run({ _ in
            .json(409, #"{"error":"E_MESH_EXISTS","message":"the account has a mesh called payments"}"#)
        }) { server in
            let world = try Self.world(directory, server)
            let error = await #expect(throws: SkeinError.self) { try await world.found() }
            #expect(error?.code == .meshExists)
            #expect(error?.hint?.contains("--mesh payments") == true)
            #expect(try world.keys == [])
            #expect(try world.database.memberships() == [])
        }
    }

    @Test("a mesh that is another's is not taken")
    func foreign() async throws {
        let directory = try TemporaryDirectory()
        let foreign = Self.made.replacingOccurrences(
            of: #""is_owner":true"#, with: #""is_owner":false"#)
        try await FakeWebServer.run({ _ in .json(200, foreign) }) { server in
            let world = try Self.world(directory, server)
            let error = await #expect(throws: SkeinError.self) { try await world.found() }
            #expect(error?.code == .brokerRefused)
            #expect(try world.database.memberships() == [])
        }
    }
}
