import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol
import Testing

@testable import Broker

@Suite("Invites, as a broker is told of them")
struct InviteVerbsTests {
    /// A token made by PyNaCl: the seed is the bytes 0 to 31, the mesh `mesh`, its end in 2030.
    static let token =
        "eyJ2IjoxLCJtZXNoX2lkIjoibWVzaCIsIm1lc2hfc2x1ZyI6ImNhZi3DqSIsImJyb2tlcl91cmwiOiJ3czovLzEy"
        + "Ny4wLjAuMTo3OTAwL3dzIiwiZXhwaXJlc19hdCI6MTkwMDAwMDAwMCwibWVzaF9yb290X2tleSI6IlpHVm1aMm"
        + "hwYW10c2JXNXZjSEZ5YzNSMWRuZDRlWHA3ZkgxLWY0Q0Jnb00iLCJyb2xlIjoibWVtYmVyIiwib3duZXJfcHVi"
        + "a2V5IjoiMDNhMTA3YmZmM2NlMTBiZTFkNzBkZDE4ZTc0YmMwOTk2N2U0ZDYzMDliYTUwZDVmMWRkYzg2NjQxMj"
        + "U1MzFiOCIsInNpZ25hdHVyZSI6ImMwM2NiN2JlZDk4YjkzODQ2MDg2MTlhNTFhMzkwOTE2MDI2YTY0Zjg0NmY3"
        + "MzY0MGRjYTE3MWU4MTEzNTc4YjQ5ZTdkYTZkYjQxOWRiMWU0MDMyNjE1YzRhYjJjZjUzYjc1NjZkZjhiMGNiY2"
        + "E4Nzc2YzIyOTMxOTkwMzM4OTBkIn0"
    static let tokenHash = "201474ffdc1e0be789acfe743d4e44601d4b050d0763f534113ea899b36c4b79"
    static let end: Int64 = 1_900_000_000

    static func owner() throws -> SigningKeys {
        try #require(SigningKeys(seed: (0..<32).map { UInt8($0) }))
    }

    static func signed(
        by keys: SigningKeys, as owner: SigningKeys? = nil, mesh: String = "mesh",
        expiresAt: Int64 = end
    ) -> String {
        InviteToken(
            mesh: MeshID(rawValue: mesh), slug: "caf-é", brokerURL: "ws://127.0.0.1:7900/ws",
            expiresAt: expiresAt, rootKey: (100..<132).map { UInt8($0) }, permission: .member,
            ownerKey: (owner ?? keys).publicKey
        ) { Hex.text(keys.sign($0)) }.text
    }

    @Test("the same invite is the same token, byte for byte")
    func vector() throws {
        #expect(try Self.signed(by: Self.owner()) == Self.token)
        #expect(Hex.text(SHA256.of(Array(Self.token.utf8))) == Self.tokenHash)
    }

    @Test("a token is kept as its hash, listed, and taken back")
    func life() throws {
        var world = try VerbWorld(owner: Self.owner().publicKey)
        let cyd = world.join(.cyd).socket
        let request = KeepInvite(token: Self.token, maxUses: 3)
        guard case .answer(let answer) = world.ask(request, from: cyd).answer,
            let id = (answer as? InviteKept)?.id
        else {
            Issue.record("not kept")
            return
        }
        #expect(
            world.store.invites == [
                InviteRecord(
                    id: id, mesh: VerbWorld.mesh, tokenHash: Self.tokenHash, permission: .member,
                    maxUses: 3, createdBy: VerbWorld.Who.cyd.id, createdAt: world.now.wall,
                    expiresAt: Moment(milliseconds: Self.end * 1000))
            ])
        #expect(world.store.events == ["invite_made"])
        // The same again is the same.
        #expect(world.ask(request, from: cyd).answer == .answer(InviteKept(id: id)))
        #expect(world.store.invites.count == 1 && world.store.events == ["invite_made"])
        let entry = InviteList.Entry(
            id: id, permission: .member, maxUses: 3, uses: 0, createdAt: world.now.wall,
            expiresAt: Moment(milliseconds: Self.end * 1000), revokedAt: nil, version: 1,
            claims: [])
        #expect(
            world.ask(ListInvites(), from: cyd).answer == .answer(InviteList(invites: [entry])))
        let made = world.now.wall
        #expect(world.ask(RevokeInvite(id: id), from: cyd).answer == .ack(AckFrame(id: "q")))
        world.pass(1000)
        #expect(world.refusal(RevokeInvite(id: id), from: cyd) == nil)
        #expect(world.store.invites.first?.revokedAt == made)
        #expect(world.refusal(RevokeInvite(id: "another"), from: cyd) == "not_found")
    }

    @Test("what is not this mesh's owner's, or is over, is refused")
    func refusals() throws {
        let owner = try Self.owner()
        let stranger = VerbWorld.Who.ada.keys
        let cases: [(KeepInvite, String)] = [
            (KeepInvite(token: Self.token, maxUses: 0), "invalid_argument"),
            (KeepInvite(token: Self.token, maxUses: 1001), "invalid_argument"),
            (KeepInvite(token: "", maxUses: 1), "invalid_argument"),
            (KeepInvite(token: Self.token + "A", maxUses: 1), "invalid_argument"),
            (KeepInvite(token: Self.signed(by: owner, mesh: "other"), maxUses: 1),
                "invite_mesh_mismatch"),
            (KeepInvite(token: Self.signed(by: stranger), maxUses: 1), "invite_owner_mismatch"),
            (KeepInvite(token: Self.signed(by: stranger, as: owner), maxUses: 1),
                "invite_bad_signature"),
            (KeepInvite(token: Self.signed(by: owner, expiresAt: 1_776_000_000), maxUses: 1),
                "invite_expired"),
            (KeepInvite(token: Self.signed(by: owner, expiresAt: .max), maxUses: 1),
                "invalid_argument"),
            (KeepInvite(token: Self.signed(by: owner, expiresAt: .min), maxUses: 1),
                "invalid_argument"),
        ]
        for (request, code) in cases {
            var world = try VerbWorld(owner: owner.publicKey)
            let ada = world.join(.ada).socket
            #expect(world.refusal(request, from: ada) == code)
            #expect(world.store.invites.isEmpty)
        }
    }

    @Test("members have no say in it")
    func members() throws {
        var world = try VerbWorld(owner: Self.owner().publicKey)
        let bob = world.join(.bob).socket
        let requests: [any ClientRequest] = [
            KeepInvite(token: Self.token, maxUses: 1), ListInvites(), RevokeInvite(id: "x"),
        ]
        for request in requests { #expect(world.refusal(request, from: bob) == "forbidden") }
    }

    @Test("an invite is open until it is used up, over, or taken back")
    func open() {
        let now = Moment(milliseconds: 1000)
        var invite = InviteRecord(
            id: "i", mesh: VerbWorld.mesh, tokenHash: "", permission: .member, maxUses: 2, uses: 1,
            createdBy: VerbWorld.Who.ada.id, createdAt: now, expiresAt: Moment(milliseconds: 2000))
        #expect(invite.isOpen(at: now))
        #expect(!invite.isOpen(at: Moment(milliseconds: 2000)))
        invite.uses = 2
        #expect(!invite.isOpen(at: now))
        invite.uses = 0
        invite.revokedAt = now
        #expect(!invite.isOpen(at: now))
    }
}
