import Dispatch
import Foundation
import Synchronization

/// A terminal's window, with a person in front of it: what is on the screen can be looked at, keys
/// can be typed, the window resized or closed. Waiting is for what is seen to happen, never for
/// time to pass.
public final class TerminalWindow: Sendable {
    public let pty: Pty
    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "terminal window")
    private let reading: Reading

    private struct State {
        var screen: VirtualTerminal
        var output: [UInt8] = []
        var exit: ProgramEnd?
        var isClosed = false
        var waiters: [UUID: Waiter] = [:]
    }

    private struct Waiter {
        let isSatisfied: @Sendable (Observed) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    /// What can be waited for.
    public struct Observed: Sendable {
        public let screen: VirtualTerminal
        /// Every byte written so far.
        public let output: [UInt8]
        /// How the program ended that was started here, if one was.
        public let exit: ProgramEnd?

        public var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// What was waited for did not happen; says what was there instead.
    public struct TimedOut: Error, CustomStringConvertible {
        public let expected: String
        public let observed: Observed

        public var description: String {
            """
            Waited in vain for \(expected). Exit: \(String(describing: observed.exit)). Screen:
            \(observed.screen.screenText)
            Output ends: \(observed.text.suffix(300).debugDescription)
            """
        }
    }

    public init(
        columns: Int = 80, rows: Int = 24, widths: VirtualTerminal.Widths = .clusters,
        answersQueries: Bool = true
    ) throws {
        let pty = try Pty(columns: columns, rows: rows)
        self.pty = pty
        var screen = VirtualTerminal(columns: columns, rows: rows, widths: widths)
        screen.answersQueries = answersQueries
        state = Mutex(State(screen: screen))
        reading = Reading(descriptor: pty.window, queue: queue)
        reading.start { [weak self] in self?.take($0) }
    }

    deinit { close() }

    // MARK: Looking

    public var observed: Observed { state.withLock { Self.observed($0) } }
    public var screen: VirtualTerminal { observed.screen }
    public var settings: TerminalSettings { pty.settings }

    /// Waits until `isSatisfied` holds, now or after anything that happens.
    @discardableResult
    public func wait(
        for expected: String, within limit: Duration = .seconds(10),
        until isSatisfied: @escaping @Sendable (Observed) -> Bool
    ) async throws -> Observed {
        let id = UUID()
        let milliseconds = Int(limit / .milliseconds(1))
        queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in
            self?.giveUp(id, expected)
        }
        try await withCheckedThrowingContinuation { continuation in
            let isNow = state.withLock { state in
                if isSatisfied(Self.observed(state)) { return true }
                state.waiters[id] = Waiter(isSatisfied: isSatisfied, continuation: continuation)
                return false
            }
            if isNow { continuation.resume() }
        }
        return observed
    }

    /// Waits until the screen shows all of the texts: a frame may come in parts, so what else it must
    /// show is waited for with what tells that it came.
    @discardableResult
    public func wait(
        forText texts: String..., within limit: Duration = .seconds(10)
    ) async throws -> VirtualTerminal {
        try await wait(forAll: texts, within: limit)
    }

    func wait(forAll texts: [String], within limit: Duration) async throws -> VirtualTerminal {
        try await wait(for: "\(texts)", within: limit) { observed in
            texts.allSatisfy(observed.screen.contains)
        }.screen
    }

    // MARK: Doing

    /// Types. Nothing is typed into a window that is closed.
    public func send(_ text: String) { send(Array(text.utf8)) }

    public func send(_ bytes: [UInt8]) {
        queue.async { self.reading.write(bytes) }
    }

    public func resize(columns: Int, rows: Int) {
        state.withLock { $0.screen.resize(columns: columns, rows: rows) }
        pty.resize(columns: columns, rows: rows)
    }

    /// Closes the window: the terminal is gone for everybody in it.
    public func close() {
        let wasOpen = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        if wasOpen { reading.close() }
    }

    /// The program that was started here has ended; what it wrote last is read first.
    func note(exit: ProgramEnd) {
        queue.async {
            self.reading.readAvailable()
            self.change { $0.exit = exit }
        }
    }

    // MARK: Happening

    private static func observed(_ state: borrowing State) -> Observed {
        Observed(screen: state.screen, output: state.output, exit: state.exit)
    }

    private func take(_ bytes: [UInt8]) {
        var replies: [UInt8] = []
        change { state in
            state.output += bytes
            state.screen.feed(bytes)
            replies = state.screen.takeReplies()
        }
        if !replies.isEmpty { reading.write(replies) }
    }

    private func change(_ body: (inout State) -> Void) {
        let satisfied = state.withLock { state in
            body(&state)
            let observed = Self.observed(state)
            let satisfied = state.waiters.filter { $0.value.isSatisfied(observed) }
            for id in satisfied.keys { state.waiters[id] = nil }
            return satisfied.values.map(\.continuation)
        }
        for continuation in satisfied { continuation.resume() }
    }

    private func giveUp(_ id: UUID, _ expected: String) {
        let (waiter, observed) = state.withLock { state in
            (state.waiters.removeValue(forKey: id), Self.observed(state))
        }
        waiter?.continuation.resume(throwing: TimedOut(expected: expected, observed: observed))
    }
}
