import Foundation
import Mesh
import MeshCrypto
import MeshProtocol
import NIOHTTP1

/// What somebody who followed an invite's link reads before they come in: whose mesh it is, what
/// they would be there, and the one command to paste. There is no form on it and no secret in it.
struct InvitePage: Sendable {
    var status: HTTPResponseStatus
    var title: String
    var rows: [(String, String)]
    var note: String
    /// The command to paste; nil where nobody comes in by it.
    var command: String?
    var commandTitle = ""
    /// Opens Skein where it is told to mind such links.
    var deepLink: String?
    var deepLinkTitle = ""
    var language: String

    init(_ offer: InviteOffer, link: String, words: InvitePageWords) {
        let terms = offer.invite
        language = words.language
        title = words.title(terms.name)
        rows = [
            (words.mesh, terms.name), (words.invitedBy, offer.invitedBy),
            (words.permission, words.permissions[terms.permission] ?? ""),
            (words.role, terms.role ?? ""),
            (words.groups, terms.groups.joined(separator: ", ")),
            (words.members, String(offer.members)),
            (words.uses, "\(offer.uses) / \(terms.maxUses)"),
            (words.expires, Self.date(terms.expiresAt)),
        ].filter { !$0.1.isEmpty }
        guard offer.state == .open else {
            status = .gone
            note = words.refusals[offer.state] ?? ""
            return
        }
        status = .ok
        note = words.note
        command = "skein join \(link)"
        commandTitle = words.command
        deepLinkTitle = words.deepLink
        // By another way than TLS it would ask nobody but this machine.
        if let site = BrokerSite(url: link), site.isSecure || site.isLoopback,
            let code = link.split(separator: "/").last
        {
            deepLink = "skein://\(site.authority)/i/\(code)"
        }
    }

    init(_ failure: WebFailure, words: InvitePageWords) {
        status = failure.status
        language = words.language
        title = failure.status == .tooManyRequests ? words.tooMany : words.unknownTitle
        note = failure.status == .tooManyRequests ? words.tooManyNote : words.unknownNote
        rows = []
    }

    private static func date(_ moment: Moment) -> String {
        let text = ISOMoment(moment).description
        return text.prefix(16).replacingOccurrences(of: "T", with: " ") + " UTC"
    }

    // MARK: - HTML

    /// What goes with the page: it holds no form, loads nothing and stands in no frame.
    static var headers: HTTPHeaders {
        [
            "content-security-policy":
                "default-src 'none'; style-src 'sha256-\(styleHash)'; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'",
            "referrer-policy": "no-referrer", "x-frame-options": "DENY",
            "x-robots-tag": "noindex, nofollow",
        ]
    }

    private static let styleHash = Data(SHA256.of(Array(style.utf8))).base64EncodedString()

    private static let style =
        ":root{color-scheme:light dark}"
        + "body{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:8vh auto;padding:0 1rem}"
        + "h1{font-size:1.4rem;overflow-wrap:anywhere}dl{display:grid;"
        + "grid-template-columns:max-content 1fr;gap:.3rem 1rem}dt{opacity:.7}dd{margin:0;"
        + "overflow-wrap:anywhere}pre{padding:.8rem;border:1px solid;border-radius:.4rem;"
        + "white-space:pre-wrap;overflow-wrap:anywhere;user-select:all}"

    var html: HTML {
        let rows: [HTML] = rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }
        let list: HTML = rows.isEmpty ? "" : "<dl>\(rows)</dl>"
        let paste: HTML = command.map { "<h2>\(commandTitle)</h2><pre>\($0)</pre>" } ?? ""
        let link: HTML = deepLink.map { #"<p><a href="\#($0)">\#(deepLinkTitle)</a></p>"# } ?? ""
        return """
            <!doctype html><html lang="\(language)"><head><meta charset="utf-8">\
            <meta name="viewport" content="width=device-width,initial-scale=1">\
            <title>\(title)</title><style>\(HTML(stringLiteral: Self.style))</style></head>\
            <body><main><h1>\(title)</h1>\(list)<p>\(note)</p>\
            \(paste)\(link)</main></body></html>
            """
    }

    var answer: PageAnswer {
        var answer = PageAnswer.text(status, html.text, type: "text/html; charset=utf-8")
        answer.headers = Self.headers
        return answer
    }
}

/// Every word of the page, in one language.
struct InvitePageWords: Sendable {
    var language: String
    var title: @Sendable (String) -> String
    var mesh: String
    var invitedBy: String
    var permission: String
    var permissions: [Permission: String]
    var role: String
    var groups: String
    var members: String
    var uses: String
    var expires: String
    var note: String
    var command: String
    var deepLink: String
    var refusals: [InviteState: String]
    var unknownTitle: String
    var unknownNote: String
    var tooMany: String
    var tooManyNote: String

    /// By `Accept-Language`: the first that is known, else English.
    static func best(for header: String?) -> InvitePageWords {
        let wanted = (header ?? "").prefix(200).split(separator: ",").compactMap {
            $0.split(separator: ";").first?.trimmingCharacters(in: .whitespaces).lowercased()
        }
        let first = wanted.lazy.compactMap { tag in
            [english, spanish].first { tag == $0.language || tag.hasPrefix($0.language + "-") }
        }.first
        return first ?? english
    }

    static let english = InvitePageWords(
        language: "en", title: { "You are invited to \($0)" }, mesh: "Mesh",
        invitedBy: "Invited by", permission: "You would be",
        permissions: [.member: "a member", .admin: "an admin: you could let in and put out others"],
        role: "Role", groups: "Groups", members: "Members", uses: "Used", expires: "Expires",
        note: "Members see your agents' names, status and working directories, and can write to "
            + "them. Nothing happens until you say yes in your terminal.",
        command: "Paste this into a terminal", deepLink: "Open in Skein",
        refusals: [
            .expired: "This invite has expired. Ask who invited you for a new one.",
            .revoked: "This invite was taken back. Ask who invited you for a new one.",
            .usedUp: "This invite was used as often as it may be. Ask for a new one.",
            .archived: "This mesh is archived: nobody comes in any more.",
        ],
        unknownTitle: "No such invite",
        unknownNote:
            "This broker knows no such invite. Look at the link again, or ask for a new one.",
        tooMany: "Too many requests",
        tooManyNote: "Wait a minute, then load this page again.")

    static let spanish = InvitePageWords(
        language: "es", title: { "Te han invitado a \($0)" }, mesh: "Malla",
        invitedBy: "Te invita", permission: "Serías",
        permissions: [
            .member: "miembro", .admin: "administrador: podrías admitir y expulsar a otros",
        ],
        role: "Función", groups: "Grupos", members: "Miembros", uses: "Usos", expires: "Caduca",
        note: "Los miembros ven los nombres, el estado y los directorios de tus agentes, y pueden "
            + "escribirles. No pasa nada hasta que digas que sí en tu terminal.",
        command: "Pega esto en una terminal", deepLink: "Abrir en Skein",
        refusals: [
            .expired: "Esta invitación ha caducado. Pide una nueva.",
            .revoked: "Esta invitación fue retirada. Pide una nueva.",
            .usedUp: "Esta invitación ya se usó todas las veces permitidas. Pide una nueva.",
            .archived: "Esta malla está archivada: ya no entra nadie.",
        ],
        unknownTitle: "No existe esa invitación",
        unknownNote: "Este servidor no conoce esa invitación. Revisa el enlace o pide una nueva.",
        tooMany: "Demasiadas peticiones",
        tooManyNote: "Espera un minuto y vuelve a cargar esta página.")
}
