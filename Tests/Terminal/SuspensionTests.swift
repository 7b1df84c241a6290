import Foundation
import TestSupport
import Testing

@Suite("Stopping and going on", .serialized)
struct SuspensionTests {
    enum Way: Sendable, CaseIterable { case key, signal }

    @Test(
        "while stopped the terminal is the shell's; fg brings everything back",
        arguments: Way.allCases)
    func stopAndContinue(_ way: Way) async throws {
        let (shell, process, first) = try await Fixture.startInShell()
        var command = first
        let descriptors = ProcessFacts.openDescriptors(process)
        let session = shell.session
        for round in 1...2 {
            switch way {
            case .key: session.send("\u{1A}")
            case .signal: kill(process, SIGTSTP)
            }
            try await session.wait(for: "the shell's prompt") {
                $0.text.hasSuffix(JobShell.prompt) && $0.screen.leftovers.isEmpty
            }
            #expect(session.screen.contains("Stopped"))
            #expect(session.settings == shell.settings)

            command = shell.start("fg")
            try await session.wait(for: "the program") {
                $0.screen.isAlternate
                    && $0.screen.screenText.components(separatedBy: "resumed").count == round + 1
            }
            #expect(!session.settings.isCooked)
            #expect(ProcessFacts.openDescriptors(process) == descriptors)
        }
        session.send("q")
        #expect(try await shell.status(of: command) == 0)
        #expect(session.settings == shell.settings)
        #expect(session.screen.leftovers == [])
    }

    @Test("a window resized meanwhile is drawn at its new size")
    func resizeWhileStopped() async throws {
        let (shell, _, _) = try await Fixture.startInShell()
        shell.session.send("\u{1A}")
        try await shell.waitForStop()
        shell.session.resize(columns: 60, rows: 12)
        let command = shell.start("fg")
        try await shell.session.wait(forText: "size 60x12")
        try await shell.session.wait(forText: "resumed")
        shell.session.send("q")
        #expect(try await shell.status(of: command) == 0)
        #expect(shell.session.screen.leftovers == [])
    }

    @Test("settings changed while stopped are the ones that come back")
    func settingsChangedMeanwhile() async throws {
        let (shell, _, _) = try await Fixture.startInShell()
        shell.session.send("\u{1A}")
        try await shell.waitForStop()
        try await shell.status(of: shell.start("stty intr ^G"))
        let changed = shell.session.settings
        #expect(changed != shell.settings)
        let command = shell.start("fg")
        try await shell.session.wait(forText: "resumed")
        shell.session.send("q")
        #expect(try await shell.status(of: command) == 0)
        #expect(shell.session.settings == changed)
    }

    @Test("after SIGSTOP, which nobody can catch, fg repaints and the end is clean")
    func uncatchableStop() async throws {
        let (shell, process, _) = try await Fixture.startInShell()
        kill(process, SIGSTOP)
        try await shell.waitForStop()
        let command = shell.start("fg")
        try await shell.session.wait(forText: "resumed")
        #expect(!shell.session.settings.isCooked)
        shell.session.send("q")
        #expect(try await shell.status(of: command) == 0)
        #expect(shell.session.settings == shell.settings)
        #expect(shell.session.screen.leftovers == [])
    }

    @Test("started in the background it waits to be brought forward and has touched nothing")
    func startInBackground() async throws {
        let shell = try await JobShell.start(environment: Fixture.environment)
        shell.session.send("\"\(Fixture.path)\" &\n")
        shell.session.send("wait\n")
        try await shell.session.wait(for: "a stop") { $0.text.contains("Stopped") }
        #expect(shell.session.settings == shell.settings)
        #expect(shell.session.screen.leftovers == [])
        shell.start("fg")
        try await Fixture.ready(shell.session.window)
        shell.session.send("q")
        try await shell.session.wait(forText: "left")
        #expect(shell.session.screen.leftovers == [])
    }

    @Test("ended while stopped, it leaves the shell's terminal alone")
    func endWhileStopped() async throws {
        let (shell, process, _) = try await Fixture.startInShell()
        shell.session.send("\u{1A}")
        try await shell.waitForStop()
        kill(process, SIGTERM)
        kill(process, SIGCONT)
        shell.session.send("while jobs %1; do wait %1; done; echo go''ne\n")
        try await shell.session.wait(for: "the end") { $0.text.contains("gone") }
        #expect(shell.session.settings == shell.settings)
        #expect(shell.session.screen.leftovers == [])
    }
}
