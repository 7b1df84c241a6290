import MeshCrypto
import NIOHTTP1

/// Cookies of the pages (protocol decision 18).
enum PageCookie: String {
    /// A browser that is signed in.
    case session = "skein_session"
    /// One that is not: it binds the forms it was given to itself.
    case visit = "skein_visit"
    case language = "skein_lang"
}

extension PageRequest {
    /// A cookie that was sent once; twice, somebody else may have set one of them.
    func cookie(_ name: String) -> String? {
        var found: String?
        for header in headers["cookie"] {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else {
                    continue
                }
                guard found == nil else { return nil }
                found = String(parts[1])
            }
        }
        return found
    }
}

extension Registry {
    private var isSecure: Bool { publicURL.hasPrefix("https://") }

    /// Over HTTPS a browser takes one of such a name from this very host alone (RFC 6265bis,
    /// section 4.1.3.2).
    private func name(of cookie: PageCookie) -> String {
        (isSecure ? "__Host-" : "") + cookie.rawValue
    }

    /// Nil unless it has the form of those this broker makes.
    func secret(_ cookie: PageCookie, of request: PageRequest) -> String? {
        request.cookie(name(of: cookie)).flatMap { value in
            let isOurs = value.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
            }
            return value.utf8.count == 32 && isOurs ? value : nil
        }
    }

    /// For `Set-Cookie`. Without `seconds` the browser keeps it until it is closed; 0 takes it away.
    func setting(_ cookie: PageCookie, to value: String, for seconds: Int64? = nil) -> String {
        let age = seconds.map { "; Max-Age=\($0)" } ?? ""
        return "\(name(of: cookie))=\(value); Path=/\(age); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }
}

/// What a form carries to show that it came from a page given to the same browser.
enum FormSeal {
    static let field = "seal"

    static func make(for cookie: String) -> String {
        Hex.text(SHA256.hmac(of: Array("skein-form".utf8), key: Array(cookie.utf8)))
    }

    static func isValid(_ seal: String?, for cookie: String?) -> Bool {
        guard let seal, let cookie else { return false }
        return ConstantTime.areEqual(seal, make(for: cookie))
    }
}

extension Registry {
    /// A change over a page comes from a page of this broker: browsers say from where, and the form
    /// knows what only the browser it was given to can know (protocol decision 18). Nil where it
    /// does not, and the request is answered.
    mutating func sealedForm(
        _ request: PageRequest, by cookie: PageCookie
    ) -> (fields: Form, secret: String)? {
        let secret = secret(cookie, of: request)
        guard isOwnOrigin(request), let form = request.form, let secret,
            FormSeal.isValid(form[FormSeal.field], for: secret)
        else {
            let words = PageWords.chosen(by: request)
            answer(
                request,
                notice(
                    request, .forbidden, words.notFromHere, words.notFromHereHint, back: "/account"))
            return nil
        }
        return (form, secret)
    }

    /// `Origin` is there, and is what this page was loaded from.
    private func isOwnOrigin(_ request: PageRequest) -> Bool {
        guard let origin = request.header("origin")?.lowercased() else { return false }
        if let site = request.header("sec-fetch-site"), site != "same-origin" { return false }
        // The host was checked before any route is asked.
        let host = request.header("host")?.lowercased() ?? ""
        return origin == publicURL || origin == (isSecure ? "https://" : "http://") + host
    }
}
