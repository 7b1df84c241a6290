import MemoryStore
import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Members")
struct MemberVerbsTests {
    static func change(_ who: VerbWorld.Who, _ changes: MemberChanges) -> ChangeMember {
        ChangeMember(memberID: who.id.rawValue, changes: changes)
    }

    @Test("the list has who is in the mesh, how many sessions each has, and who was seen when")
    func list() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob).socket
        _ = world.join(.bob, session: "t")
        _ = world.join(.ada, session: "o", observer: true)
        _ = world.send(.setVisible(false), from: bob)
        _ = world.leave(world.join(.cyd).socket)
        let seen = world.now.wall
        world.pass(1000)
        guard case .answer(let answer) = world.ask(ListMembers(), from: ada).answer,
            let members = (answer as? MemberList)?.members
        else {
            Issue.record("no list")
            return
        }
        #expect(members.map(\.displayName) == ["Ada", "Bob", "Cyd"])
        #expect(members.map(\.sessionCount) == [1, 1, 0])
        #expect(members.map(\.online) == [true, true, false])
        #expect(members.last?.lastSeenAt?.moment == seen)
        #expect(members.map(\.permission) == [.admin, .member, .admin])
        #expect(members.first?.pubkey == VerbWorld.Who.ada.key)
        _ = world.ask(Ban(target: "Bob"), from: ada)
        guard case .answer(let later) = world.ask(ListMembers(), from: ada).answer else { return }
        #expect((later as? MemberList)?.members.map(\.displayName) == ["Ada", "Cyd"])
    }

    @Test("a member reads its own grants, and nobody else's")
    func ownGrants() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob).socket
        _ = world.ask(SetGrants(grants: [VerbWorld.Who.bob.key: [.dm, .read]]), from: ada)
        func list(_ socket: SocketID) -> GrantList? {
            guard case .answer(let answer) = world.ask(ListGrants(), from: socket).answer else {
                return nil
            }
            return answer as? GrantList
        }
        #expect(list(ada)?.grants == [VerbWorld.Who.bob.key: [.read, .dm]])
        #expect(list(bob)?.grants == [:])
        #expect(list(bob)?.standard == [.read, .dm, .broadcast, .stateRead])
        let old = world.join(.cyd, skein: false).socket
        #expect(list(old) == nil)
    }

    @Test("an admin changes another; its sockets are told, and its sessions take the name")
    func byAdmin() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob, skein: false).socket
        let named = world.join(.bob, session: "t", name: "own").socket
        let changes = MemberChanges(
            displayName: " Bobby ", roleTag: "lead", 
            groups: [GroupMembership(name: "a"), GroupMembership(name: "a", role: "r")],
            messageMode: .inbox, permission: .admin)
        let (answer, effects) = world.ask(Self.change(.bob, changes), from: ada)
        #expect(answer == .ack(AckFrame(id: "q")))
        let told: JSONValue = [
            "displayName": "Bobby", "roleTag": "lead", "groups": [["name": "a", "role": "r"]],
            "messageMode": "inbox", "permission": "admin",
        ]
        for socket in [bob, named] {
            #expect(effects.pushes(.profileUpdated, to: socket).map(\.eventData) == [told])
        }
        #expect(effects.pushes(.profileUpdated, to: ada).isEmpty)
        let table = try #require(world.registry.tables[VerbWorld.mesh])
        #expect(
            table.sessions(of: VerbWorld.Who.bob.id).map(\.peer.displayName).sorted()
                == ["Bobby", "own"])
        let kept = try #require(world.store.member(VerbWorld.Who.bob.id))
        #expect(kept.displayName == "Bobby" && kept.permission == .admin)
        #expect(kept.messageMode == .inbox && kept.roleTag == "lead")
        #expect(world.store.events == ["member_changed"])
        // An empty tag takes it away.
        _ = world.ask(Self.change(.bob, MemberChanges(roleTag: "")), from: ada)
        #expect(world.store.member(VerbWorld.Who.bob.id)?.roleTag == nil)
        #expect(world.ask(ListBans(), from: named).answer == .answer(BanList(bans: [])))
    }

    @Test("members change of themselves what the policy lets them")
    func bySelf() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob).socket
        let policy = MeshPolicy.SelfEditable(roleTag: false, groups: false)
        #expect(world.refusal(ChangeMesh(selfEditable: policy), from: ada) == nil)
        let allowed = MemberChanges(displayName: "Bobby", messageMode: .off)
        #expect(world.refusal(Self.change(.bob, allowed), from: bob) == nil)
        let managed = MemberChanges(
            displayName: "b", roleTag: "r", groups: [], permission: .admin)
        #expect(
            world.ask(Self.change(.bob, managed), from: bob).answer
                == .error(
                    ErrorFrame(
                        code: "forbidden",
                        message: "admin-managed fields: roleTag, groups, permission")))
        #expect(world.refusal(Self.change(.cyd, allowed), from: bob) == "forbidden")
        #expect(world.refusal(Self.change(.ada, managed), from: ada) == nil)
        let (socket, effects) = world.join(.bob, session: "t")
        #expect(effects.helloAck(to: socket)?.selfEditable == policy)
    }

    @Test(
        "what is no change is refused",
        arguments: [
            (MemberChanges(), "invalid_argument"),
            (MemberChanges(displayName: " "), "invalid_argument"),
            (MemberChanges(displayName: String(repeating: "x", count: 65)), "invalid_argument"),
            (MemberChanges(displayName: "a\u{1b}"), "invalid_argument"),
            (MemberChanges(roleTag: "a\n"), "invalid_argument"),
            (MemberChanges(roleTag: String(repeating: "x", count: 65)), "invalid_argument"),
            (MemberChanges(groups: [GroupMembership(name: "@a")]), "invalid_argument"),
            (
                MemberChanges(groups: Array(repeating: GroupMembership(name: "a"), count: 65)),
                "invalid_argument"
            ),
        ])
    func bad(changes: MemberChanges, code: String) throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        #expect(world.refusal(Self.change(.bob, changes), from: ada) == code)
        #expect(world.store.events.isEmpty)
    }

    @Test("the owner stays an admin, and a mesh has one at least")
    func lastAdmin() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let cyd = world.join(.cyd).socket
        let down = MemberChanges(permission: .member)
        #expect(world.refusal(Self.change(.ada, down), from: cyd) == "forbidden")
        // Another had taken the owner's permission away on the disk.
        try Self.put(.member, .ada, in: world.store)
        #expect(world.refusal(Self.change(.cyd, down), from: ada) == "forbidden")
        try Self.put(.admin, .ada, in: world.store)
        #expect(world.refusal(Self.change(.cyd, down), from: ada) == nil)
        #expect(world.refusal(Kick(all: true), from: cyd) == "forbidden")
    }

    private static func put(
        _ permission: Permission, _ who: VerbWorld.Who, in store: MemoryStore
    ) throws {
        try store.performNow { transaction in
            guard var member = try transaction.member(who.id) else { return }
            member.permission = permission
            try transaction.update(member)
        }
    }

    @Test("nobody changes who is not there")
    func unknown() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let changes = MemberChanges(displayName: "x")
        #expect(
            world.refusal(ChangeMember(memberID: "nobody", changes: changes), from: ada)
                == "not_found")
        _ = world.ask(Ban(target: "Bob"), from: ada)
        #expect(world.refusal(Self.change(.bob, changes), from: ada) == "not_found")
    }

    @Test("grants are merged, null takes one away, and no log tells")
    func grants() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        let ada = VerbWorld.Who.ada.key
        let cyd = VerbWorld.Who.cyd.key
        #expect(world.refusal(SetGrants(grants: [ada: [], cyd: [.dm]]), from: bob) == nil)
        let member = world.registry.roster.member(VerbWorld.mesh, key: VerbWorld.Who.bob.key)
        #expect(member?.grants == PeerGrants([ada: [], cyd: [.dm]]))
        #expect(world.refusal(SetGrants(grants: [ada: nil]), from: bob) == nil)
        #expect(
            world.store.member(VerbWorld.Who.bob.id)?.grants == PeerGrants([cyd: [.dm]]))
        #expect(world.store.events.isEmpty)
        #expect(world.refusal(SetGrants(grants: ["bob": []]), from: bob) == "invalid_argument")
        let many = Dictionary(
            uniqueKeysWithValues: (0...FrameLimits.grants).map { number in
                let digits = String(number, radix: 16)
                return (String(repeating: "0", count: 64 - digits.count) + digits, nil)
                    as (String, [PeerGrants.Capability]?)
            })
        #expect(world.refusal(SetGrants(grants: many), from: bob) == nil)
        let most = many.mapValues { _ in [PeerGrants.Capability.dm] as [PeerGrants.Capability]? }
        #expect(world.refusal(SetGrants(grants: most), from: bob) == "limit")
    }

    @Test("to clients of old these verbs are unknown")
    func oldClients() throws {
        var world = try VerbWorld()
        let old = world.join(.ada, skein: false).socket
        let requests: [any ClientRequest] = [
            ListMembers(), Self.change(.bob, MemberChanges(displayName: "x")),
            SetGrants(grants: [:]), ChangeMesh(name: "x"), ListInvites(),
        ]
        for request in requests { #expect(world.refusal(request, from: old) == "unknown_type") }
    }
}
