import BrokerEngine
import Mesh
import NIOHTTP1

/// Where a person approves a machine (RFC 8628, section 3.3): nothing is approved but by a button
/// of this page.
extension Registry {
    mutating func showDevicePage(_ request: PageRequest, at now: Instant) {
        let typed = request.queried("user_code")
        let code = typed.flatMap { UserCode($0) }
        serveVisitor(request, code: code, at: now) { registry, visitor, now in
            guard let code else {
                return registry.answer(
                    request, registry.codePage(request, visitor, isWrong: typed != nil))
            }
            guard registry.mayTryCode(request, visitor, at: now) else { return }
            registry.ask {
                try $0.grant(userCodeHash: AccountDesk.hash(code.bare))
            } then: { registry, result, now in
                switch result {
                case .success(let grant?) where grant.isOpen(at: now.wall):
                    registry.answer(
                        request, registry.cardPage(request, visitor, code, grant, at: now))
                case .success:
                    registry.answer(request, registry.codePage(request, visitor, isWrong: true))
                case .failure: registry.answer(request, registry.trouble(request))
                }
            }
        }
    }

    /// Right codes count too: who finds one by trying has tried. Answered where it may not.
    private mutating func mayTryCode(
        _ request: PageRequest, _ visitor: Visitor, at now: Instant
    ) -> Bool {
        guard pages.accounts.codesByAddress.take(request.sender.network, at: now.uptime),
            pages.accounts.codesByAccount.take(visitor.account.id, at: now.uptime)
        else {
            answer(request, tooMany(request))
            return false
        }
        return true
    }

    private func codePage(
        _ request: PageRequest, _ visitor: Visitor, isWrong: Bool
    ) -> PageAnswer {
        let words = PageWords.chosen(by: request)
        return page(
            request, isWrong ? .notFound : .ok, title: words.enterCode, owner: visitor.owner,
            """
            <section class="card"><h1>\(words.enterCode)</h1>\
            \(Self.complaint(isWrong ? words.unknownCode : nil))<p>\(words.enterCodeHint)</p>
            <form method="get" action="/device"><label for="user_code">\(words.code8)</label>
            <input id="user_code" name="user_code" required maxlength="16" autocomplete="off" \
            autocapitalize="characters" spellcheck="false" placeholder="XXXX-XXXX">
            <div class="row"><button class="main">\(words.goOn)</button></div></form>
            <p class="muted">\(words.signedInAs(visitor.account.email))</p></section>
            """)
    }

    private func cardPage(
        _ request: PageRequest, _ visitor: Visitor, _ code: UserCode, _ grant: DeviceGrant,
        at now: Instant
    ) -> PageAnswer {
        let words = PageWords.chosen(by: request)
        let seconds = max(0, now.wall.milliseconds(since: grant.askedAt) / 1000)
        let age = seconds < 60 ? words.askedSecondsAgo(seconds) : words.askedMinutesAgo(seconds / 60)
        let rows: [HTML] = [
            (words.device, grant.deviceName), (words.system, grant.system),
            (words.address, grant.address), (words.asked, age),
        ].map { name, value in
            "<dt>\(name)</dt><dd><bdi>\(value.isEmpty ? words.unnamed : value)</bdi></dd>"
        }
        return page(
            request, title: words.approveTitle, owner: visitor.owner,
            """
            <section class="card"><h1>\(words.approveTitle)</h1><p>\(words.compareCode)</p>
            <p class="code">\(code.text)</p><dl>\(rows)</dl><p>\(words.approveWarning)</p>
            <form method="post" action="/device">\(seal(visitor.secret))\(Self.hidden(code))
            <div class="row">\
            <button class="main" name="decision" value="approve">\(words.approve)</button>\
            <button name="decision" value="deny">\(words.deny)</button></div></form>
            <p class="muted">\(words.signedInAs(visitor.account.email))</p></section>
            """)
    }

    mutating func decideDevice(_ request: PageRequest, at now: Instant) {
        guard let (form, _) = sealedForm(request, by: .session) else { return }
        let isApproved = form["decision"] == "approve"
        let code = form["user_code"].flatMap { UserCode($0) }
        serveVisitor(request, code: code, at: now) { registry, visitor, now in
            guard let code, isApproved || form["decision"] == "deny" else {
                return registry.answer(
                    request, registry.codePage(request, visitor, isWrong: true))
            }
            guard registry.mayTryCode(request, visitor, at: now) else { return }
            registry.ask { transaction -> Bool in
                let hash = AccountDesk.hash(code.bare)
                guard var grant = try transaction.grant(userCodeHash: hash),
                    grant.decide(isApproved, by: visitor.account.id, at: now.wall)
                else { return false }
                try transaction.update(grant)
                return true
            } then: { registry, result, _ in
                let words = PageWords.chosen(by: request)
                let owner = visitor.owner
                let answer =
                    switch (result, isApproved) {
                    case (.success(true), true):
                        registry.notice(
                            request, .ok, words.approved, words.approvedHint, back: "/account",
                            owner: owner)
                    case (.success(true), false):
                        registry.notice(
                            request, .ok, words.denied, words.deniedHint, back: "/account",
                            owner: owner)
                    case (.success(false), _):
                        registry.notice(
                            request, .conflict, words.tooLate, words.enterCodeHint, back: "/device",
                            owner: owner)
                    case (.failure, _): registry.trouble(request)
                    }
                registry.answer(request, answer)
            }
        }
    }
}

extension DeviceGrant {
    func isOpen(at now: Moment) -> Bool { state == .pending && now < expiresAt }
}
