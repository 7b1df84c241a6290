import Mesh
import MeshCrypto
import MeshProtocol
import Testing

@testable import Broker

@Suite("Bans")
struct BanTests {
    @Test("who is banned is out at once and stays out, until the ban is lifted")
    func life() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob, skein: false).socket
        let observer = world.join(.bob, session: "o", observer: true).socket
        let (answer, effects) = world.ask(Ban(target: "bob"), from: ada)
        #expect(answer == .answer(BanAnswer(banned: "Bob")))
        for socket in [bob, observer] {
            #expect(effects.closing(of: socket) == .close(socket, code: 4002, reason: "banned"))
            guard case .error(let error) = effects.frames(to: socket).last?.body else {
                Issue.record("not told why")
                continue
            }
            #expect(error.code == "revoked" && error.message.contains("The mesh"))
        }
        #expect(world.peer(.bob) == nil && world.store.events == ["member_banned"])
        let refused = world.join(.bob)
        #expect(refused.effects.closing(of: refused.socket) != nil)
        let entry = BanList.Entry(
            name: "Bob", pubkey: VerbWorld.Who.bob.key, revokedAt: world.now.wall)
        #expect(world.ask(ListBans(), from: ada).answer == .answer(BanList(bans: [entry])))

        world.restart()
        let later = world.join(.ada).socket
        let after = world.join(.bob)
        #expect(after.effects.closing(of: after.socket) != nil)
        let target = VerbWorld.Who.bob.key
        #expect(
            world.ask(Unban(target: target), from: later).answer
                == .answer(UnbanAnswer(unbanned: "Bob")))
        #expect(world.store.events == ["member_banned", "member_unbanned"])
        #expect(world.ask(ListBans(), from: later).answer == .answer(BanList(bans: [])))
        let welcome = world.join(.bob)
        #expect(welcome.effects.helloAck(to: welcome.socket) != nil)
    }

    @Test("nobody is out before it is on the disk, and nobody where it is not")
    func onlyWhatIsKept() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob).socket
        world.store.failure = SkeinError(.diskFull, "no room")
        let (answer, effects) = world.ask(Ban(target: "Bob"), from: ada)
        #expect(answer == .error(ErrorFrame(code: "disk_full", message: "no room")))
        #expect(effects.closing(of: bob) == nil && world.peer(.bob) != nil)
    }

    @Test("who comes in while the ban is on its way is put out with it")
    func race() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let frame = ClientFrame(.request(Ban(target: "Bob")), requestID: "q")
        let asked = world.registry.received(frame.json, from: ada, at: world.now)
        let bob = world.join(.bob).socket
        #expect(world.settle(asked).closing(of: bob) != nil)
        #expect(world.peer(.bob) == nil)
    }

    @Test("nobody bans the owner, or himself")
    func untouchable() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob).socket
        let cyd = world.join(.cyd).socket
        let cases: [(any ClientRequest, SocketID, String)] = [
            (Ban(target: "Ada"), cyd, "forbidden"), (Ban(target: "Cyd"), cyd, "forbidden"),
            (Ban(target: "Cyd"), bob, "forbidden"), (Unban(target: "Cyd"), bob, "forbidden"),
            (ListBans(), bob, "forbidden"), (Ban(target: "nobody"), ada, "not_found"),
            (Unban(target: "Bob"), ada, "not_found"),
            (Ban(target: String(repeating: "a", count: 64)), ada, "not_found"),
        ]
        for (request, socket, code) in cases {
            #expect(world.refusal(request, from: socket) == code)
        }
        #expect(world.store.contents.members.values.allSatisfy { $0.revokedAt == nil })
    }

    @Test("where the mesh's key is no member's, who joined first is its owner")
    func founder() throws {
        let away = try #require(SigningKeys(seed: [UInt8](repeating: 77, count: 32)))
        var world = try VerbWorld(owner: away.publicKey)
        let cyd = world.join(.cyd).socket
        #expect(world.refusal(Ban(target: "Ada"), from: cyd) == "forbidden")
        #expect(world.refusal(Ban(target: "Bob"), from: cyd) == nil)
    }

    @Test("a session's name or key means its member")
    func sessions() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        _ = world.join(.bob, name: "dev")
        #expect(
            world.ask(Ban(target: "dev"), from: ada).answer
                == .answer(BanAnswer(banned: "Bob")))
    }

    @Test("a name two members go by is nobody's")
    func ambiguous() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        _ = world.join(.cyd, name: "Bob")
        #expect(world.refusal(Ban(target: "Bob"), from: ada) == "ambiguous")
        #expect(world.refusal(Ban(target: VerbWorld.Who.bob.key), from: ada) == nil)
    }
}
