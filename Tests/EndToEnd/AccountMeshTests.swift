import Foundation
import TestSupport
import Testing

/// The real program on both sides, and a broker with accounts between them.
@Suite("A mesh of an account, on two homes")
struct AccountMeshTests {
    private static func withHomes(
        _ work: (_ ana: Place, _ box: Place, RunningBroker) async throws -> Void
    ) async throws {
        try await Place.with { ana in
            try await Place.with { box in
                let broker = try await RunningBroker.start(
                    ana, ["--accounts", "--data", ana.root + "/broker"])
                try await work(ana, box, broker)
                #expect(try await broker.end() == 0)
            }
        }
    }

    private static func signIn(_ place: Place, _ token: String, _ broker: RunningBroker) async throws {
        let login = try await place.skein(
            "login", "--server", "http://127.0.0.1:\(broker.port)", "--token", "-",
            input: token + "\n")
        #expect(login.status == 0, "\(login)")
        #expect(!(login.output + login.errors).contains(token))
    }

    @Test("made on one and joined on the other, mail both ways; a revoked device is off, and reads nothing")
    func wholeWay() async throws {
        try await Self.withHomes { ana, box, broker in
            var browser = try BrowserOfAccount("ana@example.org", name: "Ana", port: broker.port)
            try await Self.signIn(ana, try browser.session(device: "laptop"), broker)
            try await Self.signIn(box, try browser.session(device: "box"), broker)

            let made = try await ana.skein("mesh", "create", "Team", "--owner-name", "ana")
            #expect(made.status == 0, "\(made)")
            #expect(made.output.contains("at ws://127.0.0.1:\(broker.port)/ws"), "\(made)")
            let twice = try await ana.skein("mesh", "create", "Team", "--json")
            #expect(twice.status == 6 && twice.output.contains("E_MESH_EXISTS"), "\(twice)")
            // One key is left of all that: the mesh's.
            #expect(ana.kept?.count { $0.hasPrefix("data/keys/members/") } == 1)

            let dev = try await RunningLaunch.start(box, "dev")
            try await eventually("dev to be seen") { try await ana.peers()["dev"] != nil }
            try await ana.send("dev", "hello dev")
            #expect(try await dev.letter().text == "hello dev")
            try await dev.send("ana", "hello ana")
            let letter = try await ana.letter()
            #expect(letter.text == "hello ana" && letter.trust == "attested")
            // The owner's key is on the machine that made the mesh, and on no other.
            #expect(try await ana.skein("invite").status == 0)
            #expect(try await box.skein("invite").status != 0)

            let tokens = try await ana.data(["token", "list"])["tokens"] as? [[String: any Sendable]]
            let id = try #require(
                tokens?.first { $0["name"] as? String == "box" }?["id"] as? String, "\(tokens ?? [])")
            #expect(try await ana.skein("token", "revoke", id).status == 0)
            try await eventually("dev to be off", within: .seconds(5)) {
                try await ana.peers()["dev"] == nil
            }
            try await ana.send("@all", "without the box")
            let refused = try await box.skein("peers", "--json")
            #expect(refused.status == 2, "\(refused)")
            #expect(try await dev.letters().isEmpty)
            #expect(try await box.letters().isEmpty)
            let check = try await box.skein("whoami", "--check", "--json")
            #expect(check.status == 2 && check.output.contains("E_SESSION_EXPIRED"), "\(check)")

            // Signed in anew it comes back, by a new key.
            try await Self.signIn(box, try browser.session(device: "box"), broker)
            #expect(try await box.skein("mesh", "leave", "team", "--yes").status == 0)
            let back = try await RunningLaunch.start(box, "back")
            try await eventually("it to be back") { try await ana.peers()["back"] != nil }
            try await ana.send("back", "welcome")
            #expect(try await back.letter().text == "welcome")
        }
    }

    @Test("a mesh of this machine is made where that is said, signed in or not")
    func local() async throws {
        try await Self.withHomes { ana, _, broker in
            var browser = try BrowserOfAccount("ana@example.org", name: "Ana", port: broker.port)
            try await Self.signIn(ana, try browser.session(device: "laptop"), broker)
            let made = try await ana.data(["mesh", "create", "Home", "--local"])
            #expect(made["slug"] as? String == "home")
            #expect(made["broker"] as? String == nil)
            let both = try await ana.skein(
                "mesh", "create", "x", "--local", "--broker", "https://b.example", "--json")
            #expect(both.status == 3 && both.output.contains("E_ARGUMENTS"), "\(both)")
        }
    }
}
