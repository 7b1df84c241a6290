import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("What outlives a session")
struct RestoringTests {
    /// Bob was here in a group, said something, counted, and left hidden.
    static func left(_ world: inout VerbWorld) {
        let bob = world.join(.bob, groups: ["a"], skein: false).socket
        _ = world.send(.setSummary("at work"), from: bob)
        _ = world.ask(SetProfile(profile: PeerProfile(bio: "b")), from: bob)
        _ = world.ask(SetStats(stats: PeerStats(messagesIn: 2, toolCalls: 5, uptime: 9)), from: bob)
        _ = world.send(.setVisible(false), from: bob)
        _ = world.leave(bob)
    }

    @Test("the next session finds it, also after the broker was started again", arguments: [false, true])
    func next(restarted: Bool) throws {
        var world = try VerbWorld()
        Self.left(&world)
        let seen = world.now.wall
        if restarted { world.restart() }
        world.pass(60_000)
        let (socket, effects) = world.join(.bob, session: "t", skein: false)
        let restored = try #require(effects.helloAck(to: socket)?.restored)
        #expect(restored.lastSummary == "at work" && restored.lastSeenAt.moment == seen)
        #expect(restored.groups == [GroupMembership(name: "a")])
        #expect(
            restored.stats
                == PeerStats(messagesIn: 2, messagesOut: 0, toolCalls: 5, errors: 0))
        let peer = try #require(world.peer(.bob))
        #expect(peer.groups == [GroupMembership(name: "a")] && !peer.isVisible)
        #expect(peer.profile == PeerProfile(bio: "b") && peer.summary == nil)
    }

    @Test("a first session finds nothing, and has the member's own groups")
    func first() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let groups = [GroupMembership(name: "own")]
        let change = MemberChanges(roleTag: "lead", groups: groups, messageMode: .inbox)
        #expect(
            world.refusal(
                ChangeMember(memberID: VerbWorld.Who.bob.id.rawValue, changes: change), from: ada)
                == nil)
        let (socket, effects) = world.join(.bob, skein: false)
        let ack = try #require(effects.helloAck(to: socket))
        #expect(ack.restored == nil)
        #expect(
            ack.profile == MemberProfile(roleTag: "lead", groups: groups, messageMode: .inbox))
        #expect(world.peer(.bob)?.groups == groups)
    }

    @Test("groups that a hello names go before all others")
    func named() throws {
        var world = try VerbWorld()
        Self.left(&world)
        let (socket, effects) = world.join(.bob, session: "t", groups: ["mine"], skein: false)
        #expect(effects.helloAck(to: socket)?.restored?.groups == nil)
        #expect(world.peer(.bob)?.groups == [GroupMembership(name: "mine")])
    }

    @Test("clients of old are told that somebody returned, not that somebody joined")
    func returned() throws {
        var world = try VerbWorld()
        let old = world.join(.cyd, skein: false).socket
        let first = world.join(.bob, groups: ["a"], skein: false)
        #expect(first.effects.pushes(.peerJoined, to: old).count == 1)
        _ = world.send(.setSummary("at work"), from: first.socket)
        _ = world.leave(first.socket)
        let effects = world.join(.bob, session: "t", skein: false).effects
        #expect(effects.pushes(.peerJoined, to: old).isEmpty)
        let push = try #require(effects.pushes(.peerReturned, to: old).first)
        #expect(
            push.eventData == [
                "name": "Bob", "pubkey": .string(VerbWorld.Who.bob.key), "groups": [["name": "a"]],
                "lastSeenAt": .string(ISOMoment(world.now.wall).description),
                "summary": "at work",
            ])
    }

    @Test("sessions of one member that are there together take nothing from each other")
    func siblings() throws {
        var world = try VerbWorld()
        Self.left(&world)
        let first = world.join(.bob, session: "a", skein: false)
        let second = world.join(.bob, session: "b", skein: false)
        #expect(first.effects.helloAck(to: first.socket)?.restored != nil)
        #expect(second.effects.helloAck(to: second.socket)?.restored == nil)
        let table = try #require(world.registry.tables[VerbWorld.mesh])
        let sibling = try #require(
            table.sessions(of: VerbWorld.Who.bob.id).first { $0.peer.sessionID == "b" }?.peer)
        #expect(sibling.groups.isEmpty && sibling.isVisible && sibling.profile.isEmpty)
        // The last one to end is what is found.
        _ = world.send(.joinGroup(GroupMembership(name: "late")), from: second.socket)
        _ = world.leave(first.socket)
        #expect(world.store.savedPresence(of: VerbWorld.Who.bob.id)?.groups == [GroupMembership(name: "a")])
        _ = world.leave(second.socket)
        let saved = try #require(world.store.savedPresence(of: VerbWorld.Who.bob.id))
        #expect(saved.groups == [GroupMembership(name: "late")] && saved.isVisible)
        // It said no summary: the last one that was said stays.
        #expect(saved.summary == "at work")
    }

    @Test(
        "a session's counts are added once, wherever it began counting",
        arguments: [
            (PeerStats(messagesIn: 2, toolCalls: 5), 5), (PeerStats(messagesIn: 2, toolCalls: 9), 9),
            // It did not go on from what it was given.
            (PeerStats(toolCalls: 1), 6), (nil, 5),
        ] as [(PeerStats?, Int)])
    func counts(stats: PeerStats?, toolCalls: Int) throws {
        var world = try VerbWorld()
        Self.left(&world)
        let bob = world.join(.bob, skein: false).socket
        if let stats { _ = world.ask(SetStats(stats: stats), from: bob) }
        if let stats { _ = world.ask(SetStats(stats: stats), from: bob) }
        _ = world.leave(bob)
        #expect(world.store.savedPresence(of: VerbWorld.Who.bob.id)?.stats.toolCalls == toolCalls)
    }

    @Test("counts of sessions side by side are all added")
    func sideBySide() throws {
        var world = try VerbWorld()
        let sockets = ["a", "b", "c"].map { world.join(.bob, session: $0, skein: false).socket }
        for socket in sockets {
            _ = world.ask(SetStats(stats: PeerStats(toolCalls: 3)), from: socket)
        }
        for socket in sockets { _ = world.leave(socket) }
        #expect(world.store.savedPresence(of: VerbWorld.Who.bob.id)?.stats.toolCalls == 9)
    }

    /// Clients of old are not told that they were there before.
    @Test("what comes back within its lease was never away", arguments: [false, true])
    func lease(skein: Bool) throws {
        var world = try VerbWorld()
        let (socket, _) = world.join(.bob, skein: skein)
        _ = world.settle(world.registry.dropped(socket, at: world.now))
        let (back, effects) = world.join(.bob, skein: skein)
        let ack = try #require(effects.helloAck(to: back))
        #expect(ack.isReturn == skein && ack.restored == nil)
        #expect(world.store.log.map(\.type) == ["peer_joined"])
    }

    @Test("a broker that stops keeps what its sessions leave behind")
    func stopping() throws {
        var world = try VerbWorld()
        _ = world.join(.bob, groups: ["a"], skein: false)
        _ = world.join(.ada, observer: true)
        world.restart()
        #expect(world.store.contents.presences.keys.map(\.rawValue) == [VerbWorld.Who.bob.id.rawValue])
        #expect(world.store.log.map(\.type) == ["peer_joined", "peer_left"])
    }
}
