import BrokerEngine
import Mesh
import MeshCrypto
import Testing

@testable import Broker

@Suite("Accounts on pages")
struct SignInTests {
    private static func attempt(
        _ world: inout AccountWorld, _ path: String, _ fields: [(String, String)],
        from address: String = "192.0.2.7"
    ) -> (answer: AccountWorld.Answer, browser: AccountWorld.Browser) {
        var browser = AccountWorld.Browser(address: address)
        let seal = world.open(path, &browser).seal
        return (world.submit(path, fields, seal: seal, &browser), browser)
    }

    @Test("an account is made, signed out of and signed in to again, by any form of its address")
    func wholeWay() throws {
        var world = try AccountWorld()
        var browser = world.register("  Ann@Flock.Example ")
        let account = try #require(world.contents.accounts.values.first)
        #expect(account.email == "ann@flock.example" && account.name == "Ann")
        #expect(PasswordHash.isValid(AccountWorld.password, for: account.passwordHash))
        let page = world.open("/account", &browser)
        #expect(page.status == 200 && page.text.contains("ann@flock.example"))
        let former = browser.cookies
        #expect(world.submit("/signout", [], seal: page.seal, &browser).location == "/signin")
        #expect(browser.cookies["__Host-skein_session"] == nil)
        // The cookie is worth nothing, not only gone.
        browser.cookies = former
        #expect(world.open("/account", &browser).location == "/signin")
        let (answer, _) = Self.attempt(
            &world, "/signin", [("email", "ANN@flock.example"), ("password", AccountWorld.password)])
        #expect(answer.status == 303 && answer.location == "/account")
    }

    @Test("the code goes along through signing in, and nothing else does")
    func carried() throws {
        var world = try AccountWorld()
        var browser = AccountWorld.Browser()
        let first = world.open("/device?user_code=bcdf+ghjk", &browser)
        #expect(first.location == "/signin?user_code=BCDF-GHJK")
        let form = world.open("/signin?user_code=BCDF-GHJK", &browser)
        #expect(form.text.contains(#"name="user_code" value="BCDF-GHJK""#))
        #expect(form.text.contains("/register?user_code=BCDF-GHJK"))
        let made = world.submit(
            "/register",
            [
                ("email", "ann@flock.example"), ("password", AccountWorld.password),
                ("user_code", "BCDF-GHJK"), ("next", "https://evil.example"),
            ], seal: form.seal, &browser)
        #expect(made.location == "/device?user_code=BCDF-GHJK")
        let evil = world.open("/device?user_code=//evil.example", &browser)
        #expect(evil.status == 404 && evil.location == nil)
    }

    static let wrong: [(String, String)] = [
        ("ann@flock.example", "correct horse batter"), ("ann@flock.example", ""),
        ("ann@flock.example", " \(AccountWorld.password)"), ("bob@flock.example", AccountWorld.password),
        ("", AccountWorld.password), ("ann", AccountWorld.password),
        ("ann@flock.example", String(repeating: "x", count: 2000)),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ]

    @Test("who gets either wrong is told the same", arguments: wrong)
    func refused(email: String, password: String) throws {
        var world = try AccountWorld()
        _ = world.register()
        let (answer, browser) = Self.attempt(
            &world, "/signin", [("email", email), ("password", password)])
        #expect(answer.status == 403 && answer.text.contains("E-mail or password is wrong."))
        #expect(browser.cookies["__Host-skein_session"] == nil)
        #expect(!answer.text.contains(AccountWorld.password))
    }

    static let badRegistrations: [(String, String, String)] = [
        ("ann@flock.example", "123456789", "fewer than 10"), ("ann", "1234567890", "no e-mail"),
        ("ann@", "1234567890", "no e-mail"), ("@flock.example", "1234567890", "no e-mail"),
        ("a@b@c.example", "1234567890", "no e-mail"), ("ann@flock", "1234567890", "no e-mail"),
        ("a nn@flock.example", "1234567890", "no e-mail"),
        ("<b>@flock.example", "1234567890", "no e-mail"),
        (String(repeating: "a", count: 250) + "@b.example", "1234567890", "no e-mail"),
        ("ann@flock.example", String(repeating: "é", count: 1000), "too long"),
        ("taken@flock.example", "1234567890", "has an account"),
    ]

    @Test("what makes no account is told, and what was typed is there again",
        arguments: badRegistrations)
    func badRegistration(email: String, password: String, complaint: String) throws {
        var world = try AccountWorld()
        _ = world.register("taken@flock.example")
        let (answer, browser) = Self.attempt(
            &world, "/register", [("email", email), ("password", password), ("name", "<i>Ann")])
        #expect(answer.status == 400 && answer.text.contains(complaint))
        #expect(answer.text.contains("value=\"&lt;i&gt;Ann\""))
        #expect(!answer.text.contains(password) && !answer.text.contains("<b>@"))
        #expect(browser.cookies["__Host-skein_session"] == nil)
        #expect(world.contents.accounts.count == 1)
    }

    @Test("one password from two keyboards is one password")
    func composed() throws {
        var world = try AccountWorld()
        var browser = AccountWorld.Browser()
        let seal = world.open("/register", &browser).seal
        _ = world.submit(
            "/register", [("email", "a@b.example"), ("password", "contrase\u{F1}a 12")],
            seal: seal, &browser)
        let (answer, _) = Self.attempt(
            &world, "/signin", [("email", "a@b.example"), ("password", "contrasen\u{303}a 12")])
        #expect(answer.status == 303)
    }

