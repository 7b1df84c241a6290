import BrokerEngine
import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Shared state")
struct StateVerbsTests {
    static func changes(_ effects: [Effect], to socket: SocketID) -> [StateChange] {
        effects.frames(to: socket).compactMap { frame in
            guard case .answer(let answer) = frame.body, frame.requestID == nil else { return nil }
            return answer as? StateChange
        }
    }

    @Test("everybody else of the mesh is told of a change, observers and clients of old too")
    func told() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        let sibling = world.join(.bob, session: "t").socket
        let old = world.join(.cyd, skein: false).socket
        let observer = world.join(.ada, observer: true).socket
        let (answer, effects) = world.ask(SetState(key: "k", value: ["n": 1]), from: bob)
        #expect(answer == .ack(AckFrame(id: "q")))
        let change = StateChange(key: "k", value: ["n": 1], updatedBy: "Bob")
        for socket in [sibling, old, observer] {
            #expect(Self.changes(effects, to: socket) == [change])
        }
        #expect(Self.changes(effects, to: bob).isEmpty)
        let entry = try #require(world.store.state("k"))
        #expect(entry.value == ["n": 1] && entry.updatedAt == world.now.wall)
        let event = try #require(world.store.log.last)
        #expect(event.type == "state_set" && event.actor == VerbWorld.Who.bob.id.rawValue)
        #expect(event.payload == ["key": "k", "value": ["n": 1]])
    }

    @Test("nobody is told before it is on the disk, and nobody where it is not")
    func onlyWhatIsKept() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        let ada = world.join(.ada).socket
        let frame = ClientFrame(.request(SetState(key: "k", value: 1)), requestID: "q")
        let first = world.registry.received(frame.json, from: bob, at: world.now)
        #expect(first.frames(to: ada).isEmpty && first.frames(to: bob).isEmpty)
        #expect(Self.changes(world.settle(first), to: ada).count == 1)
        world.store.failure = SkeinError(.diskFull, "no room")
        let (answer, effects) = world.ask(SetState(key: "k", value: 2), from: bob)
        #expect(answer == .error(ErrorFrame(code: "disk_full", message: "no room")))
        #expect(Self.changes(effects, to: ada).isEmpty)
    }

    @Test("a client of old is told only of a refusal")
    func oldClients() throws {
        var world = try VerbWorld()
        let old = world.join(.bob, skein: false).socket
        #expect(world.ask(SetState(key: "k", value: 1), from: old).answer == nil)
        #expect(world.refusal(SetState(key: "", value: 1), from: old) == "invalid_argument")
    }

    @Test("the mesh's policy says who may write", arguments: [Permission.member, .admin])
    func policy(stateWrite: Permission) throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob).socket
        #expect(world.refusal(ChangeMesh(stateWrite: stateWrite), from: ada) == nil)
        let refusal = world.refusal(SetState(key: "k", value: 1), from: bob)
        #expect(refusal == (stateWrite == .admin ? "forbidden" : nil))
        #expect(world.refusal(SetState(key: "k", value: 1), from: ada) == nil)
    }

    @Test(
        "keys and values are bounded",
        arguments: [
            (1, 1, nil), (256, 1, nil), (257, 1, "invalid_argument"), (0, 1, "invalid_argument"),
            // A text's quotes count.
            (1, FrameLimits.stateValue - 2, nil), (1, FrameLimits.stateValue - 1, "invalid_argument"),
        ] as [(Int, Int, String?)])
    func bounds(key: Int, value: Int, refusal: String?) throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        let request = SetState(
            key: String(repeating: "k", count: key),
            value: .string(String(repeating: "v", count: value)))
        #expect(world.refusal(request, from: bob) == refusal)
        #expect(world.store.contents.states.isEmpty == (refusal != nil))
    }

    @Test("a mesh that has all its keys may change them, but not have one more")
    func full() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        for number in 0..<FrameLimits.stateKeys {
            let entry = StateEntry(
                key: "k\(number)", value: 1, updatedBy: "", updatedAt: world.now.wall)
            try world.store.performNow { try $0.setState(entry, in: VerbWorld.mesh) }
        }
        #expect(world.refusal(SetState(key: "k0", value: 2), from: bob) == nil)
        #expect(world.refusal(SetState(key: "new", value: 2), from: bob) == "limit")
        #expect(world.store.state("new") == nil && world.store.events == ["state_set"])
    }

    @Test("a key that is not there is null, by nobody, at no time")
    func getting() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob, skein: false).socket
        #expect(
            world.ask(GetState(key: "k"), from: bob).answer
                == .answer(StateResult(key: "k", value: .null, updatedBy: "", updatedAt: "")))
        _ = world.ask(SetState(key: "k", value: [1, nil]), from: bob)
        #expect(
            world.ask(GetState(key: "k"), from: bob).answer
                == .answer(
                    StateResult(
                        key: "k", value: [1, nil], updatedBy: "Bob",
                        updatedAt: ISOMoment(world.now.wall).description)))
    }

    @Test("a state too large for one answer is not told in part")
    func listing() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        let long = JSONValue.string(String(repeating: "v", count: 32_000))
        _ = world.ask(SetState(key: "b", value: long), from: bob)
        _ = world.ask(SetState(key: "a", value: 1), from: bob)
        guard case .answer(let answer) = world.ask(ListState(), from: bob).answer else {
            Issue.record("no list")
            return
        }
        #expect((answer as? StateList)?.entries.map(\.key) == ["a", "b"])
        for number in 0..<200 { _ = world.ask(SetState(key: "\(number)", value: long), from: bob) }
        #expect(world.refusal(ListState(), from: bob) == "too_large")
    }
}
