import Mesh
import NIOHTTP1
import Testing

@testable import Broker

@Suite("What pages say, and in which language")
struct PageTextTests {
    static let languages: [(query: String, cookie: String?, header: String?, expected: String)] = [
        ("", nil, nil, "en"), ("", nil, "es", "es"), ("", nil, "es-MX,es;q=0.9", "es"),
        ("", nil, "en;q=0.5, es;q=0.6", "es"), ("", nil, "fr, es;q=0.1", "es"),
        ("", nil, "fr", "en"), ("", nil, "es;q=0", "en"), ("", nil, "es;q=x, en;q=0.1", "en"),
        ("", nil, "ES", "es"), ("", nil, String(repeating: "es,", count: 500), "en"),
        ("", "es", "en", "es"), ("", "xx", "es", "es"), ("lang=en", "es", "es", "en"),
        ("lang=es", nil, nil, "es"), ("lang=../../etc", nil, "es", "es"), ("", nil, ",;,=", "en"),
    ]

    @Test("a page is in the language that was asked for", arguments: languages)
    func language(query: String, cookie: String?, header: String?, expected: String) {
        var request = PageRequest(
            id: PageID(number: 1), method: .GET, path: "/signin", query: query,
            remote: RemoteAddress(text: "192.0.2.1"))
        if let cookie { request.headers.add(name: "cookie", value: "skein_lang=\(cookie)") }
        if let header { request.headers.add(name: "accept-language", value: header) }
        #expect(PageWords.chosen(by: request).code == expected)
    }

    @Test("a language that was chosen by its link stays, and the code goes along")
    func chosen() throws {
        var world = try AccountWorld()
        var browser = AccountWorld.Browser()
        let first = world.open("/signin?user_code=BCDF-GHJK", &browser)
        #expect(first.text.contains(#"<html lang="en">"#))
        #expect(first.text.contains(#"href="?lang=es&amp;user_code=BCDF-GHJK""#))
        let second = world.open("/signin?lang=es&user_code=BCDF-GHJK", &browser)
        #expect(second.text.contains("Contraseña") && second.text.contains("BCDF-GHJK"))
        #expect(second.headers.first(name: "content-language") == "es")
        #expect(world.open("/register", &browser).text.contains("Crear una cuenta"))
    }

    @Test("no text is empty or the other language's")
    func catalogues() {
        let values = PageWords.all.map { words in
            Mirror(reflecting: words).children.reduce(into: [String: String]()) {
                if let name = $1.label, let text = $1.value as? String { $0[name] = text }
            }
        }
        #expect(values.count == 2 && values[0].count > 50)
        // Words that both languages share.
        let shared: Set = ["tokens"]
        for (name, text) in values[0] {
            #expect(!text.isEmpty && values[1][name]?.isEmpty == false)
            if !shared.contains(name) { #expect(text != values[1][name], "\(name)") }
        }
        for words in PageWords.all {
            #expect(words.askedSecondsAgo(1) != words.askedSecondsAgo(2))
            #expect(words.askedMinutesAgo(3).contains("3") && words.membersCount(3).contains("3"))
            #expect(words.membersCount(1) != words.membersCount(2))
        }
    }

    @Test("what is put into a page is text, whatever it says")
    func escaped() {
        let evil = #"<script>alert("x")</script>&'"# + "\u{0}\u{1b}"
        let html: HTML = "<p title=\"\(evil)\">\(evil)</p>\(["<b>\(evil)</b>"] as [HTML])"
        let safe = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;\u{FFFD}\u{FFFD}"
        #expect(html.text == "<p title=\"\(safe)\">\(safe)</p><b>\(safe)</b>")
    }

    @Test("whatever a device or an account calls itself is text on every page")
    func hostile() throws {
        var world = try AccountWorld()
        let evil = #"<img src=x onerror="a">"#
        var browser = world.register(name: evil)
        let asked = world.authorize(evil, os: "'><svg>")
        let card = world.open("/device?user_code=\(asked.user)", &browser)
        #expect(card.text.contains("&lt;img src=x onerror=&quot;a&quot;&gt;"))
        _ = world.decide(asked, &browser)
        _ = world.poll(asked)
        for page in [card, world.open("/account", &browser)] {
            #expect(page.status == 200 && !page.text.contains("<img") && !page.text.contains("<svg"))
        }
        let lost = world.open("/signin?user_code=%22%3E%3Csvg%3E", &browser)
        #expect(!lost.text.contains("<svg"))
    }

    static let forms: [(String, [String: String]?)] = [
        ("", [:]), ("a=b", ["a": "b"]), ("a=b&c=d+e%20f", ["a": "b", "c": "d e f"]),
        ("a=%C3%B1", ["a": "ñ"]), ("a=%2B%26%3D", ["a": "+&="]), ("a", [:]), ("a=", [:]),
        ("a=b=c", ["a": "b=c"]), ("&&a=b&", ["a": "b"]), ("a=1&a=2", nil), ("a=%ff", nil),
        ("a=%zz", nil), ("a=%", nil), ("a=1&%61=2", nil),
        ((0..<33).map { "k\($0)=v" }.joined(separator: "&"), nil),
    ]

    @Test("a form is read strictly", arguments: forms)
    func form(text: String, expected: [String: String]?) {
        let form = Form(text.utf8)
        #expect((form == nil) == (expected == nil))
        for (name, value) in expected ?? [:] { #expect(form?[name] == value) }
        if expected == [:] { #expect(form?["a"] == nil) }
    }

    @Test("a code is read as people type it", arguments: [
        ("BCDF-GHJK", "BCDFGHJK"), ("bcdfghjk", "BCDFGHJK"), (" bcdf  ghjk ", "BCDFGHJK"),
        ("BCDF-GHJ", nil), ("BCDF-GHJKL", nil), ("ACDF-GHJK", nil), ("BCDF_GHJK", nil), ("", nil),
        ("BCDF-GHJK\u{0}", nil), (String(repeating: "-", count: 100) + "BCDFGHJK", nil),
        ("ＢCDFGHJK", nil),
    ])
    func userCode(typed: String, bare: String?) {
        #expect(UserCode(typed)?.bare == bare)
    }

    @Test("codes are of twenty letters, each as likely")
    func userCodes() {
        var next: UInt8 = 0
        var counts: [Character: Int] = [:]
        for _ in 0..<30 {
            let code = UserCode {
                defer { next &+= 1 }
                return next
            }
            #expect(UserCode(code.text) == code && code.text.count == 9)
            for letter in code.bare { counts[letter, default: 0] += 1 }
        }
        // 240 bytes are twelve times the alphabet; those above are skipped.
        #expect(counts.count == 20 && Set(counts.values) == [12])
        #expect(UserCode.make() != UserCode.make())
    }
}