    @Test("passwords are tried ten times a minute for one account, from wherever")
    func limited() throws {
        var world = try AccountWorld()
        _ = world.register()
        for number in 0..<10 {
            let (answer, _) = Self.attempt(
                &world, "/signin", [("email", "ann@flock.example"), ("password", "wrong wrong")],
                from: "198.51.100.\(number)")
            #expect(answer.status == 403)
        }
        let fields = [("email", "ann@flock.example"), ("password", AccountWorld.password)]
        #expect(Self.attempt(&world, "/signin", fields, from: "198.51.100.99").answer.status == 429)
        world.pages.pass(seconds: 6)
        #expect(Self.attempt(&world, "/signin", fields, from: "198.51.100.99").answer.status == 303)
    }

    @Test("one address tries twenty, and makes five accounts, a minute")
    func addressLimited() throws {
        var world = try AccountWorld()
        let statuses = (0..<25).map { number in
            Self.attempt(
                &world, "/signin", [("email", "\(number)@b.example"), ("password", "wrong wrong")]
            ).answer.status
        }
        #expect(statuses.filter { $0 == 403 }.count == 20)
        let made = (0..<7).map { number in
            Self.attempt(
                &world, "/register",
                [("email", "\(number)@b.example"), ("password", AccountWorld.password)],
                from: "203.0.113.1"
            ).answer.status
        }
        #expect(made == [303, 303, 303, 303, 303, 429, 429])
    }

    @Test("so many passwords are looked at at once, and no more wait")
    func busy() throws {
        var world = try AccountWorld()
        let forms = (0..<Registry.hashLimit + 3).map { number in
            var browser = AccountWorld.Browser(address: "198.51.100.\(number)")
            let seal = world.open("/register", &browser).seal
            return (browser, seal)
        }
        let ids = forms.enumerated().map { number, form in
            world.pages.begin(
                .POST, "/register",
                AccountWorld.encoded([
                    ("email", "\(number)@b.example"), ("password", AccountWorld.password),
                    ("seal", form.1),
                ]),
                headers: AccountWorld.formType + [
                    ("Origin", AccountWorld.url), ("Host", "broker.example"),
                    ("Cookie", form.0.cookies.map { "\($0)=\($1)" }.joined()),
                ], from: form.0.address)
        }
        #expect(world.pages.hashes.count == Registry.hashLimit)
        let answers = world.pages.runStore()
        let statuses = ids.compactMap { answers[$0]?.status }
        #expect(statuses.filter { $0 == 303 }.count == Registry.hashLimit)
        #expect(statuses.filter { $0 == 503 }.count == 3)
        #expect(world.pages.registry.pages.accounts.hashing == 0)
    }

    @Test("a web session ends after two weeks")
    func webSessionEnds() throws {
        var world = try AccountWorld()
        var browser = world.register()
        world.pages.pass(seconds: AccountDesk.webSeconds - 1)
        #expect(world.open("/account", &browser).status == 200)
        world.pages.pass(seconds: 1)
        #expect(world.open("/account", &browser).location == "/signin")
    }

    @Test("signing in gives another cookie and ends the former")
    func rotated() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let former = browser.cookies
        let seal = world.open("/signin", &browser).seal
        _ = world.submit(
            "/signin", [("email", "ann@flock.example"), ("password", AccountWorld.password)],
            seal: seal, &browser)
        #expect(browser.cookies["__Host-skein_session"] != former["__Host-skein_session"])
        #expect(world.contents.webSessions.count == 1)
        browser.cookies = former
        #expect(world.open("/account", &browser).status == 303)
    }

    @Test("where registration is closed nobody registers; with an invite who has one does")
    func policies() throws {
        let fields = [("email", "ann@flock.example"), ("password", AccountWorld.password)]
        var closed = try AccountWorld { $0.registration = .closed }
        var browser = AccountWorld.Browser()
        #expect(closed.open("/register", &browser).status == 403)
        let seal = closed.open("/signin", &browser).seal
        #expect(closed.submit("/register", fields, seal: seal, &browser).status == 403)
        #expect(closed.contents.accounts.isEmpty)

        var world = try AccountWorld { $0.registration = .invite }
        func keep(_ token: String, uses: Int = 0, expires: Int64 = 10, revoked: Bool = false) throws {
            let now = world.pages.now.wall
            let invite = InviteRecord(
                id: token, mesh: MeshID(rawValue: PageWorld.mesh),
                tokenHash: JoinRequest.hash(ofToken: token), permission: .member, maxUses: 1,
                uses: uses, createdBy: MemberID(rawValue: "a"), createdAt: now,
                expiresAt: now.advanced(bySeconds: expires), revokedAt: revoked ? now : nil)
            try world.pages.store.performNow { try $0.keepInvite(invite) }
        }
        try keep("good")
        try keep("spent", uses: 1)
        try keep("late", expires: 0)
        try keep("revoked", revoked: true)
        for (index, invite) in ["", "none", "spent", "late", "revoked"].enumerated() {
            let (answer, _) = Self.attempt(
                &world, "/register", fields + [("invite", invite)], from: "198.51.100.\(index)")
            #expect(answer.status == 400 && answer.text.contains("That invite is not known"))
        }
        #expect(world.contents.accounts.isEmpty)
        #expect(
            Self.attempt(&world, "/register", fields + [("invite", "good")]).answer.status == 303)
        #expect(world.contents.invites["good"]?.uses == 0)
    }

    @Test("a store in trouble is told on a page, and signs nobody in")
    func trouble() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let seal = world.open("/account", &browser).seal
        world.pages.store.failure = .init(.diskFull, "full")
        #expect(world.open("/account", &browser).status == 503)
        #expect(world.submit("/signout", [], seal: seal, &browser).status == 503)
        let (answer, other) = Self.attempt(
            &world, "/signin", [("email", "ann@flock.example"), ("password", AccountWorld.password)])
        #expect(answer.status == 503 && other.cookies["__Host-skein_session"] == nil)
    }
}
