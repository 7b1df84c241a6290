import Foundation
import TestSupport
import Testing

@Suite("An agent is not the person, whatever it does to its environment")
struct WhoAsksTests {
    static let personOnly: [[String]] = [
        ["block", "bob"], ["unblock", "bob"], ["grant", "bob", "dm"], ["revoke", "bob", "dm"],
        ["verify", "bob", "--confirm"], ["verify", "bob", "--undo"], ["invite", "make", "--v1"],
        ["invite", "--v1"], ["relay", "stop"], ["backup", "b", "--passphrase-file", "secret"],
        ["mesh", "leave", "team", "--yes"], ["mesh", "rename", "team", "other"],
        ["mesh", "create", "mine"], ["mesh", "use", "team"],
    ]

    /// As a child of the agent that has nothing of its environment but where home is.
    static func cleared(_ launch: RunningLaunch, _ words: [String]) async throws -> Command {
        let home = "SKEIN_HOME=\(launch.place.home) HOME=\(launch.place.root) PATH=/usr/bin:/bin"
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        return try await launch.run("env -i \(home) \"$skein\" \(quoted)")
    }

    @Test("what is the person's is refused, with the launch's environment and without it")
    func personsVerbs() async throws {
        try await TwoHomes.with { world in
            try world.ana.write("correct horse battery\n", to: "payments/secret", mode: 0o600)
            let dev = try await RunningLaunch.start(world.ana, "dev")
            try await world.ana.sees("dev")
            let relays = world.ana.relays
            for words in Self.personOnly {
                let open = try await dev.call(words)
                #expect(open.status == 7, "\(words): \(open)")
                let hidden = try await Self.cleared(dev, words)
                #expect(hidden.status == 7, "hidden \(words): \(hidden)")
            }
            #expect(world.ana.relays == relays)
            #expect(try await world.ana.data(["grants"])["grants"] as? [String] ?? [] == [])
            #expect(try await world.ana.data(["verify", "bob"])["is_verified"] as? Bool == false)
            // The person may.
            #expect(try await world.ana.skein("block", "bob").status == 0)
        }
    }

    @Test("nobody reads the inbox of another launch, nor the person's")
    func inboxes() async throws {
        try await TwoHomes.with { world in
            let dev = try await RunningLaunch.start(world.ana, "dev")
            let two = try await RunningLaunch.start(world.ana, "two")
            try await world.bob.sees("dev", "two")
            let toTwo = try await world.bob.send("two", "for two")
            let toAna = try await world.bob.send("ana", "for ana")
            try await eventually("both to have come") {
                let states = [
                    try await world.bob.state(of: toTwo), try await world.bob.state(of: toAna),
                ]
                return states == ["acked", "acked"]
            }
            #expect(try await dev.letters().isEmpty)
            let hidden = try await Self.cleared(dev, ["inbox", "--json"])
            #expect(hidden.status == 0)
            #expect(!hidden.output.contains("for ana") && !hidden.output.contains("for two"))
            // With another's name, and its own token or none that is known.
            for token in [dev.environment["SKEIN_LAUNCH_TOKEN"] ?? "", "x"] {
                for id in [two.id, dev.id] where !(id == dev.id && token != "x") {
                    var environment = dev.environment
                    environment["SKEIN_LAUNCH"] = id
                    environment["SKEIN_LAUNCH_TOKEN"] = token
                    for words in [["inbox"], ["send", "two", "x"], ["status", "set", "dnd"]] {
                        let forged = try await Command.run(
                            Command.path, words, environment: environment,
                            directory: world.ana.work)
                        #expect(forged.status == 7, "\(words): \(forged)")
                    }
                }
            }
            // What a launch did not send it does not learn of.
            let own = try await two.send("bob", "from two")
            #expect(try await dev.call(["message", own]).status == 5)
            #expect(try await dev.call(["queue", "cancel", own]).status == 5)
            #expect(try await two.letter().text == "for two")
            #expect(try await world.ana.letter().text == "for ana")
        }
    }
}
