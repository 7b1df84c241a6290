import BrokerEngine
import Mesh
import MeshCrypto
import NIOHTTP1

/// Signing in on a page.
extension Registry {
    mutating func showSignIn(_ request: PageRequest, at now: Instant) {
        let code = request.queried("user_code").flatMap { UserCode($0) }
        answer(request, signInPage(request, code: code))
    }

    /// `complaint` says what was wrong with the last try.
    private func signInPage(
        _ request: PageRequest, _ status: HTTPResponseStatus = .ok, code: UserCode?,
        email: String = "", complaint: String? = nil
    ) -> PageAnswer {
        let words = PageWords.chosen(by: request)
        let (secret, cookies) = visit(request)
        var page = page(
            request, status, title: words.signIn,
            """
            <section class="card"><h1>\(words.signIn)</h1>\(Self.purpose(code, words))\
            \(Self.complaint(complaint))<form method="post" action="/signin">\(seal(secret))\
            \(Self.hidden(code))
            <label for="email">\(words.email)</label>
            <input id="email" name="email" type="email" autocomplete="username" required \
            maxlength="254" value="\(email)">
            <label for="password">\(words.password)</label>
            <input id="password" name="password" type="password" \
            autocomplete="current-password" required>
            <div class="row"><button class="main">\(words.signIn)</button></div></form>
            <p class="muted"><a href="\("/register" + Self.query(code))">\(words.noAccount)</a></p>\
            </section>
            """)
        for cookie in cookies { page.headers.add(name: "set-cookie", value: cookie) }
        return page
    }

    mutating func signIn(_ request: PageRequest, at now: Instant) {
        guard let (form, _) = sealedForm(request, by: .visit) else { return }
        let code = form["user_code"].flatMap { UserCode($0) }
        let typed = form["email"] ?? ""
        let email = Credentials.email(typed) ?? ""
        let password = Credentials.password(form["password"])
        guard pages.accounts.signInsByAddress.take(request.sender.network, at: now.uptime),
            pages.accounts.signInsByEmail.take(AccountDesk.hash(email), at: now.uptime)
        else { return answer(request, tooMany(request)) }
        guard password.utf8.count <= Credentials.longestPassword else {
            return refuseSignIn(request, code, typed)
        }
        let cost = pages.accounts.settings.passwordCost
        ask {
            try $0.account(email: email)
        } then: { registry, result, _ in
            guard case .success(let account) = result else {
                return registry.answer(request, registry.trouble(request))
            }
            let isTaken = registry.compute {
                guard let account else {
                    // As long as for an address that is there.
                    _ = PasswordHash.make(of: password, cost: cost)
                    return false
                }
                return PasswordHash.isValid(password, for: account.passwordHash)
            } then: { registry, isRight, now in
                guard let account, isRight else {
                    return registry.refuseSignIn(request, code, typed)
                }
                registry.beginVisit(request, account.id, code: code, at: now)
            }
            if !isTaken { registry.answer(request, registry.busy(request)) }
        }
    }

    private mutating func refuseSignIn(
        _ request: PageRequest, _ code: UserCode?, _ email: String
    ) {
        let words = PageWords.chosen(by: request)
        answer(
            request,
            signInPage(
                request, .forbidden, code: code, email: email, complaint: words.wrongPassword))
    }

    func busy(_ request: PageRequest) -> PageAnswer {
        let words = PageWords.chosen(by: request)
        return notice(request, .serviceUnavailable, words.busy, words.tooManyHint)
    }

    /// A new cookie for who has just proven who they are; the former one ends.
    mutating func beginVisit(
        _ request: PageRequest, _ account: AccountID, code: UserCode?, at now: Instant
    ) {
        let secret = ids.base62()
        let former = self.secret(.session, of: request)
        let session = WebSession(
            hash: AccountDesk.hash(secret), account: account, createdAt: now.wall,
            expiresAt: now.wall.advanced(bySeconds: AccountDesk.webSeconds))
        ask { transaction in
            if let former { try transaction.endWebSession(hash: AccountDesk.hash(former)) }
            try transaction.keep(session)
        } then: { registry, result, _ in
            guard case .success = result else {
                return registry.answer(request, registry.trouble(request))
            }
            let cookies = [
                registry.setting(.session, to: secret, for: AccountDesk.webSeconds),
                registry.setting(.visit, to: "", for: 0),
            ]
            let way = code == nil ? "/account" : "/device" + Self.query(code)
            registry.answer(request, registry.goingOn(to: way, cookies: cookies))
        }
    }

    mutating func signOut(_ request: PageRequest, at now: Instant) {
        guard let (_, secret) = sealedForm(request, by: .session) else { return }
        ask {
            try $0.endWebSession(hash: AccountDesk.hash(secret))
        } then: { registry, result, _ in
            guard case .success = result else {
                return registry.answer(request, registry.trouble(request))
            }
            registry.answer(
                request,
                registry.goingOn(
                    to: "/signin", cookies: [registry.setting(.session, to: "", for: 0)]))
        }
    }

    // MARK: - Parts of the two forms

    /// What binds a form to a browser that is not signed in, and the cookie where it has none.
    func visit(_ request: PageRequest) -> (secret: String, cookies: [String]) {
        if let secret = secret(.visit, of: request) { return (secret, []) }
        let secret = ids.base62()
        return (secret, [setting(.visit, to: secret)])
    }

    static func query(_ code: UserCode?) -> String { code.map { "?user_code=" + $0.text } ?? "" }

    static func hidden(_ code: UserCode?) -> HTML {
        code.map { "<input type=\"hidden\" name=\"user_code\" value=\"\($0.text)\">" } ?? ""
    }

    static func purpose(_ code: UserCode?, _ words: PageWords) -> HTML {
        code.map { "<p>\(words.toApprove) <b>\($0.text)</b></p>" } ?? ""
    }

    static func complaint(_ text: String?) -> HTML {
        text.map { "<p class=\"bad\" role=\"alert\">\($0)</p>" } ?? ""
    }
}
