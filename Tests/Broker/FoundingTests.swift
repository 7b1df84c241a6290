import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Making a mesh at a broker that runs")
struct FoundingTests {
    static let path = "/api/v1/founded-meshes"
    static let mesh = String(repeating: "m", count: 32)
    static let token = "operator-token-of-this-test"
    static let start: Int64 = 1_776_000_000_000

    static func world(_ token: String? = token) throws -> PageWorld {
        var settings = PageDesk.Settings()
        settings.operatorToken = token
        return try PageWorld(settings)
    }

    static func body(
        mesh: String = mesh, name: String = "Payments", key: WireKeys = WireKeys(seed: 50),
        signing: WireKeys? = nil, at timestamp: Int64 = start
    ) -> String {
        let member = String(repeating: "n", count: 32)
        let signed = "skein-found|\(mesh)|\(member)|\(key.publicHex)|\(timestamp)|\(name)"
        return #"{"mesh_id":"\#(mesh)","member_id":"\#(member)","name":"\#(name)","#
            + #""owner_key":"\#(key.publicHex)","display_name":"Zoe","timestamp":\#(timestamp),"#
            + #""proof":"\#((signing ?? key).sign(signed))"}"#
    }

    static let bearer = [("authorization", "Bearer \(token)")]

    @Test("who has the operator's token makes one, whose owner can say hello; again is the same")
    func made() throws {
        var world = try Self.world()
        for _ in 0..<2 {
            let answer = world.ask(.POST, Self.path, Self.body(), headers: Self.bearer)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["mesh_slug"]?.string == "payments")
            #expect(answer.json["permission"]?.string == "admin")
        }
        #expect(world.store.contents.meshes.count == 2)
        let zoe = TestBroker.Member(
            id: String(repeating: "n", count: 32), name: "Zoe", keys: WireKeys(seed: 50))
        #expect(world.join(zoe) { $0.mesh = Self.mesh }.ack.type == "hello_ack")
    }

    @Test("nobody else does", arguments: [[], [("authorization", "Bearer wrong")], [("authorization", "Basic x")]])
    func refused(headers: [(String, String)]) throws {
        var world = try Self.world()
        #expect(world.ask(.POST, Self.path, Self.body(), headers: headers).status == 401)
        var closed = try Self.world(nil)
        #expect(closed.ask(.POST, Self.path, Self.body(), headers: Self.bearer).status == 401)
        #expect(world.store.contents.meshes.count == 1)
    }

    static let faults: [(String, String)] = [
        ("{}", "malformed"), (body(mesh: "short"), "malformed"), (body(name: " "), "malformed"),
        (body(name: "🦢"), "malformed"), (body(signing: WireKeys(seed: 51)), "bad_proof"),
        (body(at: start - 61_000), "timestamp_skew"), (body(name: "Test"), "mesh_exists"),
        (body(mesh: String(repeating: "m", count: 33)), "malformed"),
    ]

    @Test("what cannot be meant is told", arguments: faults)
    func faulty(body: String, word: String) throws {
        var world = try Self.world()
        let answer = world.ask(.POST, Self.path, body, headers: Self.bearer)
        #expect(answer.json["error"]?.string == word, "\(answer.text)")
        #expect(world.store.contents.meshes.count == 1)
    }
}
