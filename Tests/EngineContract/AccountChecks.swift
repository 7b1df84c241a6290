import BrokerEngine
import Mesh
import MeshProtocol
import Testing

extension AccountID {
    static let ann = AccountID(rawValue: "ann")
    static let ben = AccountID(rawValue: "ben")
}

func account(_ id: AccountID = .ann, email: String = "ann@flock.example") -> BrokerAccount {
    BrokerAccount(
        id: id, email: email, name: "Ann'; DROP TABLE account", passwordHash: "$argon2id$…",
        createdAt: .at(3))
}

private func grant(
    _ code: String = "code", user: String = "user", expires: Int64 = 600
) -> DeviceGrant {
    DeviceGrant(
        codeHash: code, userCodeHash: user, deviceName: "ann’s laptop", system: "Linux",
        address: "192.0.2.1", askedAt: .at(2), expiresAt: .at(expires), interval: 5)
}

private func web(_ hash: String, expires: Int64 = 9) -> WebSession {
    WebSession(hash: hash, account: .ann, createdAt: .at(1), expiresAt: .at(expires))
}

extension StoreContract {
    static let accountChecks: [Check<any BrokerStore>] = [
        Check("an e-mail address has one account, found by it and by its id") { store in
            let added = try await store.perform { try $0.add(account()) }
            #expect(added)
            for same in [account(.ben), account(email: "other@flock.example")] {
                #expect(try await store.perform { try $0.add(same) } == false)
            }
            let (byID, byEmail) = try await store.perform {
                (try $0.account(.ann), try $0.account(email: "ann@flock.example"))
            }
            #expect(byID == account() && byEmail == account())
            let none = try await store.perform {
                [try $0.account(.ben), try $0.account(email: "other@flock.example")]
            }
            #expect(none == [nil, nil])
        },
        Check("of many who register one address at once, one gets it") { store in
            let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        try await store.perform {
                            try $0.add(account(AccountID(rawValue: "\(number)")))
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(taken == 1)
        },
        Check("a grant is found by either code, and changes its state alone") { store in
            _ = try await store.perform { try $0.add(account()) }
            #expect(try await store.perform { try $0.keep(grant()) })
            for same in [grant("code", user: "b"), grant("b")] {
                #expect(try await store.perform { try $0.keep(same) } == false)
            }
            var changed = grant()
            changed.state = .approved
            changed.account = .ann
            changed.interval = 10
            changed.polledAt = .at(7)
            var other = changed
            other.deviceName = "another"
            other.address = "another"
            other.expiresAt = .at(9999)
            try await store.perform { [other] in try $0.update(other) }
            let (byCode, byUser) = try await store.perform {
                (try $0.grant(codeHash: "code"), try $0.grant(userCodeHash: "user"))
            }
            #expect(byCode == changed && byUser == changed)
            let none = try await store.perform {
                [try $0.grant(codeHash: "user"), try $0.grant(userCodeHash: "code")]
            }
            #expect(none == [nil, nil])
        },
        Check("a web session is there until it is ended") { store in
            try await store.perform { transaction in
                _ = try transaction.add(account())
                try transaction.keep(web("a"))
                try transaction.keep(web("b"))
                try transaction.endWebSession(hash: "a")
                try transaction.endWebSession(hash: "none")
            }
            let found = try await store.perform {
                [try $0.webSession(hash: "a"), try $0.webSession(hash: "b")]
            }
            #expect(found == [nil, web("b")])
        },
        Check("what ended is forgotten, what did not is kept") { store in
            try await store.perform { transaction in
                _ = try transaction.add(account())
                _ = try transaction.keep(grant("old", user: "1", expires: 9))
                _ = try transaction.keep(grant("new", user: "2", expires: 10))
                try transaction.keep(web("old", expires: 9))
                try transaction.keep(web("new", expires: 10))
                try transaction.keep(token("t"))
                try transaction.keep(AccountSecret(hash: "old", token: "t", expiresAt: .at(9)))
                try transaction.keep(AccountSecret(hash: "new", token: "t", expiresAt: .at(10)))
                try transaction.forgetEnded(before: .at(10))
            }
            for (hash, isThere) in [("old", false), ("new", true)] {
                let found = try await store.perform { transaction in
                    [
                        try transaction.grant(codeHash: hash) != nil,
                        try transaction.webSession(hash: hash) != nil,
                        try transaction.secret(hash: hash) != nil,
                    ]
                }
                #expect(found == [isThere, isThere, isThere])
            }
        },
    ]
}
