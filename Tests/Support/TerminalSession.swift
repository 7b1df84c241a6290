import Foundation

/// A program in a terminal of its own, as the foreground of a new session.
public final class TerminalSession: Sendable {
    public let process: pid_t
    public let window: TerminalWindow
    /// The line discipline before the program was started.
    public let settingsBefore: TerminalSettings

    /// Starts a program.
    ///
    /// - Parameter environment: all of it; nothing is inherited.
    public init(
        _ arguments: [String], environment: [String: String], columns: Int = 80, rows: Int = 24,
        widths: VirtualTerminal.Widths = .clusters, answersQueries: Bool = true,
        directory: String? = nil
    ) throws {
        window = try TerminalWindow(
            columns: columns, rows: rows, widths: widths, answersQueries: answersQueries)
        settingsBefore = window.settings
        process = try ChildProcess.spawn(
            arguments, environment: environment, terminal: window.pty.path, directory: directory)
        ChildProcess.whenEnded(process) { [weak window] in window?.note(exit: $0) }
    }

    deinit { end() }

    public var observed: TerminalWindow.Observed { window.observed }
    public var screen: VirtualTerminal { window.screen }
    public var settings: TerminalSettings { window.settings }

    /// Waits until `isSatisfied` holds, now or after anything that happens.
    @discardableResult
    public func wait(
        for expected: String, within limit: Duration = .seconds(10),
        until isSatisfied: @escaping @Sendable (TerminalWindow.Observed) -> Bool
    ) async throws -> TerminalWindow.Observed {
        try await window.wait(for: expected, within: limit, until: isSatisfied)
    }

    /// Waits until the screen shows all of the texts.
    @discardableResult
    public func wait(
        forText texts: String..., within limit: Duration = .seconds(10)
    ) async throws -> VirtualTerminal {
        try await window.wait(forAll: texts, within: limit)
    }

    /// Waits for the program's end, and what it wrote up to then.
    @discardableResult
    public func waitForExit(within limit: Duration = .seconds(10)) async throws -> ProgramEnd? {
        try await window.wait(for: "the program's end", within: limit) { $0.exit != nil }.exit
    }

    public func send(_ text: String) { window.send(text) }
    public func send(_ bytes: [UInt8]) { window.send(bytes) }
    public func resize(columns: Int, rows: Int) { window.resize(columns: columns, rows: rows) }
    public func signal(_ number: Int32) { kill(process, number) }

    /// Ends everything in the session and closes its window.
    public func end() {
        if observed.exit == nil {
            kill(-process, SIGKILL)
            kill(process, SIGKILL)
        }
        window.close()
    }
}
