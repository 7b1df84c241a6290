import Foundation
import TestSupport
import Testing

@Suite("Bad input gets a sentence and the right code")
struct BadInputTests {
    @Test("a damaged store is moved aside by name, and the rest works")
    func damagedStore() async throws {
        try await Place.with { place in
            try await place.settle()
            try await place.skein("relay", "stop")
            let store = place.home + "/data/machine.sqlite"
            for suffix in ["-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: store + suffix)
            }
            try place.write(
                "this is no database, " + String(repeating: "x", count: 9000),
                to: "home/data/machine.sqlite", mode: 0o600)
            let command = try await place.skein(CommandsTests.launch + ["--", "-c", "echo ran"])
            #expect(command.status == 0)
            #expect(command.output == "ran\n")
            let aside = try #require(place.kept?.first { $0.contains("machine.sqlite.corrupt") })
            #expect(command.errors.contains(place.home + "/" + aside))
            #expect(place.read("home/" + aside)?.hasPrefix("this is no database") == true)
        }
    }

    @Test("a home that cannot be written is said to be so", arguments: ["file", "/proc/1"])
    func unwritableHome(home: String) async throws {
        try await Place.with { place in
            try place.write("not a directory", to: "file")
            let path = home.hasPrefix("/") ? home : place.root + "/" + home
            let command = try await place.skein(
                CommandsTests.launch + ["--", "-c", "echo ran"],
                adding: ["SKEIN_HOME": path + "/skein"])
            #expect(command.status == 7, "\(command)")
            #expect(command.errors.contains(path))
            #expect(command.output == "")
            #expect(place.read("file") == "not a directory")
        }
    }

    @Test("in the wizard a home that cannot be written is told over the screen, nothing is lost")
    func unwritableHomeInWizard() async throws {
        try await Place.with { place in
            try place.write("not a directory", to: "file")
            let session = try place.window(
                ["--agent", "sh"], adding: ["SKEIN_HOME": place.root + "/file"])
            try await FirstRun.walk(session.window)
            session.send("\r")
            try await session.wait(for: "the failure") {
                $0.screen.contains("That did not work") && $0.screen.contains("/file")
                    && $0.screen.modes.isOn(2004)
            }
            session.send("\r")
            try await session.wait(forText: "▸ Launch")
            session.send("\u{3}")
            #expect(try await session.waitForExit() == .exited(1))
            #expect(session.settings == session.settingsBefore)
        }
    }

    @Test("a full disk is said to be full")
    func fullDisk() async throws {
        try await Place.with { place in
            // A file system of its own is only for those who may mount one.
            let mount = try await place.shell(
                "mkdir ../home && mount -t tmpfs -o size=64k tmpfs ../home 2>/dev/null")
            guard mount.status == 0 else { return }
            let launch = CommandsTests.launch.joined(separator: " ")
            let command = try await place.shell(
                "skein \(launch) -- -c 'echo ran'; status=$?; umount ../home; exit $status")
            #expect(command.status == 8)
            #expect(command.errors.contains("no space left on the disk"), "\(command)")
            #expect(command.output == "")
        }
    }

    @Test("verbs that start a relay at the same moment share one")
    func simultaneousRelays() async throws {
        try await Place.with { place in
            try await place.settle()
            try await place.skein("relay", "stop")
            let command = try await place.shell(
                """
                for n in 1 2 3 4; do skein peers --json >out.$n 2>err.$n & pids="$pids $!"; done
                for pid in $pids; do wait $pid || echo failed; done
                cat out.* err.*
                """)
            #expect(!command.output.contains("failed"), "\(command.output)")
            #expect(command.output.components(separatedBy: "\"ok\":true").count == 5)
            let relay = try #require(try await place.relayProcess())
            #expect(ProcessFacts.isAlive(relay))
            #expect(place.relays == [relay])
        }
    }

    @Test("a relay that was killed leaves a socket that stops nobody")
    func staleSocket() async throws {
        try await Place.with { place in
            try await place.settle()
            let relay = try #require(try await place.relayProcess())
            kill(relay, SIGKILL)
            try await eventually("the relay's end") { !ProcessFacts.isAlive(relay) }
            #expect(FileManager.default.fileExists(atPath: place.home + "/run/relay.sock"))
            #expect(try await place.skein("relay", "status").output.hasPrefix("No relay runs."))
            #expect(try await place.skein("peers").status == 0)
            #expect(try await place.relayProcess() != relay)
        }
    }

