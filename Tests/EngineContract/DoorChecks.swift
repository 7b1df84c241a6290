import BrokerEngine
import Mesh
import MeshProtocol
import Testing

private func invite(
    _ id: String, in mesh: MeshID = .flock, uses: Int = 0, of maxUses: Int = 3, made: Int64 = 1
) -> InviteRecord {
    InviteRecord(
        id: id, mesh: mesh, tokenHash: "hash of \(id)", permission: .admin, maxUses: maxUses,
        uses: uses, createdBy: .ada, createdAt: .at(made), expiresAt: .at(9))
}

private func webhook(_ name: String, in mesh: MeshID = .flock) -> WebhookRecord {
    WebhookRecord(
        name: name, mesh: mesh, secret: "secret \(name) \(mesh.rawValue)", createdBy: .ada,
        createdAt: .at(4))
}

extension StoreContract {
    static let doorChecks: [Check<any BrokerStore>] = [
        Check("an invite is found by its token's hash and by its mesh") { store in
            let invites = [invite("1"), invite("2", made: 2), invite("3", in: .other)]
            try await store.perform { for each in invites { try $0.keepInvite(each) } }
            for each in invites {
                let found = try await store.perform { try $0.invite(tokenHash: each.tokenHash) }
                #expect(found == each)
            }
            #expect(try await store.perform { try $0.invite(tokenHash: "none") } == nil)
            #expect(try await store.perform { try $0.invite(tokenHash: "1") } == nil)
            let listed = try await store.perform { try $0.invites(of: .flock) }
            #expect(listed == Array(invites.prefix(2)))
        },
        Check("an invite is spent as often as it may be") { store in
            try await store.perform { try $0.keepInvite(invite("1", of: 2)) }
            var taken: [Bool] = []
            for _ in 0..<4 { taken.append(try await store.perform { try $0.spendInvite("1") }) }
            #expect(taken == [true, true, false, false])
            #expect(try await store.perform { try $0.spendInvite("none") } == false)
            let found = try await store.perform { try $0.invite(tokenHash: "hash of 1") }
            #expect(found == invite("1", uses: 2, of: 2))
        },
        Check("of many who want the last use, one gets it") { store in
            try await store.perform { try $0.keepInvite(invite("1", of: 1)) }
            let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await store.perform { try $0.spendInvite("1") } }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(taken == 1)
            #expect(try await store.perform { try $0.invites(of: .flock).map(\.uses) } == [1])
        },
        Check("a use that was spent in vain is given back") { store in
            try await store.perform { try $0.keepInvite(invite("1", of: 1)) }
            await expectFailure(.internal) {
                try await store.perform { transaction in
                    #expect(try transaction.spendInvite("1"))
                    throw SkeinError(.internal, "the join failed")
                }
            }
            #expect(try await store.perform { try $0.spendInvite("1") })
        },
        Check("an invite is revoked once") { store in
            try await store.perform { transaction in
                try transaction.keepInvite(invite("1"))
                try transaction.keepInvite(invite("2"))
                try transaction.revokeInvite("1", at: .at(5))
                try transaction.revokeInvite("1", at: .at(6))
                try transaction.revokeInvite("none", at: .at(6))
            }
            let found = try await store.perform { try $0.invites(of: .flock) }
            #expect(Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0.revokedAt) })
                == ["1": .at(5), "2": nil])
        },
        Check("what an owner signed comes back as it was") { store in
            let key = try #require(PublicKey(hex: String(repeating: "ab", count: 32)))
            var signed = invite("1")
            signed.signed = InviteRecord.SignedTerms(
                terms: InviteTerms(
                    id: "1", mesh: .flock, slug: "flock", name: "Flöck | %", brokerURL: "ws://x/ws",
                    expiresAt: .at(9), permission: .admin, role: "lead", groups: ["a", "b"],
                    maxUses: 3, ownerKey: key, codeHash: "hash"), signature: "sig")
            try await store.perform { [signed] in try $0.keepInvite(signed) }
            #expect(try await store.perform { try $0.invite(tokenHash: "hash of 1") } == signed)
        },
        Check("a key uses an invite once, and the newest use is told first") { store in
            let keys = try ["ab", "cd", "ef"].map {
                try #require(PublicKey(hex: String(repeating: $0, count: 32)))
            }
            let uses = keys.enumerated().map { number, key in
                InviteUse(
                    invite: "1", mesh: number == 2 ? .other : .flock, memberKey: key, member: .ada,
                    name: "use \(number)", at: .at(Int64(number)))
            }
            try await store.perform { transaction in
                for use in uses { try transaction.keepInviteUse(use) }
                var again = uses[0]
                again.name = "again"
                try transaction.keepInviteUse(again)
            }
            #expect(try await store.perform { try $0.inviteUse(of: "1", by: keys[0]) } == uses[0])
            #expect(try await store.perform { try $0.inviteUse(of: "2", by: keys[0]) } == nil)
            let listed = try await store.perform { try $0.inviteUses(in: .flock, limit: 5) }
            #expect(listed == [uses[1], uses[0]])
            #expect(try await store.perform { try $0.inviteUses(in: .flock, limit: 1) } == [uses[1]])
        },
        Check("a webhook's name is its mesh's only one, until it is removed") { store in
            let hooks = [webhook("a"), webhook("b"), webhook("a", in: .other)]
            try await store.perform { for each in hooks { try $0.keepWebhook(each) } }
            var again = webhook("a")
            again.secret = "another"
            await expectFailure(.meshExists) {
                try await store.perform { [again] in try $0.keepWebhook(again) }
            }
            func listed(_ mesh: MeshID = .flock) async throws -> [WebhookRecord] {
                try await store.perform { try $0.webhooks(of: mesh) }
                    .sorted { $0.name < $1.name }
            }
            #expect(try await listed() == Array(hooks.prefix(2)))
            #expect(try await store.perform { try $0.removeWebhook("a", of: .flock) })
            #expect(try await store.perform { try $0.removeWebhook("a", of: .flock) } == false)
            #expect(try await listed() == [hooks[1]])
            #expect(try await listed(.other) == [hooks[2]])
            try await store.perform { [again] in try $0.keepWebhook(again) }
            #expect(try await listed() == [again, hooks[1]])
        },
    ]
}
