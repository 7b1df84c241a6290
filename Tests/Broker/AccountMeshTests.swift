import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol
import Testing

@testable import Broker

@Suite("Meshes of an account")
struct AccountMeshTests {
    @Test("a mesh made on one machine is joined on another, and both say hello")
    func wholeWay() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let (laptop, desk) = (world.signIn("laptop", &browser), world.signIn("desk", &browser))
        let (first, second) = (SigningKeys.generate(), SigningKeys.generate())
        let mesh = world.makeMesh("Payments Team", first, laptop)
        let listed = world.bearer(.GET, "/api/v1/meshes", desk).json["meshes"]?.list
        let row = try #require(listed?.first)
        #expect(listed?.count == 1 && row["id"]?.string == mesh)
        #expect(
            row.keys == [
                "id", "name", "slug", "permission", "members", "broker_url", "is_owner",
                "archived", "created_at",
            ])
        #expect(row["slug"]?.string == "payments-team" && row["permission"]?.string == "admin")
        #expect(row["broker_url"]?.string == "wss://broker.example/ws")
        #expect(row["members"]?.int == 1 && row["is_owner"] == .bool(true))
        let joined = world.joinMesh(mesh, second, desk)
        #expect(joined.status == 200 && joined.json["mesh"]?["members"]?.int == 2)
        let seats = world.contents.seats.values.filter { $0.mesh.rawValue == mesh }
        for (number, keys) in [first, second].enumerated() {
            let member = try #require(
                world.contents.members.values.first { $0.publicKey == keys.publicKey })
            #expect(seats.contains { $0.member == member.id })
            let hello = world.hello(mesh, member.id.rawValue, keys, socket: UInt64(number + 1))
            #expect(hello.type == "hello_ack")
        }
        #expect(world.open("/account", &browser).text.contains("Payments Team"))
    }

    @Test("a lost answer makes no second mesh and no second member")
    func again() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let (keys, owner) = (SigningKeys.generate(), SigningKeys.generate().publicKey.hex)
        var body = world.joining(owner, keys, token)
        body["name"] = "Payments"
        body["owner_key"] = .string(owner)
        let answers = (0..<2).map { _ in
            world.bearer(.POST, "/api/v1/meshes", token, .object(body)).json
        }
        #expect(answers[0] == answers[1] && answers[0]["member_id"]?.string != nil)
        let mesh = answers[0]["mesh"]?["id"]?.string ?? ""
        #expect(world.joinMesh(mesh, keys, token).json["member_id"] == answers[0]["member_id"])
        #expect(world.contents.members.values.filter { $0.mesh.rawValue == mesh }.count == 1)
        // The key with another machine's, or the name with another key.
        var other = world.joining(owner, .generate(), token)
        other["name"] = "Other"
        other["owner_key"] = .string(owner)
        var same = world.joining(SigningKeys(seed: [UInt8](repeating: 9, count: 32))?.publicKey.hex ?? "",
            keys, token)
        same["name"] = "PAYMENTS"
        same["owner_key"] = .string(
            SigningKeys(seed: [UInt8](repeating: 9, count: 32))?.publicKey.hex ?? "")
        for body in [other, same] {
            let answer = world.bearer(.POST, "/api/v1/meshes", token, .object(body))
            #expect(answer.status == 409 && answer.error == "E_MESH_EXISTS")
        }
    }

    struct Forgery: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var status: Int
        var error: String
        var change: @Sendable (inout [String: JSONValue], AccountWorld) -> Void
    }

    static let forgeries: [Forgery] = [
        Forgery(testDescription: "another's key", status: 403, error: "bad_proof") { body, _ in
            body["member_key"] = .string(SigningKeys.generate().publicKey.hex)
        },
        Forgery(testDescription: "another time", status: 403, error: "bad_proof") { body, world in
            body["timestamp"] = .integer(world.pages.now.wall.milliseconds + 1)
        },
        Forgery(testDescription: "too old", status: 400, error: "timestamp_skew") { body, world in
            body["timestamp"] = .integer(world.pages.now.wall.milliseconds - 61_000)
        },
        Forgery(testDescription: "too new", status: 400, error: "timestamp_skew") { body, world in
            body["timestamp"] = .integer(world.pages.now.wall.milliseconds + 61_000)
        },
        Forgery(testDescription: "no proof", status: 400, error: "E_ARGUMENTS") { body, _ in
            body["proof"] = nil
        },
        Forgery(testDescription: "zeroes", status: 403, error: "bad_proof") { body, _ in
            body["proof"] = .string(String(repeating: "0", count: 128))
        },
        Forgery(testDescription: "half a proof", status: 400, error: "E_ARGUMENTS") { body, _ in
            body["proof"] = .string(String(repeating: "0", count: 64))
        },
        Forgery(testDescription: "no point", status: 400, error: "E_ARGUMENTS") { body, _ in
            body["member_key"] = .string(String(repeating: "f", count: 64))
        },
        Forgery(testDescription: "no name", status: 400, error: "E_ARGUMENTS") { body, _ in
            body["display_name"] = "\u{1}"
        },
    ]

    @Test("who joins has the key it names, for this mesh, this account and now",
        arguments: forgeries)
    func proofs(_ forgery: Forgery) throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let mesh = world.makeMesh("M", .generate(), token)
        let count = world.contents.members.count
        var body = world.joining(mesh, .generate(), token)
        forgery.change(&body, world)
        let answer = world.bearer(.POST, "/api/v1/meshes/\(mesh)/join", token, .object(body))
        #expect(answer.status == forgery.status && answer.error == forgery.error)
        #expect(world.contents.members.count == count)
    }

    @Test("a proof for another mesh or another account proves nothing here")
    func otherProofs() throws {
        var world = try AccountWorld()
        var ann = world.register()
        var ben = world.register("ben@flock.example", from: "192.0.2.8")
        let (annToken, benToken) = (world.signIn("a", &ann), world.signIn("b", &ben))
        let (first, second) = (
            world.makeMesh("One", .generate(), annToken), world.makeMesh("Two", .generate(), annToken)
        )
        for body in [
            world.joining(second, .generate(), annToken), world.joining(first, .generate(), benToken),
        ] {
            let answer = world.bearer(.POST, "/api/v1/meshes/\(first)/join", annToken, .object(body))
            #expect(answer.error == "bad_proof")
        }
        // An account that is not in it learns not even that there is such a mesh.
        let none = world.joinMesh("none", .generate(), benToken)
        let foreign = world.joinMesh(first, .generate(), benToken)
        #expect(foreign.status == 404 && foreign.error == "E_MESH_NOT_FOUND")
        #expect(foreign.text == none.text)
        let archive = world.bearer(.POST, "/api/v1/meshes/\(first)/archive", benToken)
        #expect(archive.status == 404)
        #expect(world.joinMesh(PageWorld.mesh, .generate(), benToken).status == 404)
    }

    @Test("what makes no mesh is told")
    func noMesh() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let count = world.contents.meshes.count
        let owner = SigningKeys.generate().publicKey.hex
        let changes: [[String: JSONValue]] = [
            ["name": ""], ["name": 1], ["name": "！"], ["slug": "Not A Slug"], ["slug": ""],
            ["owner_key": "x"], ["owner_key": .string(String(repeating: "f", count: 64))],
        ]
        for change in changes {
            var body = world.joining(owner, .generate(), token)
            body["name"] = "Payments"
            body["owner_key"] = .string(owner)
            body.merge(change) { $1 }
            let answer = world.bearer(.POST, "/api/v1/meshes", token, .object(body))
            #expect(answer.status == 400 && answer.error == "E_ARGUMENTS", "\(change)")
        }
        #expect(world.bearer(.POST, "/api/v1/meshes", token, []).status == 400)
        #expect(world.contents.meshes.count == count)
    }

    @Test("a revoked device is put out at once, and only what it brought in")
    func revokedDevice() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let (laptop, desk) = (world.signIn("laptop", &browser), world.signIn("desk", &browser))
        let (first, second) = (SigningKeys.generate(), SigningKeys.generate())
        let mesh = world.makeMesh("M", first, laptop)
        let member = world.joinMesh(mesh, second, desk).json["member_id"]?.string ?? ""
        let mine = try #require(
            world.contents.members.values.first { $0.publicKey == first.publicKey }?.id.rawValue)
        let (kept, out) = (
            world.hello(mesh, mine, first, socket: 1), world.hello(mesh, member, second, socket: 2)
        )
        #expect(kept.type == "hello_ack" && out.type == "hello_ack")
        let id = try #require(world.contents.tokens.values.first { $0.name == "desk" }?.id)
        world.pages.effects = []
        #expect(world.bearer(.DELETE, "/api/v1/tokens/\(id)", laptop).status == 200)
        #expect(
            world.pages.effects.closing(of: out.socket)
                == .close(out.socket, code: 4001, reason: "device_revoked"))
        #expect(world.pages.effects.closing(of: kept.socket) == nil)
        let key = MemberID(rawValue: member)
        #expect(world.contents.members[key]?.revokedAt == world.pages.now.wall)
        #expect(world.pages.session(at: out.socket) == nil)
        #expect(world.hello(mesh, member, second, socket: 3).type == "error")
        #expect(
            world.contents.audits[MeshID(rawValue: mesh)]?.contains { $0.type == "device_revoked" }
                == true)
        // Its key is no way back, a new one is.
        let again = world.signIn("desk again", &browser)
        #expect(world.joinMesh(mesh, second, again).error == "key_revoked")
        #expect(world.joinMesh(mesh, .generate(), again).status == 200)
    }

    @Test("signing out and revoking on the page put out as well", arguments: [true, false])
    func otherWays(isSignOut: Bool) throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let keys = SigningKeys.generate()
        let mesh = world.makeMesh("M", keys, token)
        let seat = try #require(world.contents.seats.values.first)
        let hello = world.hello(mesh, seat.member.rawValue, keys, socket: 1)
        world.pages.effects = []
        if isSignOut {
            _ = world.post("/oauth/revoke", [("token", token)])
        } else {
            let seal = world.open("/account", &browser).seal
            _ = world.submit("/account/tokens/\(seat.token)/revoke", [], seal: seal, &browser)
        }
        #expect(
            world.pages.effects.closing(of: hello.socket)
                == .close(hello.socket, code: 4001, reason: "device_revoked"))
        #expect(world.contents.seats[seat.member]?.endedAt != nil)
    }

    @Test("whom the mesh put out or demoted gains nothing by another machine")
    func banned() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let mesh = world.makeMesh("M", .generate(), token)
        // As by an invite: the account belongs to the mesh and does not own it.
        let account = AccountID(rawValue: world.accountID(token))
        var ben = world.register("ben@flock.example", from: "192.0.2.8")
        let (one, two) = (world.signIn("one", &ben), world.signIn("two", &ben))
        let id = AccountID(rawValue: world.accountID(one))
        #expect(id != account)
        let now = world.pages.now.wall
        try world.pages.store.performNow {
            try $0.keep(
                AccountMesh(
                    account: id, mesh: MeshID(rawValue: mesh), permission: .admin, isOwner: false,
                    joinedAt: now))
        }
        let joined = world.joinMesh(mesh, .generate(), one).json
        #expect(joined["mesh"]?["permission"]?.string == "admin")
        #expect(joined["mesh"]?["is_owner"] == .bool(false))
        #expect(world.bearer(.POST, "/api/v1/meshes/\(mesh)/archive", one).error == "E_FORBIDDEN")
        let member = MemberID(rawValue: joined["member_id"]?.string ?? "")
        var record = try #require(world.contents.members[member])
        record.permission = .member
        try world.pages.store.performNow { [record] in try $0.update(record) }
        let second = world.joinMesh(mesh, .generate(), two)
        #expect(second.json["mesh"]?["permission"]?.string == "member")
        let secondID = MemberID(rawValue: second.json["member_id"]?.string ?? "")
        #expect(world.contents.members[secondID]?.permission == .member)
        // Its own revoking changes nothing of that.
        _ = world.post("/oauth/revoke", [("token", one)])
        let third = world.joinMesh(mesh, .generate(), two).json
        #expect(third["mesh"]?["permission"]?.string == "member")
        record = try #require(world.contents.members[secondID])
        record.revokedAt = now
        try world.pages.store.performNow { [record] in try $0.update(record) }
        let refused = world.joinMesh(mesh, .generate(), two)
        #expect(refused.status == 403 && refused.error == "E_FORBIDDEN")
    }

    @Test("nobody takes the key of another member or of another's session")
    func takenKeys() throws {
        var world = try AccountWorld()
        var ann = world.register()
        var ben = world.register("ben@flock.example", from: "192.0.2.8")
        let (annToken, benToken) = (world.signIn("a", &ann), world.signIn("b", &ben))
        let keys = SigningKeys.generate()
        let mesh = world.makeMesh("M", keys, annToken)
        let id = AccountID(rawValue: world.accountID(benToken))
        let now = world.pages.now.wall
        try world.pages.store.performNow {
            try $0.keep(
                AccountMesh(
                    account: id, mesh: MeshID(rawValue: mesh), permission: .member,
                    isOwner: false, joinedAt: now))
        }
        let taken = world.joinMesh(mesh, keys, benToken)
        #expect(taken.status == 409 && taken.error == "key_taken")
    }

    @Test("an archived mesh lets nobody in, and is still listed as such")
    func archived() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let keys = SigningKeys.generate()
        let mesh = world.makeMesh("M", keys, token)
        let seat = try #require(world.contents.seats.values.first)
        let hello = world.hello(mesh, seat.member.rawValue, keys, socket: 1)
        for _ in 0..<2 {
            #expect(world.bearer(.POST, "/api/v1/meshes/\(mesh)/archive", token).status == 200)
        }
        #expect(world.pages.effects.closing(of: hello.socket) != nil)
        #expect(world.joinMesh(mesh, .generate(), token).status == 404)
        let row = world.bearer(.GET, "/api/v1/meshes", token).json["meshes"]?.list?.first
        #expect(row?["archived"] == .bool(true))
        #expect(world.hello(mesh, seat.member.rawValue, keys, socket: 2).type == "error")
        // Its name is free again.
        #expect(!world.makeMesh("M", .generate(), token).isEmpty)
    }
}
