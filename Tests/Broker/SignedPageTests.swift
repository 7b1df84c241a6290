import BrokerEngine
import Mesh
import MeshProtocol
import NIOHTTP1
import Testing

@testable import Broker

/// Protocol decision 14: who asks for members, or changes one or the mesh, signs it.
@Suite("Signed requests")
struct SignedPageTests {
    static let members = "/mesh/\(PageWorld.mesh)/members"
    static let settings = "/mesh/\(PageWorld.mesh)/settings"

    static func path(_ member: TestBroker.Member) -> String {
        "/mesh/\(PageWorld.mesh)/member/\(member.id)"
    }

    /// A signature as the protocol writes it, before it is made to go wrong.
    struct Signed {
        var member = TestBroker.ada
        var keys: WireKeys?
        var method: HTTPMethod
        var path: String
        var mesh = PageWorld.mesh
        var body = ""
        var timestamp: Int64

        var header: (String, String) {
            let text =
                "skein-http|\(method.rawValue)|\(path)|\(mesh)|\(member.id)|\(timestamp)|"
                + WireHash.sha256(body)
            return (
                "Authorization",
                "Skein \(member.id):\(timestamp):\((keys ?? member.keys).sign(text))"
            )
        }
    }

    static func ask(
        _ world: inout PageWorld, _ method: HTTPMethod, _ path: String, _ body: String = "",
        as member: TestBroker.Member = TestBroker.ada, _ change: (inout Signed) -> Void = { _ in }
    ) -> (status: Int, text: String, json: Json) {
        world.pass(seconds: 1)
        var signed = Signed(
            member: member, method: method, path: path, body: body,
            timestamp: world.now.wall.milliseconds)
        change(&signed)
        return world.ask(method, path, body, headers: [signed.header])
    }

