import Foundation
import Synchronization

/// A real shell with job control in a terminal, for what only a shell can do: stop a program, bring
/// it back, show that the terminal is as it was.
public final class JobShell: Sendable {
    public let session: TerminalSession
    /// The line discipline before anything was run.
    public let settings: TerminalSettings
    private let commands = Mutex(0)

    private init(_ session: TerminalSession) {
        self.session = session
        settings = session.settings
    }

    /// What the shell writes when it waits for a command.
    public static let prompt = "ready$ "

    /// Starts bash without line editing, so that its terminal is as any program's.
    public static func start(
        environment: [String: String], columns: Int = 80, rows: Int = 24
    ) async throws -> JobShell {
        var environment = environment
        environment["PS1"] = prompt
        environment["HISTFILE"] = "/dev/null"
        environment["BASH_SILENCE_DEPRECATION_WARNING"] = "1"
        let session = try TerminalSession(
            ["/bin/bash", "--norc", "--noprofile", "--noediting", "-i"], environment: environment,
            columns: columns, rows: rows)
        try await session.wait(for: "a prompt") { $0.text.hasSuffix(prompt) }
        return JobShell(session)
    }

    /// A command that was given to the shell.
    public struct Command: Sendable {
        let number: Int
        var mark: String { "[\(number):" }
    }

    /// Runs a line in the foreground. The prompt after it tells which command ended and how, as
    /// `[1:0] ready$ `.
    @discardableResult
    public func start(_ line: String) -> Command {
        let command = Command(
            number: commands.withLock { count in
                count += 1
                return count
            })
        session.send("\(line); PS1=\"\(command.mark)$?] \(Self.prompt)\"\n")
        return command
    }

    /// Waits for the prompt after a command, and returns the command's exit status.
    @discardableResult
    public func status(
        of command: Command, within limit: Duration = .seconds(10)
    ) async throws -> Int32? {
        let observed = try await session.wait(for: "the prompt after command", within: limit) {
            Self.status(of: command, $0) != nil
        }
        return Self.status(of: command, observed)
    }

    private static func status(
        of command: Command, _ observed: TerminalWindow.Observed
    ) -> Int32? {
        let text = observed.text
        guard text.hasSuffix("] \(prompt)"), let open = text.lastIndex(of: "["),
            text[open...].hasPrefix(command.mark)
        else { return nil }
        return Int32(text[open...].dropFirst(command.mark.count).prefix { $0 != "]" })
    }

    /// Waits until the shell has the terminal because the job was stopped.
    public func waitForStop(within limit: Duration = .seconds(10)) async throws {
        try await session.wait(for: "a stopped job", within: limit) {
            $0.text.contains("Stopped") && $0.text.hasSuffix(Self.prompt)
        }
    }
}
