import Foundation
import TestSupport
import Testing

@Suite("The commands that must hold")
struct CommandsTests {
    static let launch = [
        "launch", "--non-interactive", "--account", "local", "--new-mesh", "demo", "--name",
        "dev1", "--role", "reviewer", "--agent", "sh",
    ]

    @Test("a launch with nothing given names everything that is missing, and makes nothing")
    func nothingGiven() async throws {
        try await Place.with { place in
            let refused = try await place.skein("launch", "--non-interactive")
            #expect(refused.status == 3)
            for flag in ["--account", "--mesh or --new-mesh", "--name", "--role", "--agent"] {
                #expect(refused.errors.contains("Missing \(flag)"))
            }
            #expect(!(refused.output + refused.errors).contains("\u{1B}"))
            #expect(place.kept == nil)
        }
    }

    @Test("what is missing is told once more as JSON, on standard output alone")
    func nothingGivenJSON() async throws {
        try await Place.with { place in
            let refused = try await place.skein("launch", "--non-interactive", "--json")
            #expect(refused.status == 3)
            #expect(refused.errors == "")
            let envelope = try refused.json
            #expect(envelope["ok"] as? Bool == false)
            #expect(envelope["schema_version"] as? Int == 1)
            let error = try #require(envelope["error"] as? [String: any Sendable])
            #expect(error["exit"] as? Int == 3)
            let missing = try #require(error["missing"] as? [[String: any Sendable]])
            let flags = missing.compactMap { $0["flag"] as? String }
            #expect(flags == ["--account", "--mesh or --new-mesh", "--name", "--role", "--agent"])
            #expect(place.kept == nil)
        }
    }

    @Test("an agent gets the terminal as it was found, and its status is the launch's")
    func launchInTerminal() async throws {
        try await Place.with { place in
            let probe = "stty -a; tty; exit 7"
            let plain = try TerminalSession(
                ["/bin/sh", "-c", probe], environment: place.environment)
            try await plain.waitForExit()
            let session = try place.window(Self.launch + ["--", "-c", probe])
            #expect(try await session.waitForExit() == .exited(7))
            #expect(session.settings == session.settingsBefore)
            #expect(session.screen.leftovers == [])
            #expect(!session.observed.text.contains("\u{1B}"))
            let expected = plain.observed.text.replacingOccurrences(
                of: plain.window.pty.path, with: session.window.pty.path)
            #expect(session.observed.text == expected)
        }
    }

    @Test("a launch is a peer for as long as its agent runs, and for two seconds at most after")
    func peerWhileRunning() async throws {
        try await Place.with { place in
            let session = try place.window(Self.launch + ["--", "-c", "echo here; read line"])
            try await session.wait(forText: "here")
            #expect(try await place.peerNames() == ["dev1"])
            let status = try await place.skein("relay", "status", "--json").json
            #expect((status["data"] as? [String: any Sendable])?["launches"] as? Int == 1)

            session.send("\n")
            try await session.waitForExit()
            let ended = ContinuousClock.now
            var names = try await place.peerNames()
            while !names.isEmpty, ContinuousClock.now - ended < .seconds(5) {
                names = try await place.peerNames()
            }
            #expect(names == [])
            #expect(ContinuousClock.now - ended < .seconds(2))
        }
    }

    @Test("a peer as JSON says who it is")
    func peerRow() async throws {
        try await Place.with { place in
            let session = try place.window(
                Self.launch + ["--groups", "backend,api:lead", "--", "-c", "echo here; read line"])
            try await session.wait(forText: "here")
            let envelope = try await place.skein("peers", "--json").json
            let data = try #require(envelope["data"] as? [String: any Sendable])
            #expect(data["mesh"] as? String == "demo")
            let peer = try #require((data["peers"] as? [[String: any Sendable]])?.first)
            #expect(peer["name"] as? String == "dev1")
            #expect(peer["role"] as? String == "reviewer")
            #expect(peer["agent"] as? String == "sh")
            #expect(peer["status"] as? String == "idle")
            let directory = try #require(peer["cwd"] as? String)
            #expect(directory.hasSuffix("/payments"))
            let groups = try #require(peer["groups"] as? [[String: any Sendable]])
            #expect(groups.compactMap { $0["name"] as? String } == ["backend", "api"])
            #expect((peer["member_key"] as? String)?.count == 64)
        }
    }

    @Test("a wrong value is reported before what is missing")
    func wrongBeforeMissing() async throws {
        try await Place.with { place in
            let refused = try await place.skein("launch", "--mesh", "nope", "--non-interactive")
            #expect(refused.status == 5)
            let lines = refused.errors.split(separator: "\n")
            #expect(lines.first == "✗ No mesh called “nope” is joined on this machine")
            #expect(!refused.errors.contains("\u{1B}"))
            #expect(place.kept == nil)
        }
    }

    @Test("an unknown mesh is told with the nearest names")
    func nearestNames() async throws {
        try await Place.with { place in
            try await place.settle()
            let refused = try await place.skein("launch", "--mesh", "dem", "--non-interactive")
            #expect(refused.status == 5)
            #expect(refused.errors.contains("Joined meshes: demo"))
        }
    }

    @Test(
        "other refusals have codes of their own",
        arguments: [
            (["--agent", "no-such-agent"], Int32(9), "no-such-agent"),
            (["--account", "hosted"], 3, "--account hosted"),
            (["--agent-autonomy", "some"], 3, "--agent-autonomy some"),
            (["--resume", "nothing"], 5, "nothing"),
            (["--no-such-flag"], 3, "--no-such-flag"),
        ])
    func otherRefusals(words: [String], status: Int32, named: String) async throws {
        try await Place.with { place in
            let refused = try await place.skein(["launch", "--non-interactive"] + words)
            #expect(refused.status == status)
            #expect(refused.errors.contains(named))
            #expect(!refused.errors.contains("\u{1B}"))
            #expect(place.kept == nil)
        }
    }

    @Test("a dry run says what would be done, and does nothing")
    func dryRun() async throws {
        try await Place.with { place in
            let words =
                Self.launch.filter { $0 != "--non-interactive" } + ["--dry-run", "--", "-i"]
            let told = try await place.skein(words)
            #expect(told.status == 0)
            #expect(told.output.contains("  sh -i\n"))
            #expect(told.output.contains("SKEIN_NAME=dev1"))
            #expect(told.output.contains(place.home + "/data/machine.sqlite"))
            #expect(!told.output.contains("TOKEN"))
            #expect(place.kept == nil)
        }
    }

    @Test("without a terminal the flags are the way, and one line says so")
    func noTerminal() async throws {
        try await Place.with { place in
            let refused = try await place.skein()
            #expect(refused.status == 3)
            let first = try #require(refused.errors.split(separator: "\n").first)
            #expect(
                first == "Standard input is not a terminal. Going on as with --non-interactive.")
            #expect(refused.errors.contains("Missing --name"))
        }
    }
}
