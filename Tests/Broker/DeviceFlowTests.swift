import BrokerEngine
import Mesh
import Testing

@testable import Broker

@Suite("Signing a device in")
struct DeviceFlowTests {
    private static let waiting = "authorization_pending"

    @Test("the way from a code to a token, which is known by its hash alone")
    func wholeWay() throws {
        var world = try AccountWorld()
        let answer = world.post(
            "/oauth/device_authorization",
            [("client_id", "skein"), ("device_name", "lap\u{202E}top"), ("os", "Linux 6")])
        #expect(answer.status == 200)
        #expect(answer.json["expires_in"]?.int == 600 && answer.json["interval"]?.int == 5)
        let user = try #require(answer.json["user_code"]?.string)
        #expect(user.wholeMatch(of: /[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}/) != nil)
        #expect(answer.json["verification_uri"]?.string == "https://broker.example/device")
        #expect(
            answer.json["verification_uri_complete"]?.string
                == "https://broker.example/device?user_code=\(user)")
        let asked = AccountWorld.Asked(
            device: try #require(answer.json["device_code"]?.string), user: user)
        #expect(asked.device.utf8.count == 32)
        #expect(world.poll(asked).error == Self.waiting)

        var browser = world.register()
        let card = world.open("/device?user_code=\(user)", &browser)
        #expect(card.status == 200)
        for part in [user, "laptop", "Linux 6", "192.0.2.1", "0 seconds ago"] {
            #expect(card.text.contains(part), "\(part)")
        }
        #expect(world.decide(asked, &browser).text.contains("The device is signed in."))
        let given = world.poll(asked)
        #expect(given.status == 200 && given.json["token_type"]?.string == "Bearer")
        #expect(given.json["expires_in"]?.int == 30 * 24 * 3600)
        #expect(given.json["account"]?["email"]?.string == "ann@flock.example")
        let token = try #require(given.json["access_token"]?.string)
        #expect(AccountToken(token)?.kind == .session)
        #expect(world.bearer(.GET, "/api/v1/account", token).status == 200)
        let kept = "\(world.contents.tokens)\(world.contents.secrets)\(world.contents.grants)"
        for secret in [token, asked.device, user, user.replacingOccurrences(of: "-", with: "")] {
            #expect(!kept.contains(secret))
        }
    }

