import Foundation
import TestSupport

/// Skein in a terminal.
extension Place {
    /// Skein by itself, in a window of its own.
    func window(
        _ words: [String] = [], columns: Int = 80, rows: Int = 24,
        adding changes: [String: String] = [:]
    ) throws -> TerminalSession {
        try TerminalSession(
            [Command.path] + words, environment: environment.merging(changes) { $1 },
            columns: columns, rows: rows, directory: work)
    }

    /// A shell with job control, in the directory of this place; `skein` is ours.
    func jobShell(columns: Int = 80, rows: Int = 24) async throws -> JobShell {
        try FileManager.default.createSymbolicLink(
            atPath: bin + "/skein", withDestinationPath: Command.path)
        var environment = environment
        environment["PATH"] = bin + ":/usr/bin:/bin"
        let shell = try await JobShell.start(
            environment: environment, columns: columns, rows: rows)
        try await shell.status(of: shell.start("cd \(work)"))
        return shell
    }
}

/// What a person reads on each screen of an empty home's first run, and what Enter then takes.
enum FirstRun {
    static let screens = [
        "Continue", "Who are you to your meshes?", "Which mesh does this agent join?",
        "What do other peers call it?", "What does it do here?", "Launch",
    ]

    /// Takes the offered answer of every screen before `last`, and stands on that one.
    @discardableResult
    static func walk(_ window: TerminalWindow, to last: String = "Launch") async throws
        -> VirtualTerminal
    {
        for screen in screens {
            let seen = try await window.wait(for: screen) {
                $0.screen.contains(screen) && $0.screen.isAlternate && $0.screen.modes.isOn(2004)
            }
            if screen == last { return seen.screen }
            window.send("\r")
        }
        return window.screen
    }
}

extension TerminalWindow.Observed {
    /// Whether the terminal is as a shell has it.
    var isGivenBack: Bool { screen.leftovers.isEmpty && !screen.isAlternate }
}
