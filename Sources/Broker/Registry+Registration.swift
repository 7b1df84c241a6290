import BrokerEngine
import Mesh
import MeshCrypto
import NIOHTTP1

/// Making an account on a page.
extension Registry {
    mutating func showRegistration(_ request: PageRequest, at now: Instant) {
        let code = request.queried("user_code").flatMap { UserCode($0) }
        answer(request, registrationPage(request, Registration(code: code)))
    }

    /// What was typed, to be shown again.
    private struct Registration: Sendable {
        var code: UserCode?
        var email = ""
        var name = ""
        var invite = ""
    }

    private func registrationPage(
        _ request: PageRequest, _ typed: Registration, _ status: HTTPResponseStatus = .ok,
        complaint: String? = nil
    ) -> PageAnswer {
        let words = PageWords.chosen(by: request)
        let policy = pages.accounts.settings.registration
        guard policy != .closed else {
            return notice(
                request, .forbidden, words.register, words.registrationIsClosed,
                back: "/signin" + Self.query(typed.code))
        }
        let invite: HTML =
            policy == .invite
            ? """
            <p class="muted">\(words.registrationWantsInvite)</p>
            <label for="invite">\(words.inviteToken)</label>
            <input id="invite" name="invite" required autocomplete="off" value="\(typed.invite)">
            """ : ""
        let (secret, cookies) = visit(request)
        var page = page(
            request, status, title: words.register,
            """
            <section class="card"><h1>\(words.register)</h1>\(Self.purpose(typed.code, words))\
            \(Self.complaint(complaint))<form method="post" action="/register">\(seal(secret))\
            \(Self.hidden(typed.code))\(invite)
            <label for="email">\(words.email)</label>
            <input id="email" name="email" type="email" autocomplete="username" required \
            maxlength="254" value="\(typed.email)">
            <label for="name">\(words.yourName)</label>
            <input id="name" name="name" autocomplete="name" maxlength="64" value="\(typed.name)">
            <label for="password">\(words.password)</label>
            <input id="password" name="password" type="password" autocomplete="new-password" \
            required minlength="10" aria-describedby="rule">
            <p id="rule" class="muted">\(words.passwordRule)</p>
            <div class="row"><button class="main">\(words.register)</button></div></form>
            <p class="muted"><a href="\("/signin" + Self.query(typed.code))">\
            \(words.haveAccount)</a></p></section>
            """)
        for cookie in cookies { page.headers.add(name: "set-cookie", value: cookie) }
        return page
    }

    mutating func register(_ request: PageRequest, at now: Instant) {
        guard let (form, _) = sealedForm(request, by: .visit) else { return }
        let typed = Registration(
            code: form["user_code"].flatMap { UserCode($0) }, email: form["email"] ?? "",
            name: form["name"] ?? "", invite: form["invite"] ?? "")
        let policy = pages.accounts.settings.registration
        guard policy != .closed else { return answer(request, registrationPage(request, typed)) }
        guard pages.accounts.registrations.take(request.sender.network, at: now.uptime) else {
            return answer(request, tooMany(request))
        }
        let words = PageWords.chosen(by: request)
        guard let email = Credentials.email(typed.email) else {
            return complain(request, typed, words.badEmail)
        }
        let password = Credentials.password(form["password"])
        guard password.count >= Credentials.shortestPassword else {
            return complain(request, typed, words.shortPassword)
        }
        guard password.utf8.count <= Credentials.longestPassword else {
            return complain(request, typed, words.longPassword)
        }
        let name = PeerName.cleaned(typed.name) ?? String(email.prefix { $0 != "@" })
        let invite = policy == .invite ? JoinRequest.hash(ofToken: typed.invite) : nil
        let (id, cost) = (AccountID(rawValue: ids.base62()), pages.accounts.settings.passwordCost)
        let isTaken = compute {
            PasswordHash.make(of: password, cost: cost)
        } then: { registry, hash, now in
            guard let hash else { return registry.answer(request, registry.busy(request)) }
            let account = BrokerAccount(
                id: id, email: email, name: name, passwordHash: hash, createdAt: now.wall)
            registry.keep(account, invitedBy: invite, for: request, typed, at: now)
        }
        if !isTaken { answer(request, busy(request)) }
    }

    private mutating func complain(
        _ request: PageRequest, _ typed: Registration, _ complaint: String
    ) {
        answer(request, registrationPage(request, typed, .badRequest, complaint: complaint))
    }

    private enum Outcome: Sendable { case made, taken, uninvited }

    private mutating func keep(
        _ account: BrokerAccount, invitedBy invite: String?, for request: PageRequest,
        _ typed: Registration, at now: Instant
    ) {
        ask { transaction -> Outcome in
            if let invite, try !Self.isGood(invite, in: transaction, at: now.wall) {
                return .uninvited
            }
            return try transaction.add(account) ? .made : .taken
        } then: { registry, result, now in
            let words = PageWords.chosen(by: request)
            switch result {
            case .success(.made):
                registry.beginVisit(request, account.id, code: typed.code, at: now)
            case .success(.taken): registry.complain(request, typed, words.emailTaken)
            case .success(.uninvited): registry.complain(request, typed, words.badInvite)
            case .failure: registry.answer(request, registry.trouble(request))
            }
        }
    }

    /// Whether somebody may make an account by it; no use of it is spent.
    private static func isGood(
        _ tokenHash: String, in transaction: any StoreTransaction, at now: Moment
    ) throws -> Bool {
        guard let invite = try transaction.invite(tokenHash: tokenHash) else { return false }
        return invite.revokedAt == nil && now < invite.expiresAt && invite.uses < invite.maxUses
    }
}
