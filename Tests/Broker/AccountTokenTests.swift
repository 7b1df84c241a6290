import BrokerEngine
import Mesh
import MeshProtocol
import NIOHTTP1
import Testing

@testable import Broker

@Suite("Tokens of an account")
struct AccountTokenTests {
    @Test("a signed-in machine sees whose it is")
    func whose() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let page = world.bearer(.GET, "/api/v1/account", token).json
        #expect(page["account"]?.keys == ["id", "email", "name"])
        #expect(page["account"]?["name"]?.string == "Ann")
        #expect(
            page["token"]?.keys
                == ["id", "kind", "name", "created_at", "expires_at", "last_used_at"])
        #expect(page["token"]?["kind"]?.string == "session")
        #expect(page["token"]?["name"]?.string == "laptop")
        let now = world.pages.now.wall.milliseconds
        #expect(page["token"]?["created_at"]?.int == Int(now))
        #expect(page["token"]?["expires_at"]?.int == Int(now + 30 * 24 * 3_600_000))
    }

    static let routes: [(HTTPMethod, String)] = [
        (.GET, "/api/v1/account"), (.GET, "/api/v1/tokens"), (.POST, "/api/v1/tokens"),
        (.DELETE, "/api/v1/tokens/x"), (.POST, "/api/v1/session/refresh"),
        (.GET, "/api/v1/meshes"), (.POST, "/api/v1/meshes"), (.POST, "/api/v1/meshes/x/join"),
        (.POST, "/api/v1/meshes/x/archive"),
    ]

    @Test("without a good token nothing is told", arguments: routes)
    func unauthorized(method: HTTPMethod, path: String) throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let stranger = AccountDesk(AccountSettings()).newToken(.session).text
        let headers: [[(String, String)]] = [
            [], [("Authorization", "Basic \(token)")], [("Authorization", "Bearer")],
            [("Authorization", "Bearer \(token)x")], [("Authorization", "Bearer \(stranger)")],
            [("Authorization", "Bearer \(token.dropLast())\(token.hasSuffix("0") ? "1" : "0")")],
            [("Authorization", "Bearer \(token)"), ("Authorization", "Bearer \(token)")],
            browser.cookies.map { ("Cookie", "\($0)=\($1)") },
        ]
        for headers in headers {
            let answer = world.ask(method, path, "{}", headers)
            #expect(answer.status == 401 && answer.error == "unauthorized")
            #expect(answer.headers.first(name: "www-authenticate") == "Bearer")
        }
    }

    @Test("without accounts there is no such route", arguments: routes + [
        (.GET, "/device"), (.POST, "/device"), (.GET, "/signin"), (.GET, "/register"),
        (.GET, "/account"), (.POST, "/oauth/token"), (.POST, "/oauth/device_authorization"),
        (.POST, "/oauth/revoke"), (.GET, "/.well-known/oauth-authorization-server"),
    ])
    func off(method: HTTPMethod, path: String) throws {
        var world = try PageWorld()
        #expect(world.ask(method, path).status == 404)
    }

    @Test("a refreshed token holds a minute more, the new one its month")
    func refreshed() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let first = world.signIn("laptop", &browser)
        world.pages.pass(seconds: 3600)
        let answer = world.bearer(.POST, "/api/v1/session/refresh", first)
        let second = try #require(answer.json["access_token"]?.string)
        #expect(answer.json["expires_in"]?.int == 30 * 24 * 3600 && second != first)
        func status(_ token: String) -> Int {
            world.bearer(.GET, "/api/v1/account", token).status
        }
        world.pages.pass(seconds: 59)
        #expect(status(first) == 200)
        // The answer may have been lost: it is asked again, and gets another.
        #expect(world.bearer(.POST, "/api/v1/session/refresh", first).status == 200)
        world.pages.pass(seconds: 1)
        #expect(status(first) == 401 && status(second) == 200)
        #expect(world.bearer(.POST, "/api/v1/session/refresh", first).status == 401)
        // One machine, whichever of its secrets it has.
        #expect(world.contents.tokens.count == 1)
        world.pages.pass(seconds: 30 * 24 * 3600 - 60)
        #expect(status(second) == 401)
    }

    @Test("a script's token is made by a machine, known by a name, and makes no others")
    func personal() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let answer = world.bearer(
            .POST, "/api/v1/tokens", token, ["name": "ci", "expires_in": 60])
        let secret = try #require(answer.json["secret"]?.string)
        #expect(AccountToken(secret)?.kind == .personal)
        #expect(answer.json["token"]?["kind"]?.string == "pat")
        #expect(answer.json["token"]?["last_used_at"] == .null)
        let list = world.bearer(.GET, "/api/v1/tokens", secret)
        let names = list.json["tokens"]?.list?.compactMap { $0["name"]?.string }
        #expect(names.map { Set($0) } == ["ci", "laptop"])
        #expect(!list.text.contains(secret) && !list.text.contains(token))
        for (method, path) in [
            (HTTPMethod.POST, "/api/v1/tokens"), (.POST, "/api/v1/session/refresh"),
        ] {
            let refused = world.bearer(method, path, secret, ["name": "more"])
            #expect(refused.status == 403 && refused.error == "E_FORBIDDEN")
        }
        world.pages.pass(seconds: 60)
        #expect(world.bearer(.GET, "/api/v1/account", secret).status == 401)
        let left = world.bearer(.GET, "/api/v1/tokens", token).json["tokens"]?.list
        #expect(left?.count == 1)
    }

    @Test("what makes no token is told", arguments: [
        nil, [], [:], ["name": ""], ["name": 1], ["name": "a\u{1}"],
        ["name": "x", "expires_in": 59], ["name": "x", "expires_in": 31_622_401],
        ["name": "x", "expires_in": "60"], ["name": .string(String(repeating: "x", count: 65))],
    ] as [JSONValue?])
    func noToken(body: JSONValue?) throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let answer = world.bearer(.POST, "/api/v1/tokens", token, body)
        #expect(answer.status == 400 && answer.error == "E_ARGUMENTS")
        #expect(world.contents.tokens.count == 1)
    }

    @Test("a token is revoked by its account alone, and is worth nothing at once")
    func revoked() throws {
        var world = try AccountWorld()
        var ann = world.register()
        var ben = world.register("ben@flock.example", from: "192.0.2.8")
        let (first, second) = (world.signIn("one", &ann), world.signIn("two", &ann))
        let other = world.signIn("other", &ben)
        let id = try #require(world.contents.tokens.values.first { $0.name == "one" }?.id)
        #expect(world.bearer(.DELETE, "/api/v1/tokens/\(id)", other).status == 404)
        #expect(world.bearer(.DELETE, "/api/v1/tokens/none", first).status == 404)
        let seal = world.open("/account", &ben).seal
        _ = world.submit("/account/tokens/\(id)/revoke", [], seal: seal, &ben)
        #expect(world.bearer(.GET, "/api/v1/account", first).status == 200)
        #expect(world.bearer(.DELETE, "/api/v1/tokens/\(id)", second).json["ok"] == .bool(true))
        #expect(world.bearer(.GET, "/api/v1/account", first).status == 401)
        #expect(world.bearer(.GET, "/api/v1/account", second).status == 200)
        #expect(world.bearer(.DELETE, "/api/v1/tokens/\(id)", second).status == 404)
    }

    @Test("by RFC 7009 who has a token ends it, and is told the same in any case")
    func revocation() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let stranger = AccountDesk(AccountSettings()).newToken(.session).text
        for given in [stranger, "nonsense", token, token] {
            let answer = world.post("/oauth/revoke", [("token", given)])
            #expect(answer.status == 200 && answer.json == .object([:]))
        }
        #expect(world.bearer(.GET, "/api/v1/account", token).status == 401)
        #expect(world.post("/oauth/revoke", []).status == 400)
    }

    @Test("on the page a device is revoked, shown with what it said and no secret")
    func page() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("<b>lap</b>", &browser)
        let page = world.open("/account", &browser)
        #expect(page.text.contains("&lt;b&gt;lap&lt;/b&gt;") && !page.text.contains("<b>lap"))
        #expect(page.text.contains("Linux · 192.0.2.1 · never used · good until 2026-05-12"))
        #expect(!page.text.contains(token))
        let id = try #require(world.contents.tokens.keys.first)
        let answer = world.submit(
            "/account/tokens/\(id)/revoke", [], seal: page.seal, &browser)
        #expect(answer.status == 303 && answer.location == "/account")
        #expect(world.bearer(.GET, "/api/v1/account", token).status == 401)
        #expect(world.open("/account", &browser).text.contains("No device is signed in."))
    }

    @Test("a token's last use is known to the minute")
    func lastUse() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let token = world.signIn("laptop", &browser)
        let start = world.pages.now.wall
        for (seconds, used) in [(Int64(0), Int64(0)), (59, 0), (1, 60), (30, 60), (40, 130)] {
            world.pages.pass(seconds: seconds)
            _ = world.bearer(.GET, "/api/v1/tokens", token)
            let last = world.contents.tokens.values.first?.lastUsedAt
            #expect(last == start.advanced(bySeconds: used))
        }
    }
}
