import BrokerEngine
import Mesh
import MeshProtocol
import Testing

/// A key of the right form that nobody holds.
private func key(_ digit: Character) throws -> PublicKey {
    try #require(PublicKey(hex: String(repeating: digit, count: 64)))
}

private func flock(_ id: MeshID = .flock, owner: Character = "a") throws -> BrokerMesh {
    BrokerMesh(
        id: id, name: "Flock’s; DROP TABLE mesh", slug: "flock", ownerKey: try key(owner),
        createdAt: .at(5))
}

private func member(
    _ id: MemberID = .ada, in mesh: MeshID = .flock, key digit: Character = "b"
) throws -> BrokerMember {
    BrokerMember(
        id: id, mesh: mesh, publicKey: try key(digit), displayName: "名前", permission: .admin,
        joinedAt: .at(6))
}

extension BrokerStore {
    fileprivate func ensure(_ mesh: BrokerMesh, _ founder: BrokerMember) async throws {
        try await perform { try $0.ensure(mesh, founder: founder) }
    }

    fileprivate func all() async throws -> ([BrokerMesh], [BrokerMember]) {
        try await perform { (try $0.meshes(), try $0.members()) }
    }
}

extension StoreContract {
    static let meshChecks: [Check<any BrokerStore>] = [
        Check("a mesh and its founder are made once, as they are") { store in
            var (mesh, founder) = (try flock(), try member())
            mesh.policy = MeshPolicy(
                selfEditable: .init(displayName: false, groups: false), stateWrite: .admin,
                allowPlaintext: true)
            founder.roleTag = "lead"
            founder.groups = [GroupMembership(name: "a/b", role: "r"), GroupMembership(name: "c")]
            founder.messageMode = .inbox
            founder.grants = PeerGrants(["k": [.dm, .stateWrite], "blocked": []])
            try await store.ensure(mesh, founder)
            var again = mesh
            again.name = "Another"
            try await store.ensure(again, founder)
            let (meshes, members) = try await store.all()
            #expect(meshes == [mesh])
            #expect(members == [founder])
        },
        Check("what belongs to somebody else is not taken over, and nothing is left of it") {
            store in
            try await store.ensure(try flock(), try member())
            let attempts = [
                (try flock(owner: "c"), try member()),
                (try flock(), try member(key: "c")),
                (try flock(), try member(.bob)),
                (try flock(.other, owner: "c"), try member(in: .other, key: "c")),
            ]
            for (mesh, founder) in attempts {
                await expectFailure(.meshExists) { try await store.ensure(mesh, founder) }
            }
            let (meshes, members) = try await store.all()
            #expect(meshes == [try flock()])
            #expect(members == [try member()])
        },
        Check("a mesh is renamed, archived and given a policy; the rest stays") { store in
            try await store.ensure(try flock(), try member())
            try await store.ensure(try flock(.other), try member(.bob, in: .other))
            var changed = try flock(owner: "f")
            changed.name = "New"
            changed.slug = "new"
            changed.createdAt = .at(99)
            changed.archivedAt = .at(7)
            changed.policy.allowPlaintext = true
            try await store.perform { [changed] in try $0.update(changed) }
            var expected = try flock()
            expected.name = "New"
            expected.archivedAt = .at(7)
            expected.policy.allowPlaintext = true
            #expect(
                Set(try await store.all().0) == [expected, try flock(.other)])
            // And back.
            try await store.perform { try $0.update(try flock()) }
            #expect(Set(try await store.all().0) == [try flock(), try flock(.other)])
        },
        Check("a member is added once, changed and put out; its key and id stay") { store in
            try await store.ensure(try flock(), try member())
            var second = try member(.bob, key: "c")
            second.roleTag = "tester"
            second.permission = .member
            try await store.perform { [second] in try $0.add(second) }
            for same in [try member(.bob, key: "d"), try member(.init(rawValue: "x"), key: "c")] {
                await expectFailure(.meshExists) { try await store.perform { try $0.add(same) } }
            }
            var changed = try member(.bob, in: .other, key: "e")
            changed.displayName = "Bob"
            changed.joinedAt = .at(99)
            changed.revokedAt = .at(8)
            changed.groups = [GroupMembership(name: "g")]
            changed.messageMode = .off
            changed.grants = PeerGrants(["k": []])
            try await store.perform { [changed] in try $0.update(changed) }
            changed.mesh = .flock
            changed.publicKey = second.publicKey
            changed.joinedAt = second.joinedAt
            #expect(Set(try await store.all().1) == [try member(), changed])
        },
        Check("one key may belong to members of several meshes") { store in
            try await store.ensure(try flock(), try member())
            try await store.ensure(try flock(.other), try member(.bob, in: .other))
            #expect(Set(try await store.all().1.map(\.mesh)) == [.flock, .other])
        },
        Check("a presence is found as it was saved last") { store in
            var presence = SavedPresence(
                member: .ada, groups: [GroupMembership(name: "a", role: nil)],
                profile: PeerProfile(avatar: "🪿", capabilities: ["x"]), isVisible: false,
                summary: "s", stats: PeerStats(messagesIn: 3, uptime: 4), lastSeenAt: .at(5))
            #expect(try await store.perform { try $0.savedPresence(of: .ada) } == nil)
            try await store.perform { [presence] in try $0.savePresence(presence) }
            #expect(try await store.perform { try $0.savedPresence(of: .ada) } == presence)
            presence.summary = nil
            presence.isVisible = true
            presence.groups = []
            presence.lastSeenAt = .at(6)
            try await store.perform { [presence] in try $0.savePresence(presence) }
            #expect(try await store.perform { try $0.savedPresence(of: .ada) } == presence)
            #expect(try await store.perform { try $0.savedPresence(of: .bob) } == nil)
        },
    ]
}
