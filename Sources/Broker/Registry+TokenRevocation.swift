import BrokerEngine
import Mesh
import MeshProtocol

/// Putting out a machine: its token, and the members it brought in.
extension Registry {
    /// In one transaction; answers the members who are put out by it, and nil where there is no
    /// such token. Nobody comes back by their keys.
    static func revokeToken(
        _ id: String, in transaction: any StoreTransaction, at now: Moment
    ) throws -> [BrokerMember]? {
        guard let token = try transaction.token(id), try transaction.revokeToken(id, at: now)
        else { return nil }
        var members: [BrokerMember] = []
        for seat in try transaction.seats(token: id) {
            guard var member = try transaction.member(seat.member), member.revokedAt == nil
            else { continue }
            member.revokedAt = now
            try transaction.update(member)
            try transaction.audit(
                AuditEvent(
                    mesh: member.mesh, type: "device_revoked", actor: member.id.rawValue,
                    payload: [
                        "member": .string(member.id.rawValue),
                        "name": .string(member.displayName), "device": .string(token.name),
                    ], at: now))
            members.append(member)
        }
        try transaction.endSeats(token: id, at: now)
        return members
    }

    /// What follows for who is connected: closed at once, with the code of a kick, which no client
    /// answers by coming back.
    mutating func dismiss(_ members: [BrokerMember], at now: Instant) {
        for member in members {
            roster.put(member)
            for session in tables[member.mesh]?.sessions(of: member.id) ?? [] {
                if let socket = session.socket {
                    close(socket, CloseCode.kicked, "device_revoked")
                }
                end(session.key, at: now)
            }
        }
    }

    /// RFC 7009: who has a token may end it; whether there was one is not told.
    mutating func revokeByToken(_ request: PageRequest, at now: Instant) {
        guard pages.accounts.requests.take(request.sender.network, at: now.uptime) else {
            return answer(request, OAuthRefusal.rateLimited.answer)
        }
        guard let token = request.form?["token"] else {
            return answer(request, Self.noForm.answer)
        }
        guard let token = AccountToken(token) else { return answer(request, .json(.ok, [:])) }
        let hash = AccountDesk.hash(token.text)
        ask { transaction in
            try transaction.secret(hash: hash).flatMap {
                try Self.revokeToken($0.token, in: transaction, at: now.wall)
            }
        } then: { registry, result, now in
            switch result {
            case .success(let members):
                registry.dismiss(members ?? [], at: now)
                registry.answer(request, .json(.ok, [:]))
            case .failure(let error): registry.answer(request, OAuthRefusal(error).answer)
            }
        }
    }
}
