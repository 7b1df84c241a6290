import BrokerEngine
import Mesh
import MeshProtocol
import Testing

private func seat(
    _ member: MemberID, token: String = "1", in mesh: MeshID = .flock, made: Int64 = 5
) -> AccountSeat {
    AccountSeat(member: member, mesh: mesh, account: .ann, token: token, joinedAt: .at(made))
}

private func belonging(
    _ mesh: MeshID, _ permission: Permission = .admin, made: Int64 = 5
) -> AccountMesh {
    AccountMesh(
        account: .ann, mesh: mesh, permission: permission, isOwner: true, joinedAt: .at(made))
}

/// Two meshes with a member each, and an account with two tokens.
private func fill(_ store: any BrokerStore) async throws {
    let key = try #require(PublicKey(hex: String(repeating: "a", count: 64)))
    try await store.perform { transaction in
        for (mesh, member) in [(MeshID.flock, MemberID.ada), (.other, .bob)] {
            try transaction.ensure(
                BrokerMesh(
                    id: mesh, name: "m", slug: "m", ownerKey: key, createdAt: .at(1)),
                founder: BrokerMember(
                    id: member, mesh: mesh, publicKey: key, displayName: "m", permission: .admin,
                    joinedAt: .at(1)))
        }
        _ = try transaction.add(account())
        try transaction.keep(token("1"))
        try transaction.keep(token("2"))
    }
}

extension StoreContract {
    static let accountMeshChecks: [Check<any BrokerStore>] = [
        Check("an account's meshes are listed in the order of joining") { store in
            try await fill(store)
            try await store.perform { transaction in
                try transaction.keep(belonging(.other, made: 4))
                try transaction.keep(belonging(.flock))
                var changed = belonging(.flock, .member, made: 77)
                changed.isOwner = false
                try transaction.keep(changed)
            }
            let listed = try await store.perform { try $0.meshes(of: .ann) }
            #expect(listed == [belonging(.other, made: 4), belonging(.flock, .member)])
            #expect(try await store.perform { try $0.meshes(of: .ben) } == [])
        },
        Check("a token's seats end with it, others' do not") { store in
            try await fill(store)
            try await store.perform { transaction in
                try transaction.keep(seat(.ada))
                try transaction.keep(seat(.bob, token: "2", in: .other))
            }
            #expect(try await store.perform { try $0.seats(token: "1") } == [seat(.ada)])
            try await store.perform { transaction in
                try transaction.endSeats(token: "1", at: .at(8))
                try transaction.endSeats(token: "1", at: .at(9))
            }
            var ended = seat(.ada)
            ended.endedAt = .at(8)
            let (live, all, other, none) = try await store.perform { transaction in
                (
                    try transaction.seats(token: "1"),
                    try transaction.seats(of: .ann, in: .flock),
                    try transaction.seats(of: .ann, in: .other),
                    try transaction.seats(of: .ben, in: .flock)
                )
            }
            #expect(live == [] && all == [ended] && none == [])
            #expect(other == [seat(.bob, token: "2", in: .other)])
        },
    ]
}
