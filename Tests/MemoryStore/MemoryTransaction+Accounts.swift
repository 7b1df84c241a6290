import BrokerEngine
import Mesh
import MeshProtocol

extension MemoryTransaction: AccountRecords {
    func add(_ account: BrokerAccount) throws -> Bool {
        guard contents.accounts[account.id] == nil, try self.account(email: account.email) == nil
        else { return false }
        set(\.accounts, account.id, account)
        return true
    }

    func account(_ id: AccountID) throws -> BrokerAccount? { contents.accounts[id] }

    func account(email: String) throws -> BrokerAccount? {
        contents.accounts.values.first { $0.email == email }
    }

    func keep(_ token: AccountTokenRecord) throws {
        guard contents.tokens[token.id] == nil else {
            throw SkeinError(.internal, "there is a token of that id")
        }
        set(\.tokens, token.id, token)
    }

    func token(_ id: String) throws -> AccountTokenRecord? { contents.tokens[id] }

    func tokens(of account: AccountID) throws -> [AccountTokenRecord] {
        contents.tokens.values.filter { $0.account == account && $0.revokedAt == nil }
            .sorted { ($1.createdAt, $0.id) < ($0.createdAt, $1.id) }
    }

    func update(_ token: AccountTokenRecord) throws {
        guard var changed = contents.tokens[token.id] else { return }
        changed.expiresAt = token.expiresAt
        changed.lastUsedAt = token.lastUsedAt
        set(\.tokens, token.id, changed)
    }

    func revokeToken(_ id: String, at now: Moment) throws -> Bool {
        guard var token = contents.tokens[id], token.revokedAt == nil else { return false }
        token.revokedAt = now
        set(\.tokens, id, token)
        for secret in contents.secrets.values where secret.token == id {
            set(\.secrets, secret.hash, nil)
        }
        return true
    }

    func keep(_ secret: AccountSecret) throws {
        var secret = secret
        secret.token = contents.secrets[secret.hash]?.token ?? secret.token
        set(\.secrets, secret.hash, secret)
    }

    func secret(hash: String) throws -> AccountSecret? { contents.secrets[hash] }

    func keep(_ grant: DeviceGrant) throws -> Bool {
        guard contents.grants[grant.codeHash] == nil,
            try self.grant(userCodeHash: grant.userCodeHash) == nil
        else { return false }
        set(\.grants, grant.codeHash, grant)
        return true
    }

    func grant(codeHash: String) throws -> DeviceGrant? { contents.grants[codeHash] }

    func grant(userCodeHash: String) throws -> DeviceGrant? {
        contents.grants.values.first { $0.userCodeHash == userCodeHash }
    }

    func update(_ grant: DeviceGrant) throws {
        guard var changed = contents.grants[grant.codeHash] else { return }
        changed.state = grant.state
        changed.account = grant.account
        changed.interval = grant.interval
        changed.polledAt = grant.polledAt
        set(\.grants, grant.codeHash, changed)
    }

    func keep(_ session: WebSession) throws {
        guard contents.webSessions[session.hash] == nil else {
            throw SkeinError(.internal, "there is a web session of that cookie")
        }
        set(\.webSessions, session.hash, session)
    }

    func webSession(hash: String) throws -> WebSession? { contents.webSessions[hash] }

    func endWebSession(hash: String) throws { set(\.webSessions, hash, nil) }

    func forgetEnded(before moment: Moment) throws {
        for grant in contents.grants.values where grant.expiresAt < moment {
            set(\.grants, grant.codeHash, nil)
        }
        for secret in contents.secrets.values where secret.expiresAt < moment {
            set(\.secrets, secret.hash, nil)
        }
        for session in contents.webSessions.values where session.expiresAt < moment {
            set(\.webSessions, session.hash, nil)
        }
    }
}

/// Their meshes.
extension MemoryTransaction {
    func keep(_ belonging: AccountMesh) throws {
        let place = MemoryContents.AccountPlace(account: belonging.account, mesh: belonging.mesh)
        var changed = contents.accountMeshes[place] ?? belonging
        changed.permission = belonging.permission
        set(\.accountMeshes, place, changed)
    }

    func meshes(of account: AccountID) throws -> [AccountMesh] {
        contents.accountMeshes.values.filter { $0.account == account }
            .sorted { ($0.joinedAt, $0.mesh.rawValue) < ($1.joinedAt, $1.mesh.rawValue) }
    }

    func keep(_ seat: AccountSeat) throws {
        guard contents.seats[seat.member] == nil else {
            throw SkeinError(.internal, "that member is an account's")
        }
        set(\.seats, seat.member, seat)
    }

    func seats(of account: AccountID, in mesh: MeshID) throws -> [AccountSeat] {
        inOrder { $0.account == account && $0.mesh == mesh }
    }

    func seats(token id: String) throws -> [AccountSeat] {
        inOrder { $0.token == id && $0.endedAt == nil }
    }

    func endSeats(token id: String, at now: Moment) throws {
        for var seat in inOrder({ $0.token == id && $0.endedAt == nil }) {
            seat.endedAt = now
            set(\.seats, seat.member, seat)
        }
    }

    private func inOrder(_ isWanted: (AccountSeat) -> Bool) -> [AccountSeat] {
        contents.seats.values.filter(isWanted)
            .sorted { ($0.joinedAt, $0.member.rawValue) < ($1.joinedAt, $1.member.rawValue) }
    }
}
