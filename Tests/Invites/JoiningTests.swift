import Connection
import Database
import Foundation
import Home
import Mesh
import MeshCrypto
import MeshProtocol
import Synchronization
import TestSupport
import Testing

@testable import Invites

/// A broker's pages as a test says, however they lie, and a home that comes in.
@Suite("Coming in by an invite")
struct JoiningTests {
    static let code = "ABCDE12345"
    static let now: Int64 = 1_776_000_000_000
    static let owner = [UInt8](repeating: 9, count: 32)
    static let member = String(repeating: "m", count: 32)

    struct World {
        let directory: TemporaryDirectory
        let home: Home
        let database: MachineDatabase
        let joining: Joining

        init(now: Int64 = JoiningTests.now) throws {
            directory = try TemporaryDirectory()
            home = try Home(root: directory.path + "/home")
            database = try MachineDatabase.open(
                at: home.machineDatabasePath, createIfMissing: false)
            joining = Joining(
                home: home, database: database, network: .plain,
                now: { Moment(milliseconds: now) })
        }
    }

    static func offer(
        port: Int, state: InviteState = .open, signing seed: [UInt8] = owner,
        _ change: (inout InviteTerms) -> Void = { _ in }
    ) throws -> InviteOffer {
        let keys = try #require(SigningKeys(seed: owner))
        var terms = InviteTerms(
            id: "invite1", mesh: MeshID(rawValue: "mesh1"), slug: "payments", name: "Payments",
            brokerURL: "ws://127.0.0.1:\(port)/ws",
            expiresAt: Moment(milliseconds: now + 600_000), permission: .member, maxUses: 1,
            ownerKey: keys.publicKey, codeHash: Hex.text(SHA256.of(InviteCode.hashed(code))))
        change(&terms)
        let signer = try #require(SigningKeys(seed: seed))
        return InviteOffer(
            invite: terms, signature: Hex.text(signer.sign(terms.canonical)), invitedBy: "Ana",
            members: 2, uses: 0, state: state, now: Moment(milliseconds: now))
    }

