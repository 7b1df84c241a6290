import Foundation
import TestSupport
import Testing

/// Links from one home to another, with the real program on both sides.
@Suite("Inviting by a link, from the command line")
struct InviteLinkTests {
    private static func data(_ command: Command) throws -> [String: any Sendable] {
        try #require(try command.json["data"] as? [String: any Sendable], "\(command.output)")
    }

    private static func invite(_ place: Place, _ words: String...) async throws -> String {
        let made = try await place.skein(["invite"] + words + ["--json"])
        #expect(made.status == 0, "\(made.output)")
        return try #require(try data(made)["url"] as? String)
    }

    /// A broker, a mesh that ana made in it while it runs, and bob, who is in none.
    private static func withBroker(
        _ work: (_ ana: Place, _ bob: Place, RunningBroker) async throws -> Void
    ) async throws {
        try await Place.with { ana in
            try await Place.with { bob in
                let data = ana.root + "/broker"
                let broker = try await RunningBroker.start(ana, ["--data", data])
                let made = try await ana.skein(
                    "mesh", "create", "Team", "--broker", "ws://127.0.0.1:\(broker.port)/ws",
                    "--owner-name", "ana", "--operator-token-file", data + "/operator.token")
                #expect(made.status == 0, "\(made)")
                try await work(ana, bob, broker)
                #expect(try await broker.end() == 0)
            }
        }
    }

