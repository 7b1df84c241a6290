import Foundation
import TestSupport
import Testing

/// The flow in the terminal that most people who run agents have: tmux, at 80×24.
@Suite("In tmux")
struct TmuxTests {
    static let tmux = ["/usr/bin/tmux", "/opt/homebrew/bin/tmux", "/usr/local/bin/tmux"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(
        "from an empty home to a shell that has the terminal as it was", .enabled(if: tmux != nil))
    func firstRun() async throws {
        let tmux = try #require(Self.tmux)
        try await Place.with { place in
            let socket = place.root + "/tmux"
            let server = [tmux, "-S", socket, "-f", "/dev/null"]
            let window = try TerminalSession(
                server + [
                    "new-session", "-x", "80", "-y", "24", "/bin/sh", ";", "set", "status", "off",
                ],
                environment: place.environment.merging(["PS1": "ready> "]) { $1 },
                directory: place.work)
            func ask(_ words: String...) async throws -> String {
                try await Command.run(
                    tmux, ["-S", socket] + words, environment: place.environment,
                    directory: place.work
                ).output
            }
            func state() async throws -> String {
                try await ask(
                    "display-message", "-p",
                    "#{alternate_on} #{cursor_flag} #{mouse_any_flag} "
                        + "#{keypad_flag} #{keypad_cursor_flag} #{insert_flag} #{wrap_flag}")
            }
            try await window.wait(forText: "ready>")
            let before = try await state()
            #expect(before.hasPrefix("0 1 0"))
            window.send("stty -a >before; clear; \"\(Command.path)\" --agent sh\n")
            for screen in FirstRun.screens {
                try await window.wait(forText: screen)
                let shown = try await state()
                #expect(shown.hasPrefix("1"))
                window.send("\r")
            }
            try await window.wait(for: "the agent") {
                $0.screen.contains("runs sh") && !$0.screen.contains("Ready")
            }
            window.send("stty -a >after; echo writ''ten\n")
            try await window.wait(forText: "written")
            #expect(try await state() == before)
            #expect(place.read("payments/after") == place.read("payments/before"))
            _ = try await ask("kill-server")
            try await window.waitForExit()
        }
    }
}
