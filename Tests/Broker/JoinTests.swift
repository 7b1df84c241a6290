import BrokerEngine
import Foundation
import Mesh
import MeshProtocol
import Testing

@testable import Broker

/// Wire protocol, section 6.1: joining by a v1 invite.
@Suite("Joining")
struct JoinTests {
    /// An invite as the wire sheet describes it, before it is made to go wrong.
    struct Invite {
        var mesh = PageWorld.mesh
        var expiresAt: Int64 = 1_776_000_600
        var role = "member"
        var ownerKeys = TestBroker.ada.keys
        var ownerKey: String?
        var signature: String?

        var payload: String {
            let rootKey = String(repeating: "A", count: 43)
            let owner = ownerKey ?? ownerKeys.publicHex
            let signed =
                "1|\(mesh)|test|ws://localhost/ws|\(expiresAt)|\(rootKey)|\(role)|\(owner)"
            return #"{"v":1,"mesh_id":"\#(mesh)","mesh_slug":"test","#
                + #""broker_url":"ws://localhost/ws","expires_at":\#(expiresAt),"#
                + #""mesh_root_key":"\#(rootKey)","role":"\#(role)","#
                + #""owner_pubkey":"\#(owner)","#
                + #""signature":"\#(signature ?? ownerKeys.sign(signed))"}"#
        }

        var token: String {
            Data(payload.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        }

        func changed(_ change: (inout Invite) -> Void) -> Invite {
            var invite = self
            change(&invite)
            return invite
        }
    }

    static func keep(
        _ invite: Invite, in world: PageWorld, uses: Int = 1,
        _ change: (inout InviteRecord) -> Void = { _ in }
    ) {
        var record = InviteRecord(
            id: "invite-\(UUID())", mesh: MeshID(rawValue: PageWorld.mesh),
            tokenHash: WireHash.sha256(invite.token),
            permission: Permission(rawValue: invite.role) ?? .member, maxUses: uses,
            createdBy: MemberID(rawValue: TestBroker.ada.id), createdAt: Moment(milliseconds: 5),
            expiresAt: Moment(milliseconds: invite.expiresAt * 1000))
        change(&record)
        _ = try? world.store.performNow { [record] in try $0.keepInvite(record) }
    }

    static func body(
        _ invite: Invite, payload: String? = nil, key: WireKeys = WireKeys(seed: 40),
        name: String = "Zoe"
    ) -> String {
        #"{"invite_token":"\#(invite.token)","invite_payload":\#(payload ?? invite.payload),"#
            + #""peer_pubkey":"\#(key.publicHex)","display_name":"\#(name)"}"#
    }

    static func uses(_ world: PageWorld) -> Int {
        world.store.invites.reduce(0) { $0 + $1.uses }
    }

    @Test("a valid invite lets one in, for good, who can say hello at once")
    func valid() throws {
        var world = try PageWorld()
        let invite = Invite()
        Self.keep(invite, in: world)
        let answer = world.ask(.POST, "/join", Self.body(invite, payload: "null"))
        #expect(answer.status == 200 && answer.json["ok"] == .bool(true))
        #expect(answer.json.keys == ["ok", "memberId"])
        let id = try #require(answer.json["memberId"]?.string)
        #expect(id.count == 32 && id.allSatisfy { $0.isLetter || $0.isNumber })
        let kept = world.store.member(MemberID(rawValue: id))
        #expect(kept?.permission == .member && kept?.displayName == "Zoe")
        #expect(world.store.events == ["member_joined"])
        let zoe = TestBroker.Member(id: id, name: "Zoe", keys: WireKeys(seed: 40))
        #expect(world.join(zoe).ack.type == "hello_ack")
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var word: String
        var change: @Sendable (inout Invite, inout InviteRecord) -> Void
        var testDescription: String { word }

        init(_ word: String, _ change: @escaping @Sendable (inout Invite, inout InviteRecord) -> Void) {
            self.word = word
            self.change = change
        }
    }

    static let other = WireKeys(seed: 9)

    /// In the order of the checks: each with the faults of those that come after.
    static let faults: [Fault] = [
        Fault("invite_exhausted") { _, record in record.uses = 1 },
        Fault("invite_expired") { _, record in record.expiresAt = Moment(milliseconds: 6) },
        Fault("invite_expired") { invite, _ in invite.expiresAt = 1_776_000_000 },
        Fault("invite_revoked") { _, record in record.revokedAt = Moment(milliseconds: 6) },
        Fault("invite_mesh_mismatch") { _, record in record.mesh = MeshID(rawValue: "other") },
        Fault("invite_not_found") { _, record in record.tokenHash = "0" },
        Fault("invite_owner_mismatch") { invite, _ in invite.ownerKeys = other },
        Fault("mesh_not_found") { invite, _ in invite.mesh = "nowhere" },
        Fault("invite_bad_signature") { invite, _ in
            invite.signature = String(repeating: "0", count: 128)
        },
        Fault("invite_bad_signature") { invite, _ in invite.ownerKey = "?" },
    ]

