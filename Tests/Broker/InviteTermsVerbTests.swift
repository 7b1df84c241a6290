import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol
import Testing

@testable import Broker

@Suite("v2 invites, as a broker is told of them")
struct InviteTermsVerbTests {
    static func world() throws -> VerbWorld {
        var world = try VerbWorld()
        world.registry.publicURL = "https://broker.example"
        return world
    }

    static func terms(
        at now: Moment, _ change: (inout InviteTerms) -> Void = { _ in }
    ) -> InviteTerms {
        let seconds = now.milliseconds / 1000 + 600
        var terms = InviteTerms(
            id: "invite1", mesh: VerbWorld.mesh, slug: "mesh", name: "The mesh",
            brokerURL: "wss://broker.example/ws", expiresAt: Moment(milliseconds: seconds * 1000),
            permission: .member, maxUses: 2, ownerKey: VerbWorld.Who.ada.keys.publicKey,
            codeHash: String(repeating: "0f", count: 32))
        change(&terms)
        return terms
    }

    static func request(
        _ terms: InviteTerms, signing keys: SigningKeys = VerbWorld.Who.ada.keys
    ) -> KeepInviteTerms {
        KeepInviteTerms(terms: terms, signature: Hex.text(keys.sign(terms.canonical)))
    }

    @Test("what the owner signed is kept as it is, and listed with who used it")
    func kept() throws {
        var world = try Self.world()
        let ada = world.join(.ada).socket
        let terms = Self.terms(at: world.now.wall)
        for _ in 0..<2 {
            guard case .answer(let answer) = world.ask(Self.request(terms), from: ada).answer else {
                Issue.record("not kept")
                return
            }
            #expect((answer as? InviteKept)?.id == "invite1")
        }
        #expect(world.store.invites.map(\.signed?.terms) == [terms])
        let use = InviteUse(
            invite: "invite1", mesh: VerbWorld.mesh, memberKey: VerbWorld.Who.bob.keys.publicKey,
            member: VerbWorld.Who.bob.id, name: "Bob", at: Moment(milliseconds: 7))
        try world.store.performNow { try $0.keepInviteUse(use) }
        guard case .answer(let list) = world.ask(ListInvites(), from: ada).answer else {
            Issue.record("no list")
            return
        }
        let entry = try #require((list as? InviteList)?.invites.first)
        #expect(entry.version == 2 && entry.claims?.map(\.name) == ["Bob"])
    }

    static let faults: [(String, @Sendable (inout InviteTerms) -> Void)] = [
        ("invalid_argument", { $0.maxUses = 0 }), ("invalid_argument", { $0.name = "a\u{7}" }),
        ("invite_mesh_mismatch", { $0.mesh = MeshID(rawValue: "other") }),
        ("invite_mesh_mismatch", { $0.slug = "other" }),
        ("invite_owner_mismatch", { $0.ownerKey = VerbWorld.Who.cyd.keys.publicKey }),
        ("invite_broker_mismatch", { $0.brokerURL = "wss://evil.example/ws" }),
        ("invite_expired", { $0.expiresAt = Moment(milliseconds: 1000) }),
        ("invite_expired", { $0.expiresAt.milliseconds += 2 * 365 * 86_400_000 }),
    ]

    @Test("what is not this mesh's, or never ends, is not kept", arguments: faults.indices)
    func refused(index: Int) throws {
        let (code, change) = Self.faults[index]
        var world = try Self.world()
        let ada = world.join(.ada).socket
        let terms = Self.terms(at: world.now.wall, change)
        guard case .error(let error) = world.ask(Self.request(terms), from: ada).answer else {
            Issue.record("kept")
            return
        }
        #expect(error.code == code)
        #expect(world.store.invites.isEmpty)
    }

    @Test("an admin who is not the owner has no key for it, and a member may not ask")
    func owners() throws {
        var world = try Self.world()
        let cyd = world.join(.cyd).socket
        let bob = world.join(.bob).socket
        let terms = Self.terms(at: world.now.wall)
        let forged = Self.request(terms, signing: VerbWorld.Who.cyd.keys)
        guard case .error(let first) = world.ask(forged, from: cyd).answer,
            case .error(let second) = world.ask(Self.request(terms), from: bob).answer
        else {
            Issue.record("kept")
            return
        }
        #expect(first.code == "invite_bad_signature" && second.code == "forbidden")
        #expect(world.store.invites.isEmpty)
    }
}
