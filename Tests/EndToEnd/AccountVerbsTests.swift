import Foundation
import Mesh
import Synchronization
import TestSupport
import Testing

/// A broker's account routes as a script: it knows two tokens, and approves a code at the third
/// look.
final class FakeBroker: Sendable {
    static let session = "sk_session_0123456789ABCDEFGHIJabcdefghij1pddlK"
    static let personal = "sk_pat_Rk2nXw8Qb1Lz5Vt7Yc3Mh9Pd4Gs6Jf4BI2dm"

    private let looks = Mutex(0)
    private let base = Mutex("")
    /// How the looks for an approval are answered, until the third.
    private let refusal: String

    init(refusal: String = "authorization_pending") { self.refusal = refusal }

    static func run(
        refusal: String = "authorization_pending", _ work: (FakeWebServer) async throws -> Void
    ) async throws {
        let broker = FakeBroker(refusal: refusal)
        try await FakeWebServer.run({ broker.answer($0) }) { server in
            broker.base.withLock { $0 = server.url }
            try await work(server)
        }
    }

    private static let account = #"{"id":"a1","email":"ada@example.org","name":"Ada"}"#
    private static let row =
        #"{"id":"t1","kind":"session","name":"box","created_at":1,"expires_at":null,"last_used_at":86400000}"#