    @Test("a device code is worth nothing once it was used")
    func singleUse() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let asked = world.authorize()
        _ = world.decide(asked, &browser)
        #expect(world.poll(asked).status == 200)
        for _ in 0..<3 {
            world.pages.pass(seconds: 6)
            let again = world.poll(asked)
            #expect(again.status == 400 && again.error == "invalid_grant")
        }
        #expect(world.contents.tokens.count == 1)
    }

    @Test("of two that ask with one code at once, one gets a token")
    func racingPolls() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let asked = world.authorize()
        _ = world.decide(asked, &browser)
        let body = AccountWorld.encoded([
            ("grant_type", Registry.deviceGrantType), ("device_code", asked.device),
            ("client_id", "skein"),
        ])
        let ids = (0..<5).map { _ in
            world.pages.begin(.POST, "/oauth/token", body, headers: AccountWorld.formType)
        }
        let answers = world.pages.runStore()
        #expect(ids.map { answers[$0]?.status }.filter { $0 == 200 }.count == 1)
        #expect(world.contents.tokens.count == 1)
    }

    @Test("who asks too soon waits five seconds longer, each time")
    func slowDown() throws {
        var world = try AccountWorld()
        let asked = world.authorize()
        // Seconds after the question before, and what is told.
        let steps: [(Int64, String)] = [
            (0, Self.waiting), (5, Self.waiting), (4, "slow_down"), (9, "slow_down"),
            (15, Self.waiting), (14, "slow_down"), (20, Self.waiting), (1, "slow_down"),
            (25, Self.waiting),
        ]
        for (index, (seconds, expected)) in steps.enumerated() {
            world.pages.pass(seconds: seconds)
            let answer = world.poll(asked)
            #expect(answer.status == 400 && answer.error == expected, "step \(index)")
        }
        // It is the grant's own.
        #expect(world.contents.grants.values.map(\.interval) == [25])
        #expect(world.poll(world.authorize()).error == Self.waiting)
    }

    @Test("a clock that is set back is nobody's haste")
    func clockSetBack() throws {
        var world = try AccountWorld()
        let asked = world.authorize()
        _ = world.poll(asked)
        world.pages.now.wall = world.pages.now.wall.advanced(bySeconds: -60)
        #expect(world.poll(asked).error == Self.waiting)
    }

    @Test("what was denied stays denied")
    func denied() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let asked = world.authorize()
        #expect(world.decide(asked, "deny", &browser).text.contains("was not signed in"))
        for _ in 0..<2 { #expect(world.poll(asked).error == "access_denied") }
        #expect(world.decide(asked, "approve", &browser).status != 200)
        #expect(world.poll(asked).error == "access_denied")
        #expect(world.contents.tokens.isEmpty)
    }

    @Test("after ten minutes nothing is left of a code, approved or not")
    func expired() throws {
        for isApproved in [false, true] {
            var world = try AccountWorld()
            var browser = world.register()
            let asked = world.authorize()
            let card = world.open("/device?user_code=\(asked.user)", &browser)
            if isApproved { _ = world.decide(asked, &browser) }
            world.pages.pass(seconds: 599)
            if !isApproved { #expect(world.poll(asked).error == Self.waiting) }
            world.pages.pass(seconds: 1)
            // The page was open all the time.
            let late = world.submit(
                "/device", [("user_code", asked.user), ("decision", "approve")], seal: card.seal,
                &browser)
            #expect(late.status == 409 && late.text.contains("decided already"))
            let answer = world.poll(asked)
            #expect(answer.status == 400 && answer.error == "expired_token")
            #expect(world.open("/device?user_code=\(asked.user)", &browser).status == 404)
            #expect(world.contents.tokens.isEmpty)
        }
    }

    @Test("the first decision stands, whoever decides next")
    func twoDecisions() throws {
        for second in ["approve", "deny"] {
            var world = try AccountWorld()
            var ann = world.register()
            var ben = world.register("ben@flock.example", name: "Ben", from: "192.0.2.8")
            let asked = world.authorize()
            let seal = world.open("/device?user_code=\(asked.user)", &ben).seal
            #expect(world.decide(asked, &ann).status == 200)
            let late = world.submit(
                "/device", [("user_code", asked.user), ("decision", second)], seal: seal, &ben)
            #expect(late.status == 409)
            let given = world.poll(asked)
            #expect(given.json["account"]?["email"]?.string == "ann@flock.example")
        }
    }

    @Test("two approvals in one transaction: one account has it")
    func racingApprovals() throws {
        var world = try AccountWorld()
        var browsers = [
            world.register(), world.register("ben@flock.example", from: "192.0.2.8"),
        ]
        let asked = world.authorize()
        // Both have the card open before either decides.
        let seals = browsers.indices.map {
            world.open("/device?user_code=\(asked.user)", &browsers[$0]).seal
        }
        let ids = zip(browsers, seals).map { browser, seal in
            world.pages.begin(
                .POST, "/device",
                AccountWorld.encoded([
                    ("user_code", asked.user), ("decision", "approve"), ("seal", seal),
                ]),
                headers: AccountWorld.formType + [
                    ("Origin", AccountWorld.url), ("Host", "broker.example"),
                    ("Cookie", browser.cookies.map { "\($0)=\($1)" }.joined(separator: "; ")),
                ], from: browser.address)
        }
        let answers = world.pages.runStore()
        #expect(ids.compactMap { answers[$0]?.status }.sorted() == [200, 409])
    }

    private static let grantType = ("grant_type", Registry.deviceGrantType)

    static let wrongQuestions: [([(String, String)], String)] = [
        ([], "invalid_request"),
        ([grantType, ("client_id", "skein")], "invalid_request"),
        ([grantType, ("client_id", "skein"), ("device_code", "")], "invalid_request"),
        ([grantType, ("device_code", "x")], "invalid_client"),
        ([grantType, ("device_code", "x"), ("client_id", "other")], "invalid_client"),
        (
            [("grant_type", "password"), ("device_code", "x"), ("client_id", "skein")],
            "unsupported_grant_type"
        ),
        ([grantType, ("device_code", "x"), ("client_id", "skein")], "invalid_grant"),
        ([grantType, grantType, ("device_code", "x"), ("client_id", "skein")], "invalid_request"),
    ]

    @Test("what is no question for a token is told in OAuth's words", arguments: wrongQuestions)
    func wrong(fields: [(String, String)], code: String) throws {
        var world = try AccountWorld()
        let answer = world.post("/oauth/token", fields)
        #expect(answer.status == 400 && answer.error == code)
        #expect(answer.json["error_description"]?.string?.isEmpty == false)
    }

    @Test("what is no request for a code is told as well")
    func wrongRequests() throws {
        var world = try AccountWorld()
        let long = String(repeating: "x", count: 65)
        let cases: [([(String, String)], String)] = [
            ([], "invalid_client"), ([("client_id", "x")], "invalid_client"),
            ([("client_id", "skein"), ("device_name", long)], "invalid_request"),
            ([("client_id", "skein"), ("os", long)], "invalid_request"),
        ]
        for (fields, code) in cases {
            let answer = world.post("/oauth/device_authorization", fields)
            #expect(answer.status == 400 && answer.error == code)
        }
        let json = world.ask(.POST, "/oauth/device_authorization", #"{"client_id":"skein"}"#)
        #expect(json.error == "invalid_request")
        #expect(world.post("/oauth/device_authorization", [("client_id", "skein")]).status == 200)
    }

    @Test("one address asks for twenty codes a minute")
    func grantsLimited() throws {
        var world = try AccountWorld()
        for _ in 0..<20 { #expect(!world.authorize().device.isEmpty) }
        let refused = world.post("/oauth/device_authorization", [("client_id", "skein")])
        #expect(refused.status == 429 && refused.headers.first(name: "retry-after") == "60")
        #expect(!world.authorize(from: "192.0.2.2").device.isEmpty)
    }

    @Test("the metadata names the endpoints")
    func metadata() throws {
        var world = try AccountWorld()
        let page = world.ask(.GET, "/.well-known/oauth-authorization-server").json
        #expect(page["issuer"]?.string == AccountWorld.url)
        #expect(
            page["device_authorization_endpoint"]?.string
                == AccountWorld.url + "/oauth/device_authorization")
        #expect(page["token_endpoint"]?.string == AccountWorld.url + "/oauth/token")
        #expect(page["revocation_endpoint"]?.string == AccountWorld.url + "/oauth/revoke")
    }
}
