import BrokerEngine
import Mesh
import MeshProtocol

extension Registry {
    /// RFC 8628, section 3.4.
    mutating func giveToken(_ request: PageRequest, at now: Instant) {
        guard pages.accounts.requests.take(request.sender.network, at: now.uptime) else {
            return answer(request, OAuthRefusal.rateLimited.answer)
        }
        guard let form = request.form, let type = form["grant_type"] else {
            return answer(request, Self.noForm.answer)
        }
        guard type == Self.deviceGrantType else {
            let refusal = OAuthRefusal(
                "unsupported_grant_type", "the grant type is \(Self.deviceGrantType)")
            return answer(request, refusal.answer)
        }
        guard form["client_id"] == Self.clientID else {
            return answer(request, OAuthRefusal.client.answer)
        }
        guard let code = form["device_code"] else {
            let refusal = OAuthRefusal("invalid_request", "device_code is missing")
            return answer(request, refusal.answer)
        }
        let hash = AccountDesk.hash(code)
        let token = pages.accounts.newToken(.session)
        let id = ids.base62()
        ask { transaction -> (DevicePoll, BrokerAccount?) in
            guard var grant = try transaction.grant(codeHash: hash) else { return (.unknown, nil) }
            let former = grant
            let poll = grant.poll(at: now.wall)
            if grant != former { try transaction.update(grant) }
            guard case .granted(let accountID) = poll,
                let account = try transaction.account(accountID)
            else { return (poll, nil) }
            let record = grant.token(id: id, of: account.id, at: now.wall)
            try transaction.keep(record)
            try transaction.keep(
                AccountSecret(
                    hash: AccountDesk.hash(token.text), token: id, expiresAt: record.expiresAt))
            return (poll, account)
        } then: { registry, result, _ in
            switch result {
            case .success((_, let account?)):
                registry.answer(request, Self.given(token, account.json))
            case .success((let poll, nil)): registry.answer(request, poll.refusal.answer)
            case .failure(let error): registry.answer(request, OAuthRefusal(error).answer)
            }
        }
    }

    private static func given(_ token: AccountToken, _ account: JSONValue) -> PageAnswer {
        .json(
            .ok,
            [
                "access_token": .string(token.text), "token_type": "Bearer",
                "expires_in": .integer(AccountDesk.sessionSeconds), "account": account,
            ])
    }

    /// A further secret for a machine that is signed in; the one it asked by holds a minute more.
    mutating func refreshToken(_ request: PageRequest, at now: Instant) {
        let token = pages.accounts.newToken(.session)
        serveAccount(request, at: now) { transaction, caller in
            guard caller.token.kind == .session else {
                throw AccountRefusal.forbidden("a script's token is not refreshed")
            }
            var record = caller.token
            record.expiresAt = now.wall.advanced(bySeconds: AccountDesk.sessionSeconds)
            try transaction.update(record)
            var former = caller.secret
            former.expiresAt = min(
                former.expiresAt, now.wall.advanced(bySeconds: AccountDesk.refreshGrace))
            try transaction.keep(former)
            try transaction.keep(
                AccountSecret(
                    hash: AccountDesk.hash(token.text), token: record.id,
                    expiresAt: record.expiresAt))
        } then: { _, _, _, _ in
            .json(
                .ok,
                [
                    "access_token": .string(token.text),
                    "expires_in": .integer(AccountDesk.sessionSeconds),
                ])
        }
    }
}

extension DeviceGrant {
    fileprivate func token(
        id: String, of account: AccountID, at now: Moment
    ) -> AccountTokenRecord {
        AccountTokenRecord(
            id: id, account: account, kind: .session, name: deviceName, system: system,
            address: address, createdAt: now,
            expiresAt: now.advanced(bySeconds: AccountDesk.sessionSeconds))
    }
}
