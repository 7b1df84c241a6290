import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Stats and profiles")
struct PresenceVerbsTests {
    @Test("counts are replaced, shown, and no answer to a client of old")
    func stats() throws {
        var world = try VerbWorld()
        let old = world.join(.bob, skein: false).socket
        let first = PeerStats(messagesIn: 1, toolCalls: 2, uptime: 60)
        #expect(world.ask(SetStats(stats: first), from: old).answer == nil)
        #expect(world.peer(.bob)?.stats == first)
        let second = PeerStats(toolCalls: 3)
        #expect(world.ask(SetStats(stats: second), from: old).answer == nil)
        #expect(world.peer(.bob)?.stats == second)
    }

    @Test(
        "a session lives where calls or messages grew, not where time went by",
        arguments: [
            (PeerStats(toolCalls: 2, uptime: 1), true), (PeerStats(messagesIn: 1, toolCalls: 1), true),
            (PeerStats(messagesOut: 1, toolCalls: 1), true),
            (PeerStats(toolCalls: 1, uptime: 90), false), (PeerStats(toolCalls: 1, errors: 5), false),
            (PeerStats(), false),
        ])
    func signOfLife(stats: PeerStats, lives: Bool) throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        _ = world.ask(SetStats(stats: PeerStats(toolCalls: 1)), from: bob)
        _ = world.send(.setStatus(.working), from: bob)
        world.pass(50_000)
        #expect(world.ask(SetStats(stats: stats), from: bob).answer == .ack(AckFrame(id: "q")))
        _ = world.registry.ponged(bob, at: world.now)
        world.pass(10_001)
        _ = world.settle(world.registry.wake(at: world.now))
        #expect(world.peer(.bob)?.status == (lives ? .working : .idle))
    }

    @Test("a profile is merged, and answered")
    func profile() throws {
        var world = try VerbWorld()
        let old = world.join(.bob, skein: false).socket
        let first = SetProfile(profile: PeerProfile(avatar: "a", title: "t"))
        #expect(world.ask(first, from: old).answer == .ack(AckFrame(id: "q")))
        _ = world.ask(SetProfile(profile: PeerProfile(title: "u", bio: "b")), from: old)
        #expect(world.peer(.bob)?.profile == PeerProfile(avatar: "a", title: "u", bio: "b"))
        let unnamed = world.send(.request(first), from: old)
        #expect(unnamed.frames(to: old).map(\.body) == [.ack(AckFrame(id: ""))])
    }

    @Test("watchers are told of both")
    func deltas() throws {
        var world = try VerbWorld()
        let watcher = world.join(.ada, observer: true).socket
        _ = world.send(.watchPresence, from: watcher)
        let bob = world.join(.bob).socket
        world.pass(100)
        let stats = world.ask(SetStats(stats: PeerStats(errors: 1)), from: bob).effects
        #expect(RegistryTests.deltas(stats, to: watcher).first?.changed.count == 1)
        world.pass(100)
        let profile = world.ask(SetProfile(profile: PeerProfile(bio: "b")), from: bob).effects
        #expect(RegistryTests.deltas(profile, to: watcher).first?.changed.count == 1)
    }

    @Test("what is too long or below nothing is refused")
    func bounds() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        func text(_ count: Int) -> String { String(repeating: "x", count: count) }
        let bad: [any ClientRequest] = [
            SetStats(stats: PeerStats(messagesIn: -1)),
            SetProfile(profile: PeerProfile(avatar: text(FrameLimits.avatar + 1))),
            SetProfile(profile: PeerProfile(title: text(FrameLimits.word + 1))),
            SetProfile(profile: PeerProfile(bio: text(FrameLimits.summary + 1))),
            SetProfile(profile: PeerProfile(capabilities: Array(repeating: "c", count: 33))),
            SetProfile(profile: PeerProfile(capabilities: [text(129)])),
        ]
        for request in bad { #expect(world.refusal(request, from: bob) == "invalid_argument") }
        #expect(world.peer(.bob)?.stats == nil && world.peer(.bob)?.profile == PeerProfile())
    }

    @Test("an observer has neither")
    func observers() throws {
        var world = try VerbWorld()
        let observer = world.join(.bob, observer: true).socket
        #expect(world.refusal(SetStats(stats: PeerStats()), from: observer) == "forbidden")
        #expect(world.refusal(SetProfile(profile: PeerProfile()), from: observer) == "forbidden")
    }
}
