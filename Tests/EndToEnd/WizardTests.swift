import Foundation
import TestSupport
import Testing

@Suite("The wizard")
struct WizardTests {
    private static let name = "What do other peers call it?"

    /// Stands on the name field, with the offered name taken out of it.
    private func nameField(_ place: Place) async throws -> TerminalSession {
        let session = try place.window(["--agent", "sh"])
        try await FirstRun.walk(session.window, to: Self.name)
        session.send("\u{15}")
        try await session.wait(forText: "a name, for example")
        return session
    }

    @Test("a pasted text arrives whole, and no control character with it")
    func paste() async throws {
        try await Place.with { place in
            let session = try await nameField(place)
            session.send("\u{1B}[200~dev\u{1B}[31m-Ünï\r\n漢字\u{7}-end\u{1B}[201~")
            let screen = try await session.wait(forText: "-end", "Ünï", "漢字", Self.name)
            #expect(screen.bells == 0)
        }
    }

    @Test(
        "ten thousand pasted characters are told to be too many, and nothing is lost of the screen")
    func hugePaste() async throws {
        try await Place.with { place in
            let session = try await nameField(place)
            session.send("\u{1B}[200~" + String(repeating: "n", count: 10_000) + "\u{1B}[201~")
            try await session.wait(forText: "nnnnnnnnnn")
            session.send("\r")
            try await session.wait(forText: "at most 64 characters")
            session.send("\u{15}dev1\r")
            try await session.wait(forText: "What does it do here?", "dev1")
        }
    }

    @Test("Esc goes back one step, and what was answered stays as the draft")
    func back() async throws {
        try await Place.with { place in
            let session = try await nameField(place)
            session.send("dev9\r")
            try await session.wait(forText: "What does it do here?")
            session.send("\u{1B}")
            try await session.wait(forText: Self.name, "dev9")
            session.send("\u{1B}")
            try await session.wait(forText: "Which mesh does this agent join?")
            session.send("\u{1B}")
            try await session.wait(forText: "Who are you to your meshes?")
            session.send("\u{1B}")
            try await session.wait(forText: "▸ Continue")
            session.send("\u{1B}")
            try await session.wait(forText: "This is the first step")
        }
    }

    @Test("^C with something typed asks; what is kept is there in the next run")
    func keepDrafts() async throws {
        try await Place.with { place in
            let session = try await nameField(place)
            session.send("dev-kept")
            try await session.wait(forText: "dev-kept")
            session.send("\u{3}")
            try await session.wait(forText: "▸ Keep")
            session.send("\r")
            #expect(try await session.waitForExit() == .exited(1))
            #expect(session.screen.contains("what was typed is kept for the next run"))
            #expect(session.settings == session.settingsBefore)

            let next = try place.window(["--agent", "sh"])
            try await FirstRun.walk(next.window, to: Self.name)
            try await next.wait(forText: "dev-kept")
        }
    }

    @Test("what is discarded is forgotten, also what was kept before")
    func discardDrafts() async throws {
        try await Place.with { place in
            for (name, keys) in [("dev-typed-1", "\r"), ("dev-typed-2", "\u{1B}[B\r")] {
                let session = try await nameField(place)
                session.send(name)
                try await session.wait(forText: name)
                session.send("\u{3}")
                try await session.wait(forText: "▸ Keep")
                session.send(keys)
                #expect(try await session.waitForExit() == .exited(1))
            }
            let next = try place.window(["--agent", "sh"])
            let screen = try await FirstRun.walk(next.window, to: Self.name)
            #expect(!screen.contains("dev-typed"))
        }
    }

    @Test("^C with nothing typed leaves at once, and says so in one line")
    func leaveAtOnce() async throws {
        try await Place.with { place in
            let session = try place.window(["--agent", "sh"])
            try await session.wait(forText: "▸ Continue")
            session.send("\u{3}")
            #expect(try await session.waitForExit() == .exited(1))
            #expect(session.screen.screenText == "skein: nothing was launched, nothing was made")
            #expect(place.kept == nil)
        }
    }

    @Test("Change… asks one question again and comes back")
    func change() async throws {
        try await Place.with { place in
            let session = try place.window(["--agent", "sh"])
            try await FirstRun.walk(session.window)
            session.send("\u{1B}[B\u{1B}[B")
            try await session.wait(forText: "▸ Change name…")
            session.send("\r")
            try await session.wait(forText: Self.name)
            session.send("\u{15}changed\r")
            try await session.wait(
                forText: "▸ Launch", "Name       ✔  changed", "Role       ✔  implementer")
        }
    }

    @Test("a mesh that is not joined is answered with those that are")
    func unknownMesh() async throws {
        try await Place.with { place in
            try await place.settle()
            let session = try place.window(["--mesh", "demmo", "--agent", "sh"])
            try await session.wait(forText: "No such mesh", "“demmo”", "▸ demo")
            session.send("\r")
            try await session.wait(forText: "▸ Continue")
        }
    }

    @Test("an agent that is not there is answered with those that are")
    func missingAgent() async throws {
        try await Place.with { place in
            let session = try place.window(["--agent", "no-such-agent"])
            try await session.wait(forText: "Agent not found", "no-such-agent", "▸ Use sh")
            session.send("\r")
            try await FirstRun.walk(session.window)
            try await session.wait(forText: "Agent      ✔  /bin/sh")
        }
    }

    @Test("help lists the keys of the screen, and goes away without a trace")
    func help() async throws {
        try await Place.with { place in
            let session = try place.window(["--agent", "sh"])
            try await session.wait(for: "the first frame") {
                $0.screen.contains("Continue") && $0.screen.modes.isOn(2004)
            }
            let before = session.screen.screenText
            session.send("?")
            try await session.wait(forText: "every key of this screen", "go back one step")
            session.send("\u{1B}")
            try await session.wait(for: "the screen beneath") { $0.screen.screenText == before }
        }
    }

    @Test("shrinking to 20×5 says so, and growing back loses nothing")
    func resize() async throws {
        try await Place.with { place in
            let session = try await nameField(place)
            session.send("dev-small")
            let before = try await session.wait(forText: "dev-small").screenText
            session.resize(columns: 20, rows: 5)
            try await session.wait(for: "one line") {
                let text = $0.screen.screenText
                return !text.contains("dev-small") && !text.isEmpty
                    && text.split(separator: "\n").count <= 3
            }
            session.resize(columns: 80, rows: 24)
            try await session.wait(for: "everything") { $0.screen.screenText == before }
            session.resize(columns: 40, rows: 12)
            try await session.wait(forText: "dev-small", Self.name)
        }
    }

    @Test("^Z stops it, fg brings back what was typed")
    func suspend() async throws {
        try await Place.with { place in
            let shell = try await place.jobShell()
            let window = shell.session.window
            shell.start("skein --agent sh")
            try await FirstRun.walk(window, to: Self.name)
            window.send("\u{15}dev-stopped")
            try await window.wait(forText: "dev-stopped")
            for _ in 1...2 {
                window.send("\u{1A}")
                try await window.wait(for: "the shell") {
                    $0.text.hasSuffix(JobShell.prompt) && $0.isGivenBack
                }
                #expect(window.settings == shell.settings)
                shell.start("fg")
                try await window.wait(for: "the wizard") {
                    $0.screen.isAlternate && $0.screen.contains("dev-stopped")
                }
            }
        }
    }
}
