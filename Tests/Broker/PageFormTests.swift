import BrokerEngine
import Mesh
import NIOHTTP1
import Testing

@testable import Broker

/// That nothing is changed but by a form of this broker's own page.
@Suite("Forms and where they come from")
struct PageFormTests {
    struct Attempt: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var origin: String? = AccountWorld.url
        var site: String?
        var seal: @Sendable (String) -> String = { $0 }
        var keepsCookie = true
        var type = "application/x-www-form-urlencoded"
        var isTaken = false
    }

    static let attempts: [Attempt] = [
        Attempt(testDescription: "as a browser does", isTaken: true),
        Attempt(testDescription: "with fetch metadata", site: "same-origin", isTaken: true),
        Attempt(testDescription: "without an origin", origin: nil),
        Attempt(testDescription: "from nowhere", origin: "null"),
        Attempt(testDescription: "from another site", origin: "https://evil.example"),
        Attempt(testDescription: "from a name that begins alike",
            origin: "https://broker.example.evil.example"),
        Attempt(testDescription: "without TLS", origin: "http://broker.example"),
        Attempt(testDescription: "from another port", origin: "https://broker.example:8443"),
        Attempt(testDescription: "from a sibling's page", site: "same-site"),
        Attempt(testDescription: "without a seal", seal: { _ in "" }),
        Attempt(testDescription: "with another seal", seal: { String($0.reversed()) }),
        Attempt(testDescription: "with a seal that begins alike", seal: { String($0.dropLast()) }),
        Attempt(testDescription: "with another browser's seal",
            seal: { _ in FormSeal.make(for: String(repeating: "x", count: 32)) }),
        Attempt(testDescription: "without a cookie", keepsCookie: false),
        Attempt(testDescription: "as JSON", type: "application/json"),
        Attempt(testDescription: "as plain text", type: "text/plain"),
    ]

    private static func headers(_ attempt: Attempt) -> [(String, String)] {
        var headers = [("Content-Type", attempt.type)]
        if let origin = attempt.origin { headers.append(("Origin", origin)) }
        if let site = attempt.site { headers.append(("Sec-Fetch-Site", site)) }
        return headers
    }

    @Test("a device is approved by the card alone", arguments: attempts)
    func approving(_ attempt: Attempt) throws {
        var world = try AccountWorld()
        var browser = world.register()
        let asked = world.authorize()
        let seal = world.open("/device?user_code=\(asked.user)", &browser).seal
        #expect(seal.utf8.count == 64)
        if !attempt.keepsCookie { browser.cookies = [:] }
        let body = AccountWorld.encoded([
            ("user_code", asked.user), ("decision", "approve"), ("seal", attempt.seal(seal)),
        ])
        let answer = world.visit(.POST, "/device", body, Self.headers(attempt), &browser)
        #expect(answer.status == (attempt.isTaken ? 200 : 403))
        let state = world.contents.grants.values.first?.state
        #expect(state == (attempt.isTaken ? .approved : .pending))
    }

    @Test("signing in, out, and revoking keep to the same", arguments: attempts)
    func others(_ attempt: Attempt) throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let id = try #require(world.contents.tokens.keys.first)
        #expect(!token.isEmpty)
        var stranger = AccountWorld.Browser()
        for (path, fields) in [
            ("/signin", [("email", "ann@flock.example"), ("password", AccountWorld.password)]),
            ("/register", [("email", "new@flock.example"), ("password", AccountWorld.password)]),
        ] {
            let seal = world.open(path, &stranger).seal
            if !attempt.keepsCookie { stranger.cookies = [:] }
            let body = AccountWorld.encoded(fields + [("seal", attempt.seal(seal))])
            let answer = world.visit(.POST, path, body, Self.headers(attempt), &stranger)
            #expect(answer.status == (attempt.isTaken ? 303 : 403), "\(path)")
            stranger = AccountWorld.Browser()
        }
        #expect(world.contents.accounts.count == (attempt.isTaken ? 2 : 1))
        let seal = world.open("/account", &browser).seal
        if !attempt.keepsCookie { browser.cookies = [:] }
        let body = AccountWorld.encoded([("seal", attempt.seal(seal))])
        for path in ["/account/tokens/\(id)/revoke", "/signout"] {
            let answer = world.visit(.POST, path, body, Self.headers(attempt), &browser)
            #expect(answer.status == (attempt.isTaken ? 303 : 403), "\(path)")
        }
        #expect((world.contents.tokens[id]?.revokedAt != nil) == attempt.isTaken)
    }

    @Test("a page read, or asked with GET, approves nothing")
    func reading() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let asked = world.authorize()
        for path in [
            "/device?user_code=\(asked.user)",
            "/device?user_code=\(asked.user)&decision=approve",
        ] {
            for method in [HTTPMethod.GET, .HEAD] {
                #expect(world.visit(method, path, "", [], &browser).status == 200)
            }
        }
        #expect(world.contents.grants.values.first?.state == .pending)
    }

    @Test("a button that is neither decides nothing")
    func noDecision() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let asked = world.authorize()
        for decision in ["", "yes", "Approve"] {
            #expect(world.decide(asked, decision, &browser).status == 404)
        }
        #expect(world.contents.grants.values.first?.state == .pending)
    }

    @Test("every page forbids frames, scripts and being kept, and says no more than it must")
    func headers() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let asked = world.authorize()
        let paths = [
            "/signin", "/register", "/device", "/device?user_code=\(asked.user)",
            "/device?user_code=nothing", "/account",
        ]
        for path in paths {
            let answer = world.open(path, &browser)
            let policy = answer.headers.first(name: "content-security-policy") ?? ""
            for part in [
                "default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'",
                "form-action 'self'", "style-src 'sha256-",
            ] {
                #expect(policy.contains(part), "\(path)")
            }
            #expect(!policy.contains("unsafe") && !policy.contains("script-src"))
            #expect(answer.headers.first(name: "x-frame-options") == "DENY")
            #expect(answer.headers.first(name: "referrer-policy") == "same-origin")
            #expect(!answer.text.contains("<script") && !answer.text.contains(" style="))
            #expect(answer.text.contains(#"<meta name="viewport""#))
        }
        #expect(world.open("/account", &browser).text.contains("Sign out"))
    }

    @Test("cookies are out of reach, and bound to HTTPS where there is HTTPS")
    func cookies() throws {
        for (url, isSecure) in [(AccountWorld.url, true), ("http://127.0.0.1:7900", false)] {
            var world = try AccountWorld(url: url)
            var browser = AccountWorld.Browser()
            let form = world.open("/signin", &browser)
            let all = form.headers["set-cookie"]
            #expect(all.count == 1)
            for cookie in all {
                #expect(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"))
                #expect(cookie.contains("; Path=/") && !cookie.contains("Domain"))
                #expect(cookie.hasSuffix("; Secure") == isSecure)
                #expect(cookie.hasPrefix("__Host-") == isSecure)
            }
        }
    }

    @Test("a broker without TLS takes forms from its own address")
    func plain() throws {
        var world = try AccountWorld(url: "http://127.0.0.1:7900")
        for (host, origin, status) in [
            ("127.0.0.1:7900", "http://127.0.0.1:7900", 303),
            ("localhost:7900", "http://localhost:7900", 303),
            ("localhost:7900", "http://localhost:7901", 403),
            ("localhost:7900", "https://localhost:7900", 403),
        ] {
            let form = world.ask(.GET, "/register", "", [("Host", host)])
            let cookie = form.headers.first(name: "set-cookie")?.prefix { $0 != ";" } ?? ""
            let answer = world.ask(
                .POST, "/register",
                AccountWorld.encoded([
                    ("email", "\(host)@\(status).example".replacingOccurrences(of: ":", with: "")),
                    ("password", AccountWorld.password), ("seal", form.seal),
                ]),
                AccountWorld.formType + [
                    ("Host", host), ("Origin", origin), ("Cookie", String(cookie)),
                ])
            #expect(answer.status == status, "\(host) \(origin)")
        }
    }

    @Test("a cookie that came twice, or in another form, is none")
    func strangeCookies() throws {
        var world = try AccountWorld()
        let browser = world.register()
        let value = try #require(browser.cookies["__Host-skein_session"])
        for (cookie, isSignedIn) in [
            ("__Host-skein_session=\(value)", true),
            ("a=b;  __Host-skein_session=\(value); c", true),
            ("__Host-skein_session=\(value); __Host-skein_session=\(value)", false),
            ("skein_session=\(value)", false), ("__Host-skein_session=\(value)x", false),
            ("__Host-skein_session=%\(value.dropFirst())", false), ("", false),
        ] {
            let answer = world.ask(.GET, "/account", "", [("Cookie", cookie)])
            #expect(answer.status == (isSignedIn ? 200 : 303), "\(cookie)")
        }
    }
}
