import BrokerEngine
import Foundation
import Mesh
import MeshCrypto
import MeshProtocol
import Testing

@testable import Broker

/// Protocol decision 16: a v2 invite looked at and claimed, over HTTP.
@Suite("Claiming an invite")
struct InviteClaimTests {
    static let code = "ABCDE12345"
    static let mesh = MeshID(rawValue: PageWorld.mesh)
    static let start: Int64 = 1_776_000_000_000

    static func terms() throws -> InviteTerms {
        InviteTerms(
            id: "invite1", mesh: mesh, slug: "test", name: "Test", brokerURL: "ws://localhost/ws",
            expiresAt: Moment(milliseconds: start + 600_000), permission: .member,
            role: "reviewer", groups: ["backend"], maxUses: 1,
            ownerKey: try #require(PublicKey(hex: TestBroker.ada.keys.publicHex)),
            codeHash: WireHash.sha256("skein-invite|\(code)"))
    }

    /// Kept as `KeepInviteTerms` keeps it.
    @discardableResult
    static func keep(
        in world: PageWorld, uses: Int = 1, _ change: (inout InviteRecord) -> Void = { _ in }
    ) throws -> InviteTerms {
        var terms = try terms()
        terms.maxUses = uses
        let canonical = String(decoding: terms.canonical, as: UTF8.self)
        var record = InviteRecord(
            id: terms.id, mesh: terms.mesh, tokenHash: terms.codeHash,
            permission: terms.permission, maxUses: uses,
            createdBy: MemberID(rawValue: TestBroker.ada.id),
            createdAt: Moment(milliseconds: 5), expiresAt: terms.expiresAt,
            signed: InviteRecord.SignedTerms(
                terms: terms, signature: TestBroker.ada.keys.sign(canonical)))
        change(&record)
        try world.store.performNow { [record] in try $0.keepInvite(record) }
        return terms
    }

    static func body(
        _ terms: InviteTerms, key: WireKeys = WireKeys(seed: 40), name: String = "Zoe",
        at timestamp: Int64 = start, signing signer: WireKeys? = nil, as signedName: String? = nil
    ) -> String {
        let signed =
            "skein-invite-claim|\(terms.mesh.rawValue)|\(terms.id)|\(terms.codeHash)|"
            + "\(key.publicHex)|\(timestamp)|\(signedName ?? name)"
        return #"{"member_key":"\#(key.publicHex)","display_name":"\#(name)","#
            + #""timestamp":\#(timestamp),"proof":"\#((signer ?? key).sign(signed))"}"#
    }

    static let claim = "/api/v1/invites/\(code)/claim"
    static let look = "/api/v1/invites/\(code)"

    static func uses(_ world: PageWorld) -> Int {
        world.store.invites.reduce(0) { $0 + $1.uses }
    }