    private func answer(_ request: FakeWebServer.Request) -> FakeWebServer.Reply {
        let url = base.withLock { $0 }
        switch request.path {
        case "/oauth/device_authorization":
            return .json(
                200,
                """
                {"device_code":"dc","user_code":"BCDF-GHJK","verification_uri":"\(url)/device",\
                "verification_uri_complete":"\(url)/device?code=BCDF-GHJK","expires_in":600,\
                "interval":1}
                """)
        case "/oauth/token":
            let look = looks.withLock { looks in
                looks += 1
                return looks
            }
            guard look > 1 else { return .json(400, #"{"error":"\#(refusal)"}"#) }
            return .json(
                200,
                #"{"access_token":"\#(Self.session)","token_type":"Bearer","expires_in":3600,"account":\#(Self.account)}"#)
        case "/oauth/revoke": return .json(200, "{}")
        default: break
        }
        let bearer = request.headers["authorization"] ?? ""
        guard bearer == "Bearer " + Self.session || bearer == "Bearer " + Self.personal else {
            return .json(401, #"{"error":"unauthorized"}"#)
        }
        switch (request.method, request.path) {
        case (_, "/api/v1/account"):
            return .json(200, #"{"account":\#(Self.account),"token":\#(Self.row)}"#)
        case ("GET", "/api/v1/tokens"): return .json(200, #"{"tokens":[\#(Self.row)]}"#)
        case ("POST", "/api/v1/tokens"):
            return .json(200, #"{"token":\#(Self.row),"secret":"\#(Self.personal)"}"#)
        case ("DELETE", "/api/v1/tokens/t1"): return .json(200, #"{"ok":true}"#)
        case (_, "/api/v1/meshes"):
            return .json(
                200,
                """
                {"meshes":[{"id":"m1","name":"Team Rocket","slug":"team-rocket",\
                "permission":"member","members":4,"broker_url":"ws://127.0.0.1:1/ws",\
                "is_owner":false,"archived":false,"created_at":1}]}
                """)
        default: return .json(404, #"{"error":"not_found"}"#)
        }
    }
}

@Suite("Accounts by verbs")
struct AccountVerbsTests {
    @Test("a code is shown and approved, and one is signed in; a second time it is said so")
    func login() async throws {
        try await Place.with { place in
            try await FakeBroker.run { server in
                let login = try await place.skein("login", "--server", server.url, "--no-browser")
                #expect(login.status == 0, "\(login)")
                #expect(login.output.contains("BCDF-GHJK") && login.output.contains("/device"))
                #expect(login.output.contains("Signed in to \(server.url) as ada@example.org"))
                // In a pipe no camera looks.
                #expect(!login.output.contains("█"))
                #expect(mode(place.home + "/data/account.json") == 0o600)
                let again = try await place.skein("login", "--server", server.url, "--json")
                #expect(again.status == 0)
                #expect(again.output.contains(#""is_new":false"#))
                let who = try await place.skein("whoami", "--json")
                #expect(who.output.contains("ada@example.org"))
                #expect(try await place.skein("whoami", "--check").status == 0)
                let forced = try await place.skein(
                    "login", "--server", server.url, "--token", "-", "--force", "--json",
                    input: FakeBroker.personal + "\n")
                #expect(forced.status == 0, "\(forced)")
                // The one whose place was taken is given back.
                #expect(
                    server.requests.contains {
                        $0.path == "/oauth/revoke" && $0.field("token") == FakeBroker.session
                    })
                #expect(place.read("home/data/account.json")?.contains(FakeBroker.personal) == true)
                for told in [login, again, who, forced] {
                    #expect(!(told.output + told.errors).contains("0123456789ABC"))
                    #expect(!(told.output + told.errors).contains("Rk2nXw8"))
                }
            }
        }
    }

    @Test("a denied sign-in ends with its own code, and nothing is kept")
    func denied() async throws {
        try await Place.with { place in
            try await FakeBroker.run(refusal: "access_denied") { server in
                let login = try await place.skein(
                    "login", "--server", server.url, "--no-browser", "--json")
                #expect(login.status == 2)
                #expect(login.output.contains("E_SIGN_IN_DENIED"))
                #expect(login.errors.contains("BCDF-GHJK"))
                #expect(place.kept?.contains("data/account.json") != true)
            }
        }
    }

    @Test("signed out one is told so with 0, and with --check with 2")
    func signedOut() async throws {
        try await Place.with { place in
            #expect(try await place.skein("whoami").status == 0)
            #expect(try await place.skein("whoami", "--json").output.contains(#""signed_in":false"#))
            let check = try await place.skein("whoami", "--check", "--json")
            #expect(check.status == 2 && check.output.contains("E_NOT_SIGNED_IN"))
            #expect(try await place.skein("logout").status == 0)
            #expect(try await place.skein("token", "list").status == 2)
            #expect(place.kept?.contains { $0.hasPrefix("data/account") } != true)
        }
    }

    @Test("signing out works whatever the broker says, twice as well as once")
    func logout() async throws {
        try await Place.with { place in
            try await FakeBroker.run { server in
                try await place.skein(
                    "login", "--server", server.url, "--token", "-", input: FakeBroker.personal)
                let out = try await place.skein("logout", "--json")
                #expect(out.status == 0 && out.output.contains(#""server_knows":true"#))
                #expect(place.kept?.contains("data/account.json") != true)
                try await place.skein(
                    "login", "--server", server.url, "--token", "-", input: FakeBroker.personal)
            }
            // Nobody listens there any more.
            let alone = try await place.skein("logout")
            #expect(alone.status == 0)
            #expect(alone.output.contains("could not be told"))
            #expect(try await place.skein("logout", "--json").output.contains(#""was_signed_in":false"#))
        }
    }

    @Test("tokens are made, listed and revoked; the one of the environment comes first")
    func tokens() async throws {
        try await Place.with { place in
            try await FakeBroker.run { server in
                let told = ["SKEIN_SERVER": server.url, "SKEIN_TOKEN": FakeBroker.session]
                let made = try await place.skein(
                    "token", "create", "ci", "--expires", "30d", adding: told)
                #expect(made.status == 0, "\(made)")
                #expect(made.output == FakeBroker.personal + "\n")
                let body = server.requests.last?.body ?? ""
                #expect(body == #"{"expires_in":2592000,"name":"ci"}"#)
                let list = try await place.skein("token", "list", adding: told)
                #expect(list.output.contains("t1") && list.output.contains("1970-01-02"))
                #expect(try await place.skein("token", "revoke", "t1", adding: told).status == 0)
                let gone = try await place.skein("token", "revoke", "../x", "--json", adding: told)
                #expect(gone.status == 5, "\(gone)")
                #expect(server.requests.last?.path == "/api/v1/tokens/..%2Fx")
                let bad = try await place.skein(
                    "token", "list", "--json",
                    adding: ["SKEIN_SERVER": server.url, "SKEIN_TOKEN": "sk_pat_x"])
                #expect(bad.status == 3 && bad.output.contains("E_BAD_TOKEN"))
            }
        }
    }

    @Test("a refused token signs out; a broker that is away does not")
    func refused() async throws {
        try await Place.with { place in
            let isAway = Mutex(false)
            try await FakeWebServer.run({ _ in
                isAway.withLock { $0 } ? .page(200, "<html>Hotel</html>") : .json(401, "{}")
            }) { server in
                let file = """
                    {"account":{"email":"ada@example.org","id":"a1","name":"Ada"},"expires_at":null,\
                    "issued_at":1,"server":"\(server.url)","token":"\(FakeBroker.session)","version":1}
                    """
                try place.write(file, to: "home/data/account.json", mode: 0o600)
                isAway.withLock { $0 = true }
                let portal = try await place.skein("whoami", "--check", "--json")
                #expect(portal.status == 4 && portal.output.contains("E_CAPTIVE_PORTAL"))
                #expect(place.kept?.contains("data/account.json") == true)
                isAway.withLock { $0 = false }
                let refused = try await place.skein("whoami", "--check", "--json")
                #expect(refused.status == 2 && refused.output.contains("E_SESSION_EXPIRED"))
                #expect(place.kept?.contains("data/account.json") == false)
            }
        }
    }

    @Test(
        "what cannot be understood is said, and the flag named",
        arguments: [
            (["login"], "--server", "E_ARGUMENTS"),
            (["login", "--server", "http://broker.example"], "--insecure", "E_ARGUMENTS"),
            (["login", "--server", "ftp://broker.example"], "https://", "E_ARGUMENTS"),
            (["login", "--server", "https://a:b@broker.example"], "password", "E_ARGUMENTS"),
            (["login", "--server", "https://b.example", "--token", "sk_pat_secret"], "--token -", "E_ARGUMENTS"),
            (["login", "--server", "https://b.example", "--token", "-"], "sk_pat_", "E_BAD_TOKEN"),
        ])
    func arguments(words: [String], says: String, code: String) async throws {
        try await Place.with { place in
            let told = try await place.skein(words + ["--json"], input: "nonsense\n")
            #expect(told.status == 3)
            #expect(told.output.contains(says) && told.output.contains(code), "\(told.output)")
            #expect(!told.output.contains("sk_pat_secret"))
            let kept = place.kept
            #expect(kept?.contains("data/account.json") != true)
        }
    }

    @Test("the wizard signs in, and the account's meshes can be chosen")
    func wizard() async throws {
        try await Place.with { place in
            try await FakeBroker.run { server in
                let session = try place.window(
                    ["--agent", "sh"], columns: 100, rows: 40,
                    adding: ["SKEIN_SERVER": server.url])
                try await FirstRun.walk(session.window, to: "Who are you to your meshes?")
                session.send("\u{1B}[B")
                try await session.wait(forText: "▸ Sign in with a browser")
                session.send("\r")
                try await session.wait(forText: "BCDF-GHJK", "left", "██ ▄▄▄▄▄ █")
                try await session.wait(
                    forText: "Which mesh does this agent join?", "Team Rocket", "ada@example.org")
                session.send("\u{3}")
                _ = try await session.waitForExit()
                #expect(place.read("home/data/account.json")?.contains(FakeBroker.session) == true)
                let seen = session.window.observed.text
                #expect(!seen.contains("0123456789ABC"))
            }
        }
    }
}
