import Foundation
import TestSupport
import Testing

@Suite("From an empty home to a shell")
struct FirstRunTests {
    /// What the agent, a shell, is asked about the terminal it was given.
    private static let look = "stty -a; tty; echo me=$$= parent=$PPID=; echo fin''ished"

    @Test("the offered answers end in a shell that has the terminal as it was found")
    func offeredAnswers() async throws {
        try await Place.with { place in
            let shell = try await place.jobShell()
            let window = shell.session.window
            try await shell.status(of: shell.start("stty -a; tty"))
            let before = window.observed.text.components(separatedBy: "\r\n")
                .filter { $0.contains(";") && !$0.contains("PS1") }
            #expect(before.count >= 4)
            let process = "sh -c 'echo pid=$$= parent=$PPID=; exec skein --agent sh'"
            let command = shell.start(process)
            let start = try await window.wait(for: "a process id") {
                Self.number("pid", in: $0.text) != nil && Self.number("parent", in: $0.text) != nil
            }
            try await FirstRun.walk(window)
            window.send("\r")
            let seen = try await window.wait(for: "the agent's prompt") {
                $0.isGivenBack && $0.screen.contains("runs sh")
                    && ($0.text.hasSuffix("# ") || $0.text.hasSuffix("$ "))
            }
            #expect(seen.screen.contains("(implementer) on payments runs sh"))
            #expect(window.settings == shell.settings)

            window.send(Self.look + "\n")
            let looked = try await window.wait(for: "the answers") { $0.text.contains("finished") }
            // The same process, the same parent, the same terminal.
            #expect(Self.number("me", in: looked.text) == Self.number("pid", in: start.text))
            #expect(Self.number("parent", in: looked.text) == Self.number("parent", in: start.text))
            #expect(looked.text.components(separatedBy: window.pty.path).count == 3)
            for line in before {
                #expect(looked.text.components(separatedBy: line).count == 3, "\(line)")
            }

            window.send("exit 5\n")
            #expect(try await shell.status(of: command) == 5)
            #expect(window.settings == shell.settings)
            #expect(window.screen.leftovers == [])
        }
    }

    private static func number(_ name: String, in text: String) -> String? {
        text.components(separatedBy: name + "=").dropFirst().compactMap { rest in
            let digits = rest.prefix { $0.isNumber }
            return digits.isEmpty ? nil : String(digits)
        }.last
    }

    @Test("the second time one Enter is enough, whatever the agent", arguments: ["sh", "cat"])
    func secondTime(agent: String) async throws {
        try await Place.with { place in
            let first = try place.window(["--agent", agent])
            try await FirstRun.walk(first.window)
            first.send("\r")
            try await first.wait(for: "the agent") { $0.isGivenBack && $0.screen.contains("runs ") }
            first.send("\u{4}")
            #expect(try await first.waitForExit() == .exited(0))

            let second = try place.window()
            try await second.wait(for: "Launch") {
                $0.screen.contains("▸ Launch") && $0.screen.modes.isOn(2004)
            }
            second.send("\r")
            try await second.wait(for: "the agent") {
                $0.isGivenBack && $0.screen.contains("runs ")
            }
            second.send("\u{4}")
            #expect(try await second.waitForExit() == .exited(0))
            #expect(second.settings == second.settingsBefore)
        }
    }

    @Test("with --yes no key is needed once everything is settled")
    func yes() async throws {
        try await Place.with { place in
            try await place.settle()
            let first = try place.window(["--yes", "--agent", "true"])
            try await first.wait(forText: "Continue")
            first.send("\r")
            #expect(try await first.waitForExit() == .exited(0))
            let second = try place.window(["--yes", "--agent", "true"])
            #expect(try await second.waitForExit() == .exited(0))
            #expect(!second.observed.text.contains("\u{1B}"))
        }
    }

    @Test("what is typed while the launch is registered reaches the agent")
    func typingDuringHandOff() async throws {
        try await Place.with { place in
            try await place.settle(agent: "sh")
            let session = try place.window(["--agent", "sh"])
            try await place.withSilentRelay {
                try await session.wait(forText: "▸ Continue")
                session.send("\r")
                try await session.wait(for: "Launch") {
                    $0.screen.contains("▸ Launch") && $0.screen.modes.isOn(2004)
                }
                session.send("\r")
                try await session.wait(for: "the hand-off") {
                    $0.screen.contains("Starting sh") && !$0.screen.modes.isOn(1000)
                }
                // The answer to the last question ends our reading; it came before this.
                try await session.wait(for: "the question") { $0.text.contains("\u{1B}[c") }
                session.send("echo typed-$((40 + 2))\n")
            }
            try await session.wait(forText: "typed-42")
            session.send("exit\n")
            #expect(try await session.waitForExit() == .exited(0))
            #expect(session.settings == session.settingsBefore)
            #expect(session.screen.leftovers == [])
        }
    }

    @Test("nothing is made before Launch is taken")
    func nothingMade() async throws {
        try await Place.with { place in
            let session = try place.window(["--agent", "sh"])
            try await FirstRun.walk(session.window)
            #expect(place.kept == nil)
            session.send("\u{3}")
            #expect(try await session.waitForExit() == .exited(1))
            #expect(place.kept == nil)
        }
    }
}
