import BrokerEngine
import Mesh

/// A person in a browser that is signed in.
struct Visitor: Sendable {
    var account: BrokerAccount
    var secret: String

    var owner: Registry.PageOwner { Registry.PageOwner(name: account.name, secret: secret) }

    static func find(
        _ secret: String, in transaction: any StoreTransaction, at now: Moment
    ) throws -> Visitor? {
        guard let session = try transaction.webSession(hash: AccountDesk.hash(secret)),
            now < session.expiresAt, let account = try transaction.account(session.account)
        else { return nil }
        return Visitor(account: account, secret: secret)
    }
}

extension Registry {
    /// Serves a page to who is signed in; others sign in first, and come back with their code.
    mutating func serveVisitor(
        _ request: PageRequest, code: UserCode? = nil,
        at now: Instant, _ serve: @escaping @Sendable (inout Registry, Visitor, Instant) -> Void
    ) {
        let way = "/signin" + (code.map { "?user_code=" + $0.text } ?? "")
        guard let secret = secret(.session, of: request) else {
            return answer(request, goingOn(to: way))
        }
        ask {
            try Visitor.find(secret, in: $0, at: now.wall)
        } then: { registry, result, now in
            switch result {
            case .success(let visitor?): serve(&registry, visitor, now)
            case .success(nil): registry.answer(request, registry.goingOn(to: way))
            case .failure: registry.answer(request, registry.trouble(request))
            }
        }
    }
}