    @Test("the forms of old, which anybody could send, are refused")
    func unsigned() throws {
        var world = try PageWorld()
        let old = [("X-Member-Id", TestBroker.ada.id)]
        for (method, path) in [
            (HTTPMethod.GET, Self.members), (.PATCH, Self.path(TestBroker.bob)),
            (.PATCH, Self.settings),
        ] {
            let answer = world.ask(method, path, "{}", headers: old)
            #expect(answer.status == 401)
            #expect(answer.json == .object([
                "ok": .bool(false), "error": .text("signature required"),
            ]))
        }
    }

    @Test("members are listed for a member, those put out left out")
    func list() throws {
        var world = try PageWorld()
        let presence = SavedPresence(
            member: MemberID(rawValue: TestBroker.bob.id), groups: [], profile: PeerProfile(),
            isVisible: true, summary: nil, stats: PeerStats(), lastSeenAt: Moment(milliseconds: 0))
        world.registry.saved[presence.member] = presence
        _ = world.join(TestBroker.ada, session: 20)
        _ = world.join(TestBroker.ada, session: 21)
        let answer = Self.ask(&world, .GET, Self.members, as: TestBroker.bob)
        #expect(answer.status == 200)
        let listed = try #require(answer.json["members"]?.list)
        #expect(listed.map { $0["displayName"]?.string } == ["Ada", "Bob"])
        #expect(listed[0]["online"] == .bool(true) && listed[0]["sessionCount"]?.int == 2)
        #expect(listed[1]["online"] == .bool(false))
        #expect(listed[1]["lastSeenAt"]?.string == "1970-01-01T00:00:00.000Z")
        #expect(listed[1]["roleTag"] == .null && listed[1]["dashboardUserId"] == .null)
        #expect(listed[0]["permission"]?.string == "admin")
    }

    static let faults: [(String, @Sendable (inout Signed) -> Void)] = [
        ("bad_signature", { $0.keys = WireKeys(seed: 9) }),
        ("bad_signature", { $0.method = .POST }),
        ("bad_signature", { $0.path = "/mesh/other/settings" }),
        ("bad_signature", { $0.mesh = "other" }),
        ("bad_signature", { $0.body = "{}" }),
        ("bad_signature", { $0.member.id = TestBroker.bob.id }),
        ("timestamp_skew", { $0.timestamp += 60_001 }),
        ("timestamp_skew", { $0.timestamp -= 60_001 }),
        ("revoked", { $0.member = PageWorld.eve }),
    ]

    @Test("what is signed is all of it, by that member, now", arguments: faults.indices)
    func fault(index: Int) throws {
        let (word, change) = Self.faults[index]
        var world = try PageWorld()
        let body = #"{"selfEditable":{"groups":false}}"#
        let answer = Self.ask(&world, .PATCH, Self.settings, body, change)
        #expect([401, 403].contains(answer.status))
        #expect(answer.json["error"]?.string == word)
    }

    @Test(
        "what is no signature is told so",
        arguments: ["Skein", "Skein x", "Skein a:b:c", "Skein a:1:", "Skein a:1:zz", "Bearer x"])
    func malformed(value: String) throws {
        var world = try PageWorld()
        let answer = world.ask(.GET, Self.members, headers: [("Authorization", value)])
        #expect(answer.status == 401)
    }

    @Test("a change is taken once, a question as often as it is asked")
    func replay() throws {
        var world = try PageWorld()
        let body = #"{"displayName":"Bobby"}"#
        let change = Signed(
            member: TestBroker.bob, method: .PATCH, path: Self.path(TestBroker.bob), body: body,
            timestamp: world.now.wall.milliseconds)
        #expect(world.ask(.PATCH, change.path, body, headers: [change.header]).status == 200)
        world.pass(seconds: 60)
        let again = world.ask(.PATCH, change.path, body, headers: [change.header])
        #expect(again.status == 401 && again.json["error"]?.string == "replayed")
        let question = Signed(
            method: .GET, path: Self.members, timestamp: world.now.wall.milliseconds)
        for _ in 0..<2 {
            #expect(world.ask(.GET, question.path, headers: [question.header]).status == 200)
        }
    }

    @Test("a changed member is on disk, in the roster, and told to its own sessions")
    func changeMember() throws {
        var world = try PageWorld()
        let own = world.join(TestBroker.bob, session: 20).socket
        let other = world.join(TestBroker.ada, session: 21).socket
        world.effects = []
        let body = #"{"displayName":" Bobby ","roleTag":"qa","messageMode":"inbox"}"#
        let answer = Self.ask(&world, .PATCH, Self.path(TestBroker.bob), body, as: TestBroker.bob)
        #expect(answer.status == 200)
        #expect(answer.json["member"]?["displayName"]?.string == "Bobby")
        #expect(answer.json["changes"]?.keys == ["displayName", "roleTag", "messageMode"])
        let id = MemberID(rawValue: TestBroker.bob.id)
        let kept = world.store.member(id)
        #expect(kept?.displayName == "Bobby" && kept?.messageMode == .inbox)
        #expect(world.store.events == ["member_changed"])
        #expect(world.registry.roster.member(MeshID(rawValue: PageWorld.mesh), id: id) == kept)
        let push = try #require(world.frames(to: own).first)
        #expect(push["event"]?.string == "profile_updated")
        #expect(push["eventData"]?["roleTag"]?.string == "qa")
        #expect(world.frames(to: other).isEmpty)
    }

    @Test("two changes at once both hold, and one that fails leaves nothing")
    func concurrent() throws {
        var world = try PageWorld()
        let id = MemberID(rawValue: TestBroker.bob.id)
        for body in [#"{"roleTag":"qa"}"#, #"{"messageMode":"off"}"#] {
            let signed = Signed(
                method: .PATCH, path: Self.path(TestBroker.bob), body: body,
                timestamp: world.now.wall.milliseconds)
            _ = world.begin(.PATCH, signed.path, body, headers: [signed.header])
        }
        _ = world.runStore()
        let kept = world.store.member(id)
        #expect(kept?.roleTag == "qa" && kept?.messageMode == .off)
        world.store.failure = SkeinError(.diskFull, "full")
        let failed = Self.ask(&world, .PATCH, Self.path(TestBroker.bob), #"{"roleTag":"x"}"#)
        #expect(failed.status == 503)
        #expect(world.registry.roster.member(MeshID(rawValue: PageWorld.mesh), id: id) == kept)
    }

    static let refusals: [(TestBroker.Member, String, String, Int, String)] = [
        (TestBroker.bob, path(TestBroker.ada), #"{"roleTag":"x"}"#, 403, "not authorized"),
        (
            TestBroker.bob, path(TestBroker.bob), #"{"permission":"admin","roleTag":"x"}"#, 403,
            "admin-managed fields: permission"
        ),
        (TestBroker.bob, path(TestBroker.bob), "{}", 400, "no fields to update"),
        (TestBroker.ada, path(PageWorld.eve), #"{"roleTag":"x"}"#, 400, "member not found"),
        (
            TestBroker.ada, path(TestBroker.ada), #"{"permission":"member"}"#, 403,
            "the owner of the mesh is an admin"
        ),
        (
            TestBroker.ada, path(TestBroker.ada), #"{"messageMode":"loud"}"#, 400,
            "invalid JSON, or a field of another kind"
        ),
        (
            TestBroker.bob, settings, #"{"selfEditable":{"groups":false}}"#, 403,
            "admin access required"
        ),
        (TestBroker.ada, settings, "{}", 400, "no settings to update"),
        (TestBroker.ada, settings, "[", 400, "invalid JSON"),
    ]

    @Test("what may not be changed is refused in words", arguments: refusals.indices)
    func refused(index: Int) throws {
        let (member, path, body, status, word) = Self.refusals[index]
        var world = try PageWorld()
        let before = world.store.contents.members
        let answer = Self.ask(&world, .PATCH, path, body, as: member)
        #expect(answer.status == status && answer.json["error"]?.string == word)
        #expect(world.store.contents.members == before)
    }

    @Test("what the mesh's settings say holds from then on")
    func changeSettings() throws {
        var world = try PageWorld()
        let body = #"{"selfEditable":{"groups":false,"roleTag":false}}"#
        let answer = Self.ask(&world, .PATCH, Self.settings, body)
        #expect(answer.status == 200 && answer.json == .object(["ok": .bool(true)]))
        let kept = world.store.contents.meshes[MeshID(rawValue: PageWorld.mesh)]
        #expect(kept?.policy.selfEditable == MeshPolicy.SelfEditable(roleTag: false, groups: false))
        let refused = Self.ask(
            &world, .PATCH, Self.path(TestBroker.bob),
            #"{"displayName":"B","roleTag":"x","groups":[]}"#, as: TestBroker.bob)
        #expect(refused.json["error"]?.string == "admin-managed fields: roleTag, groups")
        let allowed = Self.ask(
            &world, .PATCH, Self.path(TestBroker.bob), #"{"roleTag":"x","permission":"admin"}"#)
        #expect(allowed.status == 200)
        #expect(allowed.json["member"]?["permission"]?.string == "admin")
    }
}