    @Test("a mesh made in a broker that runs, a link, and mail both ways; no secret goes anywhere")
    func wholeWay() async throws {
        try await Self.withBroker { ana, bob, broker in
            let made = try await ana.skein(
                "invite", "--role", "reviewer", "--group", "backend", "--expires", "12h")
            #expect(made.status == 0, "\(made)")
            let link = made.output.trimmingCharacters(in: .newlines)
            #expect(link.hasPrefix("http://127.0.0.1:\(broker.port)/i/"), "\(made)")
            #expect(made.errors.contains("skein join \(link)"))

            let joined = try await bob.skein("join", link, "--yes", "--name", "bob", "--json")
            #expect(joined.status == 0, "\(joined)")
            let report = try Self.data(joined)
            #expect(report["mesh"] as? String == "team" && report["permission"] as? String == "member")
            let again = try await bob.skein("join", link, "--yes", "--json")
            #expect(try Self.data(again)["already_joined"] as? Bool == true)

            try await ana.send("bob", "hello bob")
            #expect(try await bob.letter().text == "hello bob")
            try await bob.send("ana", "hello ana")
            let letter = try await ana.letter()
            #expect(letter.text == "hello ana" && letter.trust == "attested")

            let list = try await ana.skein("invite", "list")
            #expect(list.output.contains("1/1") && list.output.contains("used up"))
            #expect(list.output.contains("bob"))

            // Keys, and the operator's token, stand in files of their owners' alone.
            let token = try #require(ana.read("broker/operator.token"))
                .trimmingCharacters(in: .newlines)
            let secrets = Self.keys(ana) + Self.keys(bob) + [token]
            #expect(secrets.count >= 3)
            let code = try #require(link.split(separator: "/").last)
            let told = broker.log.joined() + broker.printed + Self.logs(ana) + Self.logs(bob)
            for secret in secrets + [String(code)] { #expect(!told.contains(secret)) }
            for secret in secrets {
                #expect(!(link + made.output + made.errors + joined.output).contains(secret))
            }
            let store = FileManager.default.contents(atPath: ana.root + "/broker/broker.db-wal")
            #expect(store?.range(of: Data(code.utf8)) == nil)
        }
    }

    /// Every member's seed of a home, in hexadecimal digits and in base64.
    private static func keys(_ place: Place) -> [String] {
        (place.kept ?? []).filter { $0.hasSuffix(".key") }.flatMap { file -> [String] in
            guard let bytes = FileManager.default.contents(atPath: place.home + "/" + file) else {
                return []
            }
            let seed = bytes.prefix(32)
            return [
                seed.map { String(format: "%02x", $0) }.joined(), seed.base64EncodedString(),
            ]
        }
    }

    private static func logs(_ place: Place) -> String {
        (place.kept ?? []).filter { $0.hasSuffix(".log") }
            .compactMap { try? String(contentsOfFile: place.home + "/" + $0, encoding: .utf8) }
            .joined()
    }

    @Test("in a terminal the link is drawn as well, for a camera")
    func picture() async throws {
        try await Self.withBroker { ana, _, _ in
            let session = try ana.window(["invite"], columns: 80, rows: 40)
            try await session.wait(forText: "/i/", "██ ▄▄▄▄▄ █")
            _ = try await session.waitForExit()
        }
    }

    @Test("what speaks against an invite has a code of its own, and nothing is made")
    func refused() async throws {
        try await Self.withBroker { ana, bob, broker in
            let link = try await Self.invite(ana)
            let silent = try await bob.skein("join", link, "--json")
            #expect(silent.status == 3, "\(silent)")
            #expect(silent.output.contains("E_MISSING"))

            let list = try Self.data(try await ana.skein("invite", "list", "--json"))
            let rows = list["invites"] as? [[String: any Sendable]]
            let id = try #require(rows?.first?["id"] as? String)
            #expect(try await ana.skein("invite", "revoke", id).status == 0)
            let cases: [(String, Int32, String)] = [
                (link, 2, "E_INVITE_REVOKED"),
                ("http://127.0.0.1:\(broker.port)/i/ZZZZZZZZZZ", 5, "E_INVITE_UNKNOWN"),
                ("http://127.0.0.1:\(broker.port)/i/short", 3, "E_INVITE_MALFORMED"),
                ("https://u:p@127.0.0.1/i/ABCDE12345", 3, "E_INVITE_MALFORMED"),
                ("ftp://127.0.0.1/i/ABCDE12345", 3, "E_INVITE_MALFORMED"),
                ("http://127.0.0.1:1/i/ABCDE12345", 4, "E_BROKER_UNREACHABLE"),
                ("ABCDE12345", 3, "E_MISSING"),
            ]
            for (given, status, code) in cases {
                let command = try await bob.skein("join", given, "--yes", "--json")
                #expect(command.status == status && command.output.contains(code), "\(command)")
            }
            #expect(bob.kept == nil)
        }
    }

    @Test("racing for the last use one comes in, and who was broken off goes on")
    func racing() async throws {
        try await Self.withBroker { ana, bob, _ in
            try await Place.with { eve in
                let link = try await Self.invite(ana)
                async let first = bob.skein("join", link, "--yes", "--name", "bob", "--json")
                async let second = eve.skein("join", link, "--yes", "--name", "eve", "--json")
                let both = try await [first, second]
                #expect(both.map(\.status).sorted() == [0, 2], "\(both)")
                #expect(both.contains { $0.output.contains("E_INVITE_USED_UP") })
            }
        }
    }

    @Test("a mesh of this machine lets in another home; a v1 token and a link in a verb's place, too")
    func local() async throws {
        try await Place.with { ana in
            try await Place.with { bob in
                try await ana.settle()
                let link = try await Self.invite(ana, "--uses", "2")
                let launched = try await bob.skein(
                    link, "--yes", "--non-interactive", "--name", "dev", "--role", "tester",
                    "--agent", "true")
                #expect(launched.status == 0, "\(launched)")
                let meshes = try await bob.skein("mesh", "list")
                #expect(meshes.output.contains("demo"), "\(meshes)")

                try await Place.with { eve in
                    let made = try await ana.skein("invite", "--v1")
                    let token = made.output.trimmingCharacters(in: .newlines)
                    let joined = try await eve.skein("join", token, "--yes", "--json")
                    #expect(joined.status == 0, "\(joined)")
                    #expect(try Self.data(joined)["mesh"] as? String == "demo")
                }
            }
        }
    }

    @Test("the wizard joins by a pasted link: consent first, then on to the name")
    func wizard() async throws {
        try await Self.withBroker { ana, bob, broker in
            let link = try await Self.invite(ana)
            let session = try bob.window(["--agent", "sh"])
            try await FirstRun.walk(session.window, to: "Who are you to your meshes?")
            session.send("\u{1B}[B\u{1B}[B\u{1B}[B\u{1B}[B\r")
            try await session.wait(forText: "Paste the link or the code")
            session.send("\u{1B}[200~http://127.0.0.1:\(broker.port)/i/ZZZZZZZZZZ\u{1B}[201~\r")
            try await session.wait(forText: "Not by this invite", "knows no such invite")
            session.send("\r")
            try await session.wait(forText: "Paste the link or the code")
            session.send("\u{1B}[200~\(link)\u{1B}[201~\r")
            try await session.wait(forText: "Come into this mesh?", "Team", "Invited by", "ana")
            #expect(bob.kept == nil)
            session.send("\r")
            try await session.wait(forText: "What do other peers call it?", "Team")
        }
    }

    @Test("nobody makes a mesh in a broker without its operator's token")
    func operators() async throws {
        try await Place.with { place in
            let broker = try await RunningBroker.start(place, ["--data", place.root + "/broker"])
            let url = "ws://127.0.0.1:\(broker.port)/ws"
            let none = try await place.skein("mesh", "create", "Team", "--broker", url, "--json")
            #expect(none.status == 3 && none.output.contains("E_MISSING"), "\(none)")
            try place.write("a-token-that-is-wrong\n", to: "token")
            let wrong = try await place.skein(
                "mesh", "create", "Team", "--broker", url, "--operator-token-file",
                place.root + "/token", "--json")
            #expect(wrong.status == 7 && wrong.output.contains("E_FORBIDDEN"), "\(wrong)")
            let far = try await place.skein(
                "mesh", "create", "Team", "--broker", "ws://broker.example/ws",
                "--operator-token-file", place.root + "/token", "--json")
            #expect(far.status == 3, "\(far)")
            #expect(try await place.skein("mesh", "list", "--json").output.contains("Team") == false)
            #expect(mode(place.root + "/broker/operator.token") == 0o600)
        }
    }
}
