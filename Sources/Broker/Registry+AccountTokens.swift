import BrokerEngine
import Mesh
import MeshProtocol

/// The tokens of an account, for programs.
extension Registry {
    mutating func listTokens(_ request: PageRequest, at now: Instant) {
        serveAccount(request, at: now) { transaction, caller in
            try transaction.tokens(of: caller.account.id)
        } then: { _, tokens, _, now in
            let live = tokens.filter { now.wall < $0.expiresAt }.map(\.json)
            return .json(.ok, ["tokens": .array(live)])
        }
    }

    /// A token for a script. Only a signed-in machine makes one, so that a token that leaked makes
    /// no others.
    mutating func makeToken(_ request: PageRequest, at now: Instant) {
        let token = pages.accounts.newToken(.personal)
        let id = ids.base62()
        serveAccount(request, at: now) { transaction, caller in
            guard caller.token.kind == .session else {
                throw AccountRefusal.forbidden("a script's token makes no tokens")
            }
            let wanted = try Self.wantedToken(request)
            guard try transaction.tokens(of: caller.account.id).count < AccountDesk.tokenLimit
            else { throw AccountRefusal(.conflict, "limit", "the account has too many tokens") }
            let record = AccountTokenRecord(
                id: id, account: caller.account.id, kind: .personal, name: wanted.name,
                address: request.sender.text, createdAt: now.wall,
                expiresAt: now.wall.advanced(bySeconds: wanted.seconds))
            try transaction.keep(record)
            try transaction.keep(
                AccountSecret(
                    hash: AccountDesk.hash(token.text), token: id, expiresAt: record.expiresAt))
            return record
        } then: { _, record, _, _ in
            .json(.ok, ["token": record.json, "secret": .string(token.text)])
        }
    }

    private static func wantedToken(
        _ request: PageRequest
    ) throws(AccountRefusal) -> (name: String, seconds: Int64) {
        guard let body = JSONValue.parse(request.body), case .object = body,
            let given = body["name"]?.string, let name = try? PeerName.check(given)
        else { throw .invalid("name is missing, or has more than 64 characters") }
        switch body["expires_in"] {
        case nil, .null?: return (name, AccountDesk.personalSeconds)
        case .integer(let seconds)? where (60...AccountDesk.personalLimit).contains(seconds):
            return (name, seconds)
        default: throw .invalid("expires_in is from 60 to \(AccountDesk.personalLimit) seconds")
        }
    }

    mutating func removeToken(_ request: PageRequest, at now: Instant) {
        let id = request.parameters["token"] ?? ""
        serveAccount(request, at: now) { transaction, caller in
            guard try transaction.token(id)?.account == caller.account.id,
                let members = try Self.revokeToken(id, in: transaction, at: now.wall)
            else { throw AccountRefusal(.notFound, "not_found", "the account has no such token") }
            return members
        } then: { registry, members, _, now in
            registry.dismiss(members, at: now)
            return .json(.ok, ["ok": true])
        }
    }
}
