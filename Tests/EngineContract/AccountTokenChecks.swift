import BrokerEngine
import Mesh
import MeshProtocol
import Testing

func token(
    _ id: String, of account: AccountID = .ann, made: Int64 = 1,
    _ kind: AccountToken.Kind = .session
) -> AccountTokenRecord {
    AccountTokenRecord(
        id: id, account: account, kind: kind, name: "laptop \(id)", system: "Linux",
        address: "192.0.2.1", createdAt: .at(made), expiresAt: .at(99))
}

private func secret(_ hash: String, of token: String, ends: Int64 = 50) -> AccountSecret {
    AccountSecret(hash: hash, token: token, expiresAt: .at(ends))
}

extension StoreContract {
    static let accountTokenChecks: [Check<any BrokerStore>] = [
        Check("tokens are listed newest first, those of others and revoked ones not") { store in
            try await store.perform { transaction in
                _ = try transaction.add(account())
                _ = try transaction.add(account(.ben, email: "b"))
                for each in [
                    token("1"), token("2", made: 2, .personal), token("3", of: .ben, made: 3),
                    token("4", made: 4),
                ] {
                    try transaction.keep(each)
                }
                _ = try transaction.revokeToken("4", at: .at(5))
            }
            let listed = try await store.perform { try $0.tokens(of: .ann) }
            #expect(listed == [token("2", made: 2, .personal), token("1")])
            let one = try await store.perform { try $0.token("3") }
            #expect(one == token("3", of: .ben, made: 3))
        },
        Check("of a token its end and last use change, nothing else") { store in
            var changed = token("1")
            changed.expiresAt = .at(200)
            changed.lastUsedAt = .at(20)
            var other = changed
            other.name = "another"
            other.revokedAt = .at(1)
            other.createdAt = .at(77)
            try await store.perform { [other] transaction in
                _ = try transaction.add(account())
                try transaction.keep(token("1"))
                try transaction.update(other)
            }
            #expect(try await store.perform { try $0.token("1") } == changed)
        },
        Check("a token is revoked once, and its secrets with it") { store in
            try await store.perform { transaction in
                _ = try transaction.add(account())
                for id in ["1", "2"] {
                    try transaction.keep(token(id))
                    try transaction.keep(secret("a" + id, of: id))
                    try transaction.keep(secret("b" + id, of: id))
                }
            }
            let revoked = try await store.perform { transaction in
                [
                    try transaction.revokeToken("1", at: .at(5)),
                    try transaction.revokeToken("1", at: .at(6)),
                    try transaction.revokeToken("none", at: .at(6)),
                ]
            }
            #expect(revoked == [true, false, false])
            #expect(try await store.perform { try $0.token("1")?.revokedAt } == .at(5))
            let secrets = try await store.perform { transaction in
                try ["a1", "b1", "a2", "b2"].map { try transaction.secret(hash: $0) }
            }
            #expect(secrets == [nil, nil, secret("a2", of: "2"), secret("b2", of: "2")])
        },
        Check("a secret is given another end") { store in
            try await store.perform { transaction in
                _ = try transaction.add(account())
                try transaction.keep(token("1"))
                try transaction.keep(secret("a", of: "1"))
                try transaction.keep(secret("a", of: "1", ends: 7))
            }
            let found = try await store.perform { try $0.secret(hash: "a") }
            #expect(found == secret("a", of: "1", ends: 7))
            #expect(try await store.perform { try $0.secret(hash: "none") } == nil)
        },
    ]
}
