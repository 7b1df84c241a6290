import BrokerEngine
import Mesh
import NIOHTTP1

/// Who asks by a token.
struct AccountCaller: Sendable {
    var account: BrokerAccount
    var token: AccountTokenRecord
    /// By which of its secrets.
    var secret: AccountSecret

    /// How exactly a token's last use is known, in milliseconds: a write for each request would
    /// cost more than it tells.
    private static let useStep: Int64 = 60_000

    /// Nil where the token is not known, revoked, or past its time.
    static func find(
        _ token: AccountToken, in transaction: any StoreTransaction, at now: Moment
    ) throws -> AccountCaller? {
        guard let secret = try transaction.secret(hash: AccountDesk.hash(token.text)),
            now < secret.expiresAt, var record = try transaction.token(secret.token),
            record.revokedAt == nil, record.kind == token.kind,
            let account = try transaction.account(record.account)
        else { return nil }
        if record.lastUsedAt.map({ now.milliseconds(since: $0) >= useStep }) ?? true {
            record.lastUsedAt = now
            try transaction.update(record)
        }
        return AccountCaller(account: account, token: record, secret: secret)
    }
}

extension Registry {
    /// Serves a request with `Authorization: Bearer` and a token of an account. `work` refuses
    /// before it writes: what it wrote stays.
    mutating func serveAccount<Value: Sendable>(
        _ request: PageRequest, at now: Instant,
        _ work: @escaping @Sendable (any StoreTransaction, AccountCaller) throws -> Value,
        then: @escaping @Sendable (inout Registry, Value, AccountCaller, Instant) -> PageAnswer
    ) {
        guard pages.accounts.requests.take(request.sender.network, at: now.uptime) else {
            return answer(request, AccountRefusal.rateLimited.answer)
        }
        guard let token = request.credentials("Bearer").flatMap({ AccountToken($0) }) else {
            return answer(request, AccountRefusal.signedOut.answer)
        }
        ask { transaction -> Result<(Value, AccountCaller), AccountRefusal> in
            guard let caller = try AccountCaller.find(token, in: transaction, at: now.wall) else {
                return .failure(.signedOut)
            }
            do {
                return .success((try work(transaction, caller), caller))
            } catch let refusal as AccountRefusal {
                return .failure(refusal)
            }
        } then: { registry, result, now in
            let answer =
                switch result {
                case .success(.success(let (value, caller))): then(&registry, value, caller, now)
                case .success(.failure(let refusal)): refusal.answer
                case .failure(let error): AccountRefusal(error).answer
                }
            registry.answer(request, answer)
        }
    }

    mutating func showAccount(_ request: PageRequest, at now: Instant) {
        serveAccount(request, at: now) { _, _ in
        } then: { _, _, caller, _ in
            .json(.ok, ["account": caller.account.json, "token": caller.token.json])
        }
    }
}