    @Test("a home whose path is too long for a socket works")
    func longHome() async throws {
        try await Place.with { place in
            let home = place.root + "/" + String(repeating: "long/", count: 30) + "home"
            let long = ["SKEIN_HOME": home]
            let command = try await place.skein(
                CommandsTests.launch + ["--", "-c", "echo ran"], adding: long)
            #expect(command.status == 0, "\(command)")
            #expect(command.output == "ran\n")
            #expect(try await place.skein("peers", "--json", adding: long).status == 0)
            #expect(try await place.skein("relay", "stop", adding: long).status == 0)
        }
    }

    @Test(
        "names that are none are refused",
        arguments: [
            ("--name", "a\u{1B}[31mb"), ("--name", "a\u{202E}b"), ("--name", "line\nline"),
            ("--name", String(repeating: "n", count: 10_000)), ("--name", " "),
            ("--role", "r\u{7}"), ("--new-mesh", "🦢"), ("--groups", "two words"),
        ])
    func badNames(flag: String, value: String) async throws {
        try await Place.with { place in
            var words = CommandsTests.launch
            if let index = words.firstIndex(of: flag) {
                words[index + 1] = value
            } else {
                words += [flag, value]
            }
            let command = try await place.skein(words)
            #expect(command.status == 3)
            #expect(command.errors.hasPrefix("✗"))
            #expect(command.errors.utf8.count < 600)
            #expect(
                command.errors.unicodeScalars.allSatisfy {
                    $0 == "\n" || !($0.value < 0x20 || $0 == "\u{202E}" || $0 == "\u{7F}")
                })
            #expect(place.kept == nil)
        }
    }

    @Test("an unknown terminal is spoken to as to xterm", arguments: ["no-such-terminal", nil])
    func unknownTerm(term: String?) async throws {
        try await Place.with { place in
            var environment = place.environment
            environment["TERM"] = term
            let session = try TerminalSession(
                [Command.path, "--agent", "sh"], environment: environment, directory: place.work)
            try await FirstRun.walk(session.window, to: "Continue")
            session.send("\u{3}")
            #expect(try await session.waitForExit() == .exited(1))
            #expect(session.settings == session.settingsBefore)
            #expect(session.screen.leftovers == [])
        }
    }

    @Test(
        "descriptors that are closed stop nothing",
        arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    func closedDescriptors(redirection: String) async throws {
        try await Place.with { place in
            let refused = try await place.shell("skein launch --non-interactive \(redirection)")
            #expect(refused.status == 3)
            let peers = try await place.shell("skein peers \(redirection)")
            #expect(peers.status == 5)
            let words = CommandsTests.launch.joined(separator: " ")
            let launch = try await place.shell("skein \(words) \(redirection) -- -c 'exit 6'")
            #expect(launch.status == 6, "\(launch)")
            #expect(try await place.relayProcess() != nil)
        }
    }

    @Test(
        "a reader that has gone is no failure to tell",
        arguments: [
            ("skein flow", "head -1"), ("skein themes", "true"), ("skein keys --json", "true"),
            ("skein --help", "head -1"), ("skein demo --once", "true"),
        ])
    func closedPipe(line: String, reader: String) async throws {
        try await Place.with { place in
            let command = try await place.shell(
                "{ \(line); echo \"status $?\" >status; } | \(reader)")
            #expect(command.errors == "")
            // As every program that writes to nobody: quietly, by SIGPIPE if need be.
            let status = try #require(place.read("payments/status"))
            #expect(["status 0\n", "status \(128 + SIGPIPE)\n"].contains(status))
        }
    }

    @Test("a configuration that is wrong is told by line and stops nothing")
    func badConfiguration() async throws {
        try await Place.with { place in
            try place.write("theme = 3\nno_such = true\n", to: "home/config/config.toml")
            let command = try await place.skein("themes")
            #expect(command.status == 0)
            #expect(command.errors.contains("config.toml:1: theme must be a name in quotes"))
            #expect(command.errors.contains("config.toml:2: no_such"))
            #expect(command.output.contains("*  skein"))
        }
    }
}
