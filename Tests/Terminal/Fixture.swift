import Foundation
import TestSupport

/// The program of `Tests/TerminalFixture` in a terminal.
enum Fixture {
    static let environment = [
        "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
    ]

    static let path = Products.path(of: "TerminalFixture")

    /// Started by itself, with its first frame on the screen.
    static func start(
        _ changes: [String: String] = [:], columns: Int = 80, rows: Int = 24,
        widths: VirtualTerminal.Widths = .clusters, answersQueries: Bool = true
    ) async throws -> TerminalSession {
        let session = try TerminalSession(
            [path], environment: environment.merging(changes) { $1 }.filter { !$0.value.isEmpty },
            columns: columns, rows: rows, widths: widths, answersQueries: answersQueries)
        try await ready(session.window)
        return session
    }

    /// Started in a shell with job control, its process id found out.
    static func startInShell(_ changes: [String: String] = [:]) async throws -> (
        JobShell, pid_t, JobShell.Command
    ) {
        let shell = try await JobShell.start(
            environment: environment.merging(changes) { $1 })
        let command = shell.start("sh -c 'echo pid=$$=; exec \"\(path)\"'")
        let observed = try await ready(shell.session.window)
        let digits = observed.text.split(separator: "pid=").last?.prefix { $0.isNumber } ?? ""
        return (shell, pid_t(digits) ?? -1, command)
    }

    /// The last mode that is switched on tells that everything is.
    @discardableResult
    static func ready(_ window: TerminalWindow) async throws -> TerminalWindow.Observed {
        try await window.wait(for: "the first frame") {
            $0.screen.contains("ready") && $0.screen.modes.isOn(2004)
        }
    }
}