    static func json(_ value: some Encodable) -> String {
        (try? JSONEncoder().encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    static let admission = InviteAdmission(
        meshID: MeshID(rawValue: "mesh1"), meshName: "Payments 2", meshSlug: "payments",
        memberID: MemberID(rawValue: member), permission: .member, wasMember: false)

    /// `answer` is what a claim is answered, by its number.
    static func serve(
        offer: @escaping @Sendable (Int) throws -> InviteOffer,
        claim answer: @escaping @Sendable (Int, InviteClaim) -> FakeWebServer.Reply = { _, _ in
            .json(200, json(admission))
        },
        _ work: (FakeWebServer) async throws -> Void
    ) async throws {
        let claims = Mutex(0)
        try await FakeWebServer.run { request in
            guard request.method == "POST" else {
                let port = Int(request.headers["host"]?.split(separator: ":").last ?? "") ?? 0
                guard let offer = try? offer(port) else { return .hangUp }
                return .json(offer.state == .open ? 200 : 410, json(offer))
            }
            guard
                let claim = try? JSONDecoder().decode(
                    InviteClaim.self, from: Data(request.body.utf8))
            else { return .json(400, #"{"error":"malformed","message":"no claim"}"#) }
            let number = claims.withLock { number in
                number += 1
                return number
            }
            return answer(number, claim)
        } _: { try await work($0) }
    }

    static func link(_ server: FakeWebServer) -> String { "\(server.url)/i/\(code)" }

    @Test("verified, claimed with a key that stays here, and kept")
    func joined() async throws {
        let world = try World()
        try await Self.serve(offer: { try Self.offer(port: $0) }) { server in
            let invite = try await world.joining.look(at: Self.link(server))
            #expect(invite.card.invitedBy == "Ana" && invite.card.members == 2)
            #expect(!invite.card.isExposed)
            #expect(try world.home.memberSeed(mesh: invite.mesh) == nil)
            let outcome = try await world.joining.join(invite, as: "Zoe")
            #expect(!outcome.wasJoined && outcome.membership.slug == "payments")
            #expect(outcome.membership.name == "Payments 2")
            #expect(outcome.membership.place == .broker(url: "ws://127.0.0.1:\(server.port)/ws"))
            #expect(try world.database.memberships() == [outcome.membership])
            let seed = try #require(try world.home.memberSeed(mesh: invite.mesh))
            #expect(SigningKeys(seed: seed)?.publicKey == outcome.membership.memberKey)
            #expect(openToOthers(world.directory.path + "/home").isEmpty)
            // Nothing that was sent holds the key.
            let claims = server.requests.filter { $0.method == "POST" }
            #expect(claims.count == 1)
            for request in server.requests {
                #expect(!(request.path + request.body).contains(Hex.text(seed)))
            }
            let claim = try JSONDecoder().decode(
                InviteClaim.self, from: Data(claims[0].body.utf8))
            let message = InviteClaimBytes.canonical(
                mesh: "mesh1", invite: "invite1",
                codeHash: Hex.text(SHA256.of(InviteCode.hashed(Self.code))),
                memberKey: claim.memberKey.hex, timestamp: Self.now, name: "Zoe")
            let proof = try #require(Hex.bytes(claim.proof))
            #expect(Signature.isValid(proof, of: message, by: claim.memberKey))

            let again = try await world.joining.look(at: Self.link(server))
            #expect(try await world.joining.join(again, as: "Zoe").wasJoined)
            #expect(server.requests.count { $0.method == "POST" } == 1)
        }
    }

    static let lies: [(ErrorCode, @Sendable (Int) throws -> InviteOffer)] = [
        (.inviteElsewhere, { try offer(port: $0, signing: [UInt8](repeating: 8, count: 32)) }),
        (.inviteElsewhere, { try offer(port: $0) { $0.codeHash = String(repeating: "0", count: 64) } }),
        (.inviteElsewhere, { try offer(port: $0) { $0.brokerURL = "wss://other.example/ws" } }),
        (.inviteElsewhere, { try offer(port: $0) { $0.name = "a\u{1B}[31m" } }),
        (
            .inviteElsewhere,
            {
                var offer = try offer(port: $0)
                offer.invite.permission = .admin
                return offer
            }
        ),
        (.inviteExpired, { try offer(port: $0, state: .expired) }),
        (.inviteRevoked, { try offer(port: $0, state: .revoked) }),
        (.inviteUsedUp, { try offer(port: $0, state: .usedUp) }),
        (.meshArchived, { try offer(port: $0, state: .archived) }),
    ]

    @Test("what is not as the owner signed it, or is over, is told before anything is made",
        arguments: lies.indices)
    func refused(index: Int) async throws {
        let (code, offer) = Self.lies[index]
        let world = try World()
        try await Self.serve(offer: offer) { server in
            await #expect {
                _ = try await world.joining.look(at: Self.link(server))
            } throws: { error in
                (error as? SkeinError)?.code == code
            }
            #expect(!FileManager.default.fileExists(atPath: world.directory.path + "/home"))
        }
    }

    static let nonsense: [(ErrorCode, FakeWebServer.Reply)] = [
        (.captivePortal, .page(200, "<html>Sign in to the hotel</html>")),
        (.captivePortal, .page(302, "")),
        (.brokerUnreachable, .json(200, String(repeating: "[", count: 60_000))),
        (.brokerUnreachable, .json(200, "{}")), (.brokerUnreachable, .json(500, "")),
        (.brokerUnreachable, .hangUp), (.brokerUnreachable, .raw("garbage\r\n\r\n")),
        (.brokerUnreachable, .json(200, String(repeating: "x", count: 80_000))),
        (.inviteUnknown, .json(404, #"{"error":"not_found","message":"no"}"#)),
        (.inviteUnknown, .raw("HTTP/1.1 404 N\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nno")),
        (.rateLimited, .json(429, #"{"error":"rate_limited","message":"","retry_in":7}"#)),
    ]

    @Test("a server that misbehaves is told apart, in one sentence", arguments: nonsense.indices)
    func misbehaved(index: Int) async throws {
        let (code, reply) = Self.nonsense[index]
        let world = try World()
        try await FakeWebServer.run({ _ in reply }) { server in
            await #expect {
                _ = try await world.joining.look(at: Self.link(server))
            } throws: { error in
                guard let error = error as? SkeinError else { return false }
                return error.code == code && (code != .rateLimited || error.subject == "7")
            }
        }
    }

    @Test("a clock that is wrong signs by the broker's, and once more where that moved")
    func clocks() async throws {
        let world = try World(now: Self.now - 3_600_000)
        try await Self.serve(
            offer: { try Self.offer(port: $0) },
            claim: { number, claim in
                if number == 1 {
                    return claim.timestamp == Self.now
                        ? .json(400, #"{"error":"timestamp_skew","message":"","now":42000}"#)
                        : .hangUp
                }
                return claim.timestamp == 42_000 ? .json(200, Self.json(Self.admission)) : .hangUp
            }
        ) { server in
            let invite = try await world.joining.look(at: Self.link(server))
            #expect(try await !world.joining.join(invite, as: "Zoe").wasJoined)
        }
    }

    @Test("broken off after the claim, it goes on with the same key although the invite is used up")
    func brokenOff() async throws {
        let world = try World()
        let keys = Mutex<[PublicKey]>([])
        let isUsed = Mutex(false)
        try await Self.serve(
            offer: { port in
                try Self.offer(port: port, state: isUsed.withLock { $0 } ? .usedUp : .open)
            },
            claim: { number, claim in
                keys.withLock { $0.append(claim.memberKey) }
                isUsed.withLock { $0 = true }
                return number == 1 ? .hangUp : .json(200, Self.json(Self.admission))
            }
        ) { server in
            let invite = try await world.joining.look(at: Self.link(server))
            await #expect(throws: SkeinError.self) {
                _ = try await world.joining.join(invite, as: "Zoe")
            }
            #expect(try world.database.memberships().isEmpty)
            let again = try await world.joining.look(at: Self.link(server))
            #expect(try await !world.joining.join(again, as: "Zoe").wasJoined)
            #expect(Set(keys.withLock { $0 }).count == 1 && keys.withLock { $0.count } == 2)
        }
    }

    @Test("an answer that is for another mesh, or no id, is not kept", arguments: ["mesh2", ""])
    func wrongAnswer(mesh: String) async throws {
        var admission = Self.admission
        if mesh.isEmpty {
            admission.memberID = MemberID(rawValue: "../../x")
        } else {
            admission.meshID = MeshID(rawValue: mesh)
        }
        let text = Self.json(admission)
        let world = try World()
        try await Self.serve(
            offer: { try Self.offer(port: $0) }, claim: { _, _ in .json(200, text) }
        ) { server in
            let invite = try await world.joining.look(at: Self.link(server))
            await #expect(throws: SkeinError.self) {
                _ = try await world.joining.join(invite, as: "Zoe")
            }
            #expect(try world.database.memberships().isEmpty)
        }
    }

    @Test("a mesh that this machine has at another broker is not taken over")
    func otherBroker() async throws {
        let world = try World()
        try await Self.serve(offer: { try Self.offer(port: $0) }) { server in
            let invite = try await world.joining.look(at: Self.link(server))
            let joined = try await world.joining.join(invite, as: "Zoe").membership
            try world.database.leave(joined.mesh)
            var elsewhere = joined
            elsewhere.place = .broker(url: "wss://broker.example/ws")
            try world.database.add(elsewhere)
            await #expect {
                _ = try await world.joining.join(invite, as: "Zoe")
            } throws: { error in
                (error as? SkeinError)?.code == .inviteElsewhere
            }
        }
    }

    @Test("a slug that is taken here gets a number")
    func slugs() async throws {
        let world = try World()
        try await Self.serve(offer: { try Self.offer(port: $0) }) { server in
            try world.home.prepare()
            let key = try #require(SigningKeys(seed: Self.owner)).publicKey
            try world.database.add(
                Membership(
                    mesh: MeshID(rawValue: "mine"), name: "Payments", slug: "payments",
                    place: .thisMachine, member: MemberID(rawValue: "me"), memberKey: key,
                    permission: .admin, joinedAt: Moment(milliseconds: 1),
                    lastUsedAt: Moment(milliseconds: 1)))
            let invite = try await world.joining.look(at: Self.link(server))
            let joined = try await world.joining.join(invite, as: "Zoe").membership
            #expect(joined.slug == "payments-2")
        }
    }

    @Test("a code alone wants a broker, unless there is one only")
    func bareCode() async throws {
        let world = try World()
        await #expect {
            _ = try await world.joining.look(at: Self.code)
        } throws: { error in
            (error as? SkeinError)?.code == .missing
        }
        try await Self.serve(offer: { try Self.offer(port: $0) }) { server in
            let invite = try await world.joining.look(at: Self.code, broker: server.url)
            _ = try await world.joining.join(invite, as: "Zoe")
            #expect(try await world.joining.look(at: Self.code) == invite)
        }
    }
}