    @Test("each fault has its word, and the earlier check is the one that is told")
    func order() throws {
        for first in Self.faults.indices {
            var world = try PageWorld()
            var invite = Invite()
            var record = InviteRecord(
                id: "i", mesh: MeshID(rawValue: PageWorld.mesh), tokenHash: "", permission: .member,
                maxUses: 1, createdBy: MemberID(rawValue: "a"), createdAt: Moment(milliseconds: 5),
                expiresAt: Moment(milliseconds: 1_776_000_600_000))
            for fault in Self.faults[...first] { fault.change(&invite, &record) }
            if record.tokenHash.isEmpty { record.tokenHash = WireHash.sha256(invite.token) }
            _ = try? world.store.performNow { [record] in try $0.keepInvite(record) }
            let before = Self.uses(world)
            let answer = world.ask(.POST, "/join", Self.body(invite))
            #expect(answer.status == 400)
            #expect(answer.json == .object([
                "ok": .bool(false), "error": .text(Self.faults[first].word),
            ]))
            #expect(Self.uses(world) == before)
        }
    }

    @Test("each fault alone has its word", arguments: faults)
    func fault(fault: Fault) throws {
        var world = try PageWorld()
        var invite = Invite()
        Self.keep(invite, in: world) { record in
            fault.change(&invite, &record)
            if record.tokenHash != "0" { record.tokenHash = WireHash.sha256(invite.token) }
        }
        let answer = world.ask(.POST, "/join", Self.body(invite))
        #expect(answer.json["error"]?.string == fault.word)
    }

    @Test("the payload beside a token is the token's, or nothing")
    func tampered() throws {
        var world = try PageWorld()
        let invite = Invite()
        Self.keep(invite, in: world)
        let payloads = [
            invite.changed { $0.role = "admin" }.payload,
            invite.changed { $0.ownerKeys = Self.other }.payload,
        ]
        for payload in payloads {
            let answer = world.ask(.POST, "/join", Self.body(invite, payload: payload))
            #expect(answer.json["error"]?.string == "invite_bad_signature")
        }
        #expect(Self.uses(world) == 0)
    }

    @Test("a token that only looks like one is not found, whatever lies beside it")
    func noToken() throws {
        var world = try PageWorld()
        let invite = Invite()
        Self.keep(invite, in: world)
        let body = Self.body(invite).replacingOccurrences(of: invite.token, with: "garbage")
        let answer = world.ask(.POST, "/join", body)
        #expect(answer.json["error"]?.string == "invite_not_found")
    }

    @Test("an archived mesh lets nobody in")
    func archived() throws {
        var world = try PageWorld()
        let invite = Invite()
        Self.keep(invite, in: world)
        var mesh = try #require(world.registry.roster.mesh(MeshID(rawValue: PageWorld.mesh)))
        mesh.archivedAt = Moment(milliseconds: 6)
        world.registry.roster.put(mesh)
        let answer = world.ask(.POST, "/join", Self.body(invite))
        #expect(answer.json["error"]?.string == "mesh_not_found")
    }

    @Test("two uses let in two, and the third is told")
    func exhausted() throws {
        var world = try PageWorld()
        let invite = Invite()
        Self.keep(invite, in: world, uses: 2)
        let words = (50..<53).map { seed in
            world.ask(.POST, "/join", Self.body(invite, key: WireKeys(seed: seed)))
                .json["error"]?.string
        }
        #expect(words == [nil, nil, "invite_exhausted"])
    }

    @Test("the same key again is the same member, and costs no use")
    func again() throws {
        var world = try PageWorld()
        let invite = Invite()
        Self.keep(invite, in: world, uses: 1)
        let first = world.ask(.POST, "/join", Self.body(invite)).json
        let second = world.ask(.POST, "/join", Self.body(invite)).json
        #expect(second["alreadyMember"] == .bool(true))
        #expect(second["memberId"] == first["memberId"] && first["memberId"] != nil)
        #expect(Self.uses(world) == 1)
    }

    @Test("five at once with one use: exactly one comes in")
    func race() throws {
        var world = try PageWorld()
        let invite = Invite()
        Self.keep(invite, in: world)
        let ids = (60..<65).map { seed in
            world.begin(.POST, "/join", Self.body(invite, key: WireKeys(seed: seed)))
        }
        let answers = world.runStore()
        let words = ids.map { answers[$0]?.json["error"]?.string ?? "ok" }
        #expect(words.filter { $0 == "ok" }.count == 1)
        #expect(words.filter { $0 == "invite_exhausted" }.count == 4)
        #expect(world.store.contents.members.count == 4)
    }

    @Test("five at once with one key are one member and one use")
    func sameKeyRace() throws {
        var world = try PageWorld()
        let invite = Invite()
        Self.keep(invite, in: world, uses: 5)
        let ids = (0..<5).map { _ in world.begin(.POST, "/join", Self.body(invite)) }
        let answers = world.runStore()
        #expect(Set(ids.map { answers[$0]?.json["memberId"]?.string }).count == 1)
        #expect(ids.filter { answers[$0]?.json["alreadyMember"] == .bool(true) }.count == 4)
        #expect(Self.uses(world) == 1)
        #expect(world.registry.pages.joins.isEmpty)
    }

    @Test("who was put out does not come back by an invite")
    func banned() throws {
        var world = try PageWorld()
        let invite = Invite()
        Self.keep(invite, in: world)
        let answer = world.ask(.POST, "/join", Self.body(invite, key: PageWorld.eve.keys))
        #expect(answer.json["error"]?.string == "invite_revoked")
        #expect(Self.uses(world) == 0)
    }

    @Test("where the disk fails nobody is in and no use is spent")
    func failure() throws {
        for (code, status, word) in [
            (ErrorCode.internal, 400, "member_insert_failed"), (.diskFull, 503, "disk_full"),
        ] {
            var world = try PageWorld()
            let invite = Invite()
            Self.keep(invite, in: world)
            world.store.failure = SkeinError(code, "no")
            let answer = world.ask(.POST, "/join", Self.body(invite))
            #expect(answer.status == status && answer.json["error"]?.string == word)
            #expect(Self.uses(world) == 0)
            world.store.failure = nil
            #expect(world.ask(.POST, "/join", Self.body(invite)).status == 200)
        }
    }

    @Test("an admin is made only where the kept invite says so too")
    func permission() throws {
        for (kept, expected) in [(Permission.member, Permission.member), (.admin, .admin)] {
            var world = try PageWorld()
            let invite = Invite().changed { $0.role = "admin" }
            Self.keep(invite, in: world) { $0.permission = kept }
            let answer = world.ask(.POST, "/join", Self.body(invite))
            let id = MemberID(rawValue: try #require(answer.json["memberId"]?.string))
            let member = world.registry.roster.member(MeshID(rawValue: PageWorld.mesh), id: id)
            #expect(member?.permission == expected)
        }
    }

    @Test(
        "what is no request to join is told in a sentence",
        arguments: [
            "", "[]", "{", #"{"invite_token":""}"#, #"{"invite_token":"t"}"#,
            #"{"invite_token":"t","peer_pubkey":"ab","display_name":"x"}"#,
            #"{"invite_token":"t","peer_pubkey":"\#(String(repeating: "f", count: 64))","display_name":"x"}"#,
            #"{"invite_token":"t","peer_pubkey":"\#(WireKeys(seed: 4).publicHex)","display_name":" "}"#,
            #"{"invite_token":"t","peer_pubkey":"\#(WireKeys(seed: 4).publicHex)","display_name":"x","invite_payload":1}"#,
        ])
    func malformed(body: String) throws {
        var world = try PageWorld()
        let answer = world.ask(.POST, "/join", body)
        #expect(answer.status == 400 && answer.json["ok"] == .bool(false))
        #expect(answer.json["error"]?.string?.hasPrefix("invite_not_found") == false)
    }

    @Test("the twenty-first attempt of an address in a minute is one too many")
    func limited() throws {
        var world = try PageWorld()
        for _ in 0..<20 { #expect(world.ask(.POST, "/join", "{}").status == 400) }
        let refused = world.ask(.POST, "/join", "{}")
        #expect(refused.status == 429 && refused.json["error"]?.string == "rate limited")
        #expect(world.ask(.POST, "/join", "{}", from: "10.0.0.1").status == 400)
        world.pass(seconds: 3)
        #expect(world.ask(.POST, "/join", "{}").status == 400)
    }

    @Test("nobody takes the key of another's session")
    func sessionKey() throws {
        var world = try PageWorld()
        let invite = Invite()
        Self.keep(invite, in: world)
        _ = world.join(TestBroker.bob, session: 40)
        let answer = world.ask(.POST, "/join", Self.body(invite, key: WireKeys(seed: 40)))
        #expect(answer.json["error"]?.string == "member_insert_failed")
        #expect(Self.uses(world) == 0)
    }
}
