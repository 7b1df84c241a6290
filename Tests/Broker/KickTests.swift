import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Kick and disconnect")
struct KickTests {
    @Test("a kick closes the socket and ends the presence at once, told once")
    func kick() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let old = world.join(.cyd, skein: false).socket
        let bob = world.join(.bob).socket
        let (answer, effects) = world.ask(Kick(target: VerbWorld.Who.bob.key), from: ada)
        #expect(
            answer == .answer(KickAnswer(kicked: ["Bob"], affected: [VerbWorld.Who.bob.key])))
        #expect(effects.closing(of: bob) == .close(bob, code: 4001, reason: "kicked"))
        #expect(effects.pushes(.peerLeft, to: old).count == 1)
        #expect(world.peer(.bob) == nil)
        #expect(world.leave(bob).pushes(.peerLeft, to: old).isEmpty)
        let event = try #require(world.store.log.last { $0.type == "member_kicked" })
        #expect(event.actor == VerbWorld.Who.ada.id.rawValue)
        #expect(
            event.payload == [
                "member": .string(VerbWorld.Who.bob.id.rawValue), "name": "Bob", "sessions": 1,
            ])
        // Put out for now only.
        let again = world.join(.bob)
        #expect(again.effects.helloAck(to: again.socket) != nil)
    }

    @Test("a disconnected client may come back to its presence without a noise")
    func disconnect() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let old = world.join(.cyd, skein: false).socket
        let bob = world.join(.bob).socket
        let (answer, effects) = world.ask(Disconnect(target: "bob"), from: ada)
        #expect(
            answer
                == .answer(DisconnectAnswer(kicked: ["Bob"], affected: [VerbWorld.Who.bob.key])))
        #expect(effects.closing(of: bob) == .close(bob, code: 1000, reason: "disconnected"))
        let back = world.join(.bob)
        #expect(back.effects.helloAck(to: back.socket)?.isReturn == true)
        for effects in [effects, back.effects] {
            #expect(effects.pushes(.peerLeft, to: old).isEmpty)
            #expect(effects.pushes(.peerJoined, to: old).isEmpty)
        }
    }

    @Test("a session that lost its socket is ended by either", arguments: [false, true])
    func ghosts(kicked: Bool) throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob).socket
        _ = world.settle(world.registry.dropped(bob, at: world.now))
        let request: any ClientRequest = kicked ? Kick(target: "Bob") : Disconnect(target: "Bob")
        _ = world.ask(request, from: ada)
        #expect(world.peer(.bob) == nil)
    }

    @Test("all are all but who asks; an observer is disconnected, not kicked")
    func all() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let sibling = world.join(.ada, session: "t").socket
        let bob = world.join(.bob).socket
        let observer = world.join(.cyd, observer: true).socket
        let (answer, effects) = world.ask(Kick(all: true), from: ada)
        guard case .answer(let kicked) = answer else {
            Issue.record("no answer")
            return
        }
        #expect((kicked as? KickAnswer)?.kicked.sorted() == ["Ada", "Bob"])
        #expect(effects.closing(of: sibling) != nil && effects.closing(of: bob) != nil)
        #expect(effects.closing(of: ada) == nil && effects.closing(of: observer) == nil)
        #expect(world.store.events == ["member_kicked", "member_kicked"])
        let second = world.ask(Disconnect(all: true), from: ada).effects
        #expect(second.closing(of: observer) != nil && second.closing(of: ada) == nil)
    }

    @Test("stale are those that were silent for so long, with a socket or without")
    func stale() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob, name: "silent").socket
        let gone = world.join(.bob, session: "t", name: "gone").socket
        let lively = world.join(.cyd).socket
        _ = world.settle(world.registry.dropped(gone, at: world.now))
        world.pass(40_000)
        _ = world.registry.ponged(lively, at: world.now)
        world.pass(10_000)
        #expect(
            world.ask(Kick(stale: 50_001), from: ada).answer
                == .answer(KickAnswer(kicked: [], affected: [])))
        let (answer, effects) = world.ask(Kick(stale: 50_000), from: ada)
        guard case .answer(let kicked) = answer else {
            Issue.record("no answer")
            return
        }
        #expect((kicked as? KickAnswer)?.kicked.sorted() == ["gone", "silent"])
        #expect(effects.closing(of: bob) != nil && effects.closing(of: lively) == nil)
    }

    @Test("a name that fits several is refused with them, never guessed")
    func ambiguous() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        _ = world.join(.bob, name: "dev")
        _ = world.join(.cyd, name: "Dev")
        guard case .error(let error) = world.ask(Kick(target: "dev"), from: ada).answer else {
            Issue.record("not refused")
            return
        }
        #expect(error.code == "ambiguous")
        #expect(error.message.contains(VerbWorld.Who.bob.key))
        #expect(error.message.contains("Dev \(VerbWorld.Who.cyd.key)"))
        #expect(world.peer(.bob) != nil && world.peer(.cyd) != nil)
    }

    @Test("a member's own name stands for its sessions, whatever they are called")
    func memberName() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        _ = world.join(.bob, session: "a", name: "one")
        _ = world.join(.bob, session: "b", name: "two")
        guard case .answer(let answer) = world.ask(Kick(target: "BOB"), from: ada).answer else {
            Issue.record("refused")
            return
        }
        #expect((answer as? KickAnswer)?.kicked.sorted() == ["one", "two"])
    }

    @Test("what names nobody, or not one thing, is refused")
    func refusals() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob).socket
        let cases: [(any ClientRequest, SocketID, String)] = [
            (Kick(all: true), bob, "forbidden"), (Disconnect(all: true), bob, "forbidden"),
            (Kick(), ada, "invalid_argument"), (Kick(all: false), ada, "invalid_argument"),
            (Kick(target: "Bob", all: true), ada, "invalid_argument"),
            (Kick(stale: 0), ada, "invalid_argument"),
            (Kick(target: "nobody"), ada, "not_found"), (Kick(target: "Cyd"), ada, "not_found"),
            (Kick(target: String(repeating: "a", count: 64)), ada, "not_found"),
        ]
        for (request, socket, code) in cases {
            #expect(world.refusal(request, from: socket) == code)
        }
        #expect(world.peer(.bob) != nil)
    }
}
