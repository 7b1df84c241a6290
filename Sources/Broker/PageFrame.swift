import NIOHTTP1

/// What every page has around what it says.
extension Registry {
    /// Who is signed in, as the head of a page shows it.
    struct PageOwner {
        var name: String
        var secret: String
    }

    func page(
        _ request: PageRequest, _ status: HTTPResponseStatus = .ok, title: String,
        owner: PageOwner? = nil, _ body: HTML
    ) -> PageAnswer {
        let words = PageWords.chosen(by: request)
        let head: HTML =
            if let owner {
                """
                <form method="post" action="/signout">\(seal(owner.secret))\
                <button>\(words.signOut)</button></form>
                """
            } else { "" }
        let code = request.queried("user_code").flatMap { UserCode($0) }
        let languages: [HTML] = PageWords.all.filter { $0.code != words.code }.map { other in
            let rest = code.map { "&user_code=" + $0.text } ?? ""
            return """
                <a href="\("?lang=" + other.code + rest)" lang="\(other.code)" \
                hreflang="\(other.code)">\(other.language)</a>
                """
        }
        let whole: HTML = """
            <!doctype html>
            <html lang="\(words.code)"><head><meta charset="utf-8">\
            <meta name="viewport" content="width=device-width,initial-scale=1">\
            <title>\(title) · Skein</title><style>\(Self.style)</style></head><body>
            <header><b>skein</b>\(head)</header>
            <main>\(body)</main>
            <footer>\(languages)</footer>
            </body></html>

            """
        var answer = PageAnswer.text(status, whole.text, type: "text/html; charset=utf-8")
        answer.headers = Self.guards
        answer.headers.add(name: "content-language", value: words.code)
        if request.queried("lang") == words.code {
            answer.headers.add(
                name: "set-cookie",
                value: "\(PageCookie.language.rawValue)=\(words.code); Path=/; "
                    + "Max-Age=31536000; HttpOnly; SameSite=Strict")
        }
        if status == .tooManyRequests { answer.headers.add(name: "retry-after", value: "60") }
        return answer
    }

    private static let style = HTML(stringLiteral: PageStyle.sheet)

    /// Beside those of every answer. With `no-referrer` a browser would send no origin with a form
    /// either (Fetch, section 3.2), so that it could not be checked.
    private static let guards: HTTPHeaders = [
        "content-security-policy": PageStyle.policy, "x-frame-options": "DENY",
        "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
    ]

    /// A page with one thing to say.
    func notice(
        _ request: PageRequest, _ status: HTTPResponseStatus, _ title: String, _ hint: String,
        back: String? = nil, owner: PageOwner? = nil
    ) -> PageAnswer {
        let words = PageWords.chosen(by: request)
        let way: HTML = back.map { "<p><a href=\"\($0)\">\(words.back)</a></p>" } ?? ""
        return page(
            request, status, title: title, owner: owner,
            "<section class=\"card\"><h1>\(title)</h1><p>\(hint)</p>\(way)</section>")
    }

    func tooMany(_ request: PageRequest) -> PageAnswer {
        let words = PageWords.chosen(by: request)
        return notice(request, .tooManyRequests, words.tooMany, words.tooManyHint)
    }

    func trouble(_ request: PageRequest) -> PageAnswer {
        let words = PageWords.chosen(by: request)
        return notice(request, .serviceUnavailable, words.trouble, words.troubleHint)
    }

    /// Goes on to another page of this broker, by `GET`.
    func goingOn(to path: String, cookies: [String] = []) -> PageAnswer {
        var answer = PageAnswer.text(.seeOther, "")
        answer.headers = Self.guards
        answer.headers.add(name: "location", value: path)
        for cookie in cookies { answer.headers.add(name: "set-cookie", value: cookie) }
        return answer
    }

    func seal(_ secret: String) -> HTML {
        """
        <input type="hidden" name="\(FormSeal.field)" value="\(FormSeal.make(for: secret))">
        """
    }
}