    @Test("a claim lets one in as the owner signed, who can say hello at once")
    func valid() throws {
        var world = try PageWorld()
        let terms = try Self.keep(in: world)
        let answer = world.ask(.POST, Self.claim, Self.body(terms))
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["mesh_id"]?.string == PageWorld.mesh)
        #expect(answer.json["already_member"] == .bool(false))
        let id = try #require(answer.json["member_id"]?.string)
        let kept = world.store.member(MemberID(rawValue: id))
        #expect(kept?.permission == .member && kept?.displayName == "Zoe")
        #expect(kept?.roleTag == "reviewer" && kept?.groups.map(\.name) == ["backend"])
        #expect(world.store.events == ["member_joined"])
        #expect(Self.uses(world) == 1)
        let zoe = TestBroker.Member(id: id, name: "Zoe", keys: WireKeys(seed: 40))
        #expect(world.join(zoe).ack.type == "hello_ack")
    }

    @Test("the same key again is answered the same, however the invite stands by then")
    func replay() throws {
        for state in [InviteState.open, .revoked, .expired] {
            var world = try PageWorld()
            let terms = try Self.keep(in: world)
            let first = world.ask(.POST, Self.claim, Self.body(terms)).json
            if state == .revoked {
                try world.store.performNow {
                    try $0.revokeInvite(terms.id, at: Moment(milliseconds: 9))
                }
            }
            if state == .expired { world.pass(seconds: 700) }
            let again = world.ask(
                .POST, Self.claim, Self.body(terms, at: world.now.wall.milliseconds))
            #expect(again.status == 200, "\(again.text)")
            #expect(again.json["member_id"] == first["member_id"] && first["member_id"] != nil)
            #expect(again.json["already_member"] == .bool(true))
            #expect(Self.uses(world) == 1)
        }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var word: String
        var status: Int
        var keep: @Sendable (inout InviteRecord) -> Void = { _ in }
        var body: @Sendable (InviteTerms) -> String = { InviteClaimTests.body($0) }
        var path = InviteClaimTests.claim
        var testDescription: String { "\(word) \(path.count)" }
    }

    static let faults = [
        Fault(word: "revoked", status: 410, keep: { $0.revokedAt = Moment(milliseconds: 6) }),
        Fault(word: "expired", status: 410, keep: { $0.expiresAt = Moment(milliseconds: 6) }),
        Fault(word: "used_up", status: 410, keep: { $0.uses = 1 }),
        Fault(word: "not_found", status: 404, keep: { $0.tokenHash = "0" }),
        Fault(word: "not_found", status: 404, keep: { $0.signed = nil }),
        Fault(word: "malformed", status: 400, path: "/api/v1/invites/SHORT/claim"),
        Fault(word: "malformed", status: 400, body: { _ in "{}" }),
        Fault(word: "malformed", status: 400, body: { _ in "<html>" }),
        Fault(word: "malformed", status: 400, body: { InviteClaimTests.body($0, name: " ") }),
        // Signed by another key, for another name, or for another invite.
        Fault(
            word: "bad_proof", status: 400,
            body: { InviteClaimTests.body($0, signing: WireKeys(seed: 41)) }),
        Fault(
            word: "bad_proof", status: 400, body: { InviteClaimTests.body($0, as: "Ada") }),
        Fault(
            word: "bad_proof", status: 400,
            body: { terms in
                var other = terms
                other.id = "invite2"
                return InviteClaimTests.body(other)
            }),
        Fault(
            word: "timestamp_skew", status: 400,
            body: { InviteClaimTests.body($0, at: start - 61_000) }),
        Fault(
            word: "timestamp_skew", status: 400,
            body: { InviteClaimTests.body($0, at: start + 61_000) }),
        Fault(
            word: "put_out", status: 403, body: { InviteClaimTests.body($0, key: PageWorld.eve.keys) }),
    ]

    @Test("each fault has its word, lets nobody in and spends nothing", arguments: faults)
    func fault(fault: Fault) throws {
        var world = try PageWorld()
        let terms = try Self.keep(in: world, fault.keep)
        let before = (Self.uses(world), world.store.contents.members.count)
        let answer = world.ask(.POST, fault.path, fault.body(terms))
        #expect(answer.status == fault.status, "\(answer.text)")
        #expect(answer.json["error"]?.string == fault.word)
        #expect(answer.json["message"]?.string?.isEmpty == false)
        #expect((Self.uses(world), world.store.contents.members.count) == before)
        #expect(world.registry.pages.joins.isEmpty)
    }

    @Test("a clock that is wrong is told the broker's")
    func skew() throws {
        var world = try PageWorld()
        let terms = try Self.keep(in: world)
        let answer = world.ask(.POST, Self.claim, Self.body(terms, at: 0))
        #expect(answer.json["now"] == .number(Double(Self.start)))
    }

    @Test("an archived mesh lets nobody in")
    func archived() throws {
        var world = try PageWorld()
        let terms = try Self.keep(in: world)
        var mesh = try #require(world.registry.roster.mesh(Self.mesh))
        mesh.archivedAt = Moment(milliseconds: 6)
        world.registry.roster.put(mesh)
        #expect(world.ask(.POST, Self.claim, Self.body(terms)).json["error"]?.string == "archived")
        let look = world.ask(.GET, Self.look)
        #expect(look.status == 410 && look.json["state"]?.string == "archived")
    }

    @Test("many at once with one use: exactly one comes in")
    func race() throws {
        var world = try PageWorld()
        let terms = try Self.keep(in: world)
        let ids = (60..<70).map { seed in
            world.begin(.POST, Self.claim, Self.body(terms, key: WireKeys(seed: seed)))
        }
        let answers = world.runStore()
        let words = ids.map { answers[$0]?.json["error"]?.string ?? "ok" }
        #expect(words.filter { $0 == "ok" }.count == 1)
        #expect(words.filter { $0 == "used_up" }.count == 9)
        #expect(world.store.contents.members.count == 4 && Self.uses(world) == 1)
    }

    @Test("one key at once by two invites and five claims is one member and one use")
    func sameKeyRace() throws {
        var world = try PageWorld()
        let terms = try Self.keep(in: world, uses: 5)
        let token = JoinTests.Invite()
        JoinTests.keep(token, in: world)
        var ids = (0..<5).map { _ in world.begin(.POST, Self.claim, Self.body(terms)) }
        ids.append(world.begin(.POST, "/join", JoinTests.body(token)))
        let answers = world.runStore()
        let members = Set(
            ids.map { answers[$0]?.json["member_id"]?.string ?? answers[$0]?.json["memberId"]?.string })
        #expect(members.count == 1 && members.first != .some(nil))
        #expect(Self.uses(world) == 1)
        #expect(world.registry.pages.joins.isEmpty)
    }

    @Test("revoked between the page and the claim, it is refused")
    func revokedMeanwhile() throws {
        var world = try PageWorld()
        let terms = try Self.keep(in: world)
        #expect(world.ask(.GET, "/i/\(Self.code)").status == 200)
        let id = world.begin(.POST, Self.claim, Self.body(terms))
        try world.store.performNow { try $0.revokeInvite(terms.id, at: Moment(milliseconds: 9)) }
        #expect(world.runStore()[id]?.json["error"]?.string == "revoked")
        #expect(Self.uses(world) == 0)
    }

    @Test("a member who claims again by another invite is who they were, and spends nothing")
    func member() throws {
        var world = try PageWorld()
        let terms = try Self.keep(in: world)
        let answer = world.ask(.POST, Self.claim, Self.body(terms, key: TestBroker.bob.keys))
        #expect(answer.json["member_id"]?.string == TestBroker.bob.id)
        #expect(Self.uses(world) == 0)
    }

    @Test("where the disk fails nobody is in and no use is spent")
    func failure() throws {
        var world = try PageWorld()
        let terms = try Self.keep(in: world)
        for (code, status) in [(ErrorCode.internal, 500), (.diskFull, 503)] {
            world.store.failure = SkeinError(code, "no")
            #expect(world.ask(.POST, Self.claim, Self.body(terms)).status == status)
            world.store.failure = nil
            #expect(Self.uses(world) == 0 && world.registry.pages.joins.isEmpty)
        }
        #expect(world.ask(.POST, Self.claim, Self.body(terms)).status == 200)
    }

    // MARK: - Looking

    @Test("who looks is told what the owner signed, and nothing that is secret")
    func offer() throws {
        var world = try PageWorld()
        let terms = try Self.keep(in: world)
        let answer = world.ask(.GET, Self.look)
        #expect(answer.status == 200)
        let offer = try JSONDecoder().decode(InviteOffer.self, from: Data(answer.text.utf8))
        #expect(offer.invite == terms && offer.canonical == String(decoding: terms.canonical, as: UTF8.self))
        #expect(offer.invitedBy == TestBroker.ada.name && offer.members == 2 && offer.uses == 0)
        #expect(offer.state == .open && offer.now.milliseconds == Self.start)
        let signature = try #require(Hex.bytes(offer.signature))
        #expect(Signature.isValid(signature, of: terms.canonical, by: terms.ownerKey))
        #expect(!answer.text.contains(Self.code))
        // A look is no claim.
        #expect(Self.uses(world) == 0)
    }

    @Test("the page says what is consented to, safely, in the reader's language")
    func page() throws {
        var world = try PageWorld()
        world.registry.publicURL = "https://broker.example"
        try Self.keep(in: world) { $0.signed?.terms.name = "<script>&\"'" }
        let page = world.ask(.GET, "/i/abcde-12345")
        #expect(page.status == 200 && !page.text.contains("<script>"))
        for text in [
            "&lt;script&gt;&amp;&quot;&#39;", "Invited by", TestBroker.ada.name, "a member",
            "reviewer", "backend", "skein join https://broker.example/i/ABCDE12345",
            #"href="skein://broker.example/i/ABCDE12345""#,
        ] {
            #expect(page.text.contains(text), "\(text)")
        }
        let spanish = world.ask(
            .GET, "/i/\(Self.code)", headers: [("accept-language", "de, es-MX;q=0.8, en;q=0.5")])
        #expect(spanish.text.contains("Te invita") && spanish.text.contains(#"lang="es""#))
        let unknown = world.ask(.GET, "/i/ZZZZZ12345")
        #expect(unknown.status == 404 && unknown.text.contains("No such invite"))
        world.pass(seconds: 700)
        let expired = world.ask(.GET, "/i/\(Self.code)")
        #expect(expired.status == 410 && expired.text.contains("expired"))
        #expect(!expired.text.contains("skein join"))
    }

    @Test("ten thousand guesses from an address get nowhere")
    func guesses() throws {
        var world = try PageWorld()
        try Self.keep(in: world)
        var statuses: [Int: Int] = [:]
        for number in 0..<10_000 {
            let code = String(format: "%010d", number)
            let path = number % 2 == 0 ? "/i/\(code)" : "/api/v1/invites/\(code)"
            statuses[world.ask(.GET, path, from: "10.0.0.9").status, default: 0] += 1
        }
        #expect(statuses == [404: 60, 429: 9940])
        #expect(world.ask(.GET, Self.look, from: "10.0.0.9").status == 429)
        let limited = world.ask(.GET, Self.look, from: "10.0.0.9")
        #expect(limited.json["error"]?.string == "rate_limited")
        #expect(limited.json["retry_in"] == .number(1))
        #expect(world.ask(.GET, Self.look, from: "10.0.0.8").status == 200)
        for _ in 0..<20 { _ = world.ask(.POST, Self.claim, "{}", from: "10.0.0.9") }
        #expect(world.ask(.POST, Self.claim, "{}", from: "10.0.0.9").status == 429)
    }
}
