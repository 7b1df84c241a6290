import BrokerEngine
import Foundation
import Mesh
import NIOHTTP1

/// What a person sees of their account: machines, tokens, meshes.
extension Registry {
    mutating func showAccountPage(_ request: PageRequest, at now: Instant) {
        serveVisitor(request, at: now) { registry, visitor, _ in
            registry.ask { transaction in
                (
                    try transaction.tokens(of: visitor.account.id),
                    try AccountPlaces.all(of: visitor.account.id, in: transaction)
                )
            } then: { registry, result, now in
                switch result {
                case .success((let tokens, let places)):
                    let live = tokens.filter { now.wall < $0.expiresAt }
                    registry.answer(
                        request, registry.accountPage(request, visitor, live, places))
                case .failure: registry.answer(request, registry.trouble(request))
                }
            }
        }
    }

    private func accountPage(
        _ request: PageRequest, _ visitor: Visitor, _ tokens: [AccountTokenRecord],
        _ places: [AccountPlaces]
    ) -> PageAnswer {
        let words = PageWords.chosen(by: request)
        let devices = tokens.filter { $0.kind == .session }
        let scripts = tokens.filter { $0.kind == .personal }
        return page(
            request, title: words.account, owner: visitor.owner,
            """
            <section class="card"><h1>\(visitor.account.name)</h1>\
            <p class="muted">\(words.signedInAs(visitor.account.email))</p>
            <p><a href="/device">\(words.enterCode)</a></p></section>
            <section class="card"><h2>\(words.devices)</h2>\
            \(list(devices, words.noDevices, visitor, words))\
            <p class="muted">\(words.revokeHint)</p></section>
            <section class="card"><h2>\(words.tokens)</h2>\
            \(list(scripts, words.noTokens, visitor, words))</section>
            <section class="card"><h2>\(words.meshes)</h2>\(list(places, words))</section>
            """)
    }

    private func list(
        _ tokens: [AccountTokenRecord], _ none: String, _ visitor: Visitor, _ words: PageWords
    ) -> HTML {
        guard !tokens.isEmpty else { return "<p class=\"muted\">\(none)</p>" }
        let rows = tokens.map { token -> HTML in
            let used = token.lastUsedAt.map { words.lastUsed(Self.day($0)) } ?? words.neverUsed
            let about = [token.system, token.address, used, words.expires(Self.day(token.expiresAt))]
                .filter { !$0.isEmpty }.joined(separator: " · ")
            return """
                <li><span><bdi>\(token.name.isEmpty ? words.unnamed : token.name)</bdi><br>\
                <span class="muted"><bdi>\(about)</bdi></span></span>\
                <form method="post" action="\("/account/tokens/" + token.id + "/revoke")">\
                \(seal(visitor.secret))<button>\(words.revoke)</button></form></li>
                """
        }
        return "<ul>\(rows)</ul>"
    }

    private func list(_ places: [AccountPlaces], _ words: PageWords) -> HTML {
        guard !places.isEmpty else { return "<p class=\"muted\">\(words.noMeshes)</p>" }
        let rows = places.map { place -> HTML in
            let members = place.members.count { $0.revokedAt == nil }
            let about = [
                words.membersCount(members), place.belonging.isOwner ? words.owner : "",
                place.isOpen ? "" : words.archived,
            ].filter { !$0.isEmpty }.joined(separator: " · ")
            return """
                <li><span><bdi>\(place.mesh.name)</bdi></span>\
                <span class="muted">\(about)</span></li>
                """
        }
        return "<ul>\(rows)</ul>"
    }

    /// As `2026-05-30`, by UTC.
    private static func day(_ moment: Moment) -> String {
        Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
            .formatted(.iso8601.year().month().day())
    }

    mutating func revokeOnPage(_ request: PageRequest, at now: Instant) {
        guard sealedForm(request, by: .session) != nil else { return }
        let id = request.parameters["token"] ?? ""
        serveVisitor(request, at: now) { registry, visitor, now in
            registry.ask { transaction -> [BrokerMember] in
                guard try transaction.token(id)?.account == visitor.account.id else { return [] }
                return try Self.revokeToken(id, in: transaction, at: now.wall) ?? []
            } then: { registry, result, now in
                switch result {
                case .success(let members):
                    registry.dismiss(members, at: now)
                    registry.answer(request, registry.goingOn(to: "/account"))
                case .failure: registry.answer(request, registry.trouble(request))
                }
            }
        }
    }
}
