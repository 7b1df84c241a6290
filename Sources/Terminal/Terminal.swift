import CTerminalGuard
import Keys
import Surface
import Themes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The terminal in full-screen mode: it owns the tty from `open` to `resetTerminal`, shows grids,
/// and tells what the person and the system do. It knows cells, keys and colours; not what they
/// are about.
///
/// There is one at a time in a process. Nothing is written to the tty before the first `present`,
/// and nothing of ours after `resetTerminal`.
@MainActor
public final class Terminal {
    public let capabilities: Capabilities
    /// Called on the main actor for everything that happens, also from within `suspend`.
    public var onEvent: ((TerminalEvent) -> Void)?
    /// The window's size as last found out.
    public private(set) var size = Size(columns: 80, rows: 24)
    /// Whether the terminal is in full-screen mode, or will be with the next `present`.
    public var isOpen: Bool { screen != nil }

    let input: Int32
    let output: Int32
    var screen: Screen?
    var reader: InputReader?
    var requests: RequestReader?
    var resizing: ResizeTimer?
    /// Whether the input has been left to the program that comes after us.
    var isHandedOff = false
    /// Whether the terminal was asked something and has not answered yet.
    var awaitsAnswer = false
    private(set) var isShown = false
    var mustRepaint = false

    /// Whether the mouse is asked for; without it the terminal's own selection works as usual.
    let usesMouse: Bool
    /// Whether the first frame comes with the question how light the background is.
    private let asksBackground: Bool

    public init(
        capabilities: Capabilities, usesMouse: Bool = true, asksBackground: Bool = false,
        input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO
    ) {
        self.capabilities = capabilities
        self.usesMouse = usesMouse
        self.asksBackground = asksBackground
        self.input = input
        self.output = output
    }

    /// Takes the terminal: saves its settings, catches signals, sets raw mode and begins to read.
    /// Writes nothing; the alternate screen comes with the first `present`.
    public func open() throws(TerminalError) {
        guard screen == nil else { return }
        isHandedOff = false
        try takeTerminal()
        readInput()
    }

    /// Everything of `open` but the reading.
    func takeTerminal() throws(TerminalError) {
        try comeForward()
        let drawing = skein_guard_hold(output)
        guard drawing >= 0 else { throw .unavailable(errno: errno) }
        // Before ncurses, which catches only what nobody catches: it would end the process.
        skein_guard_catch_crashes()
        let descriptor = skein_guard_catch_requests()
        do throws(TerminalError) {
            guard descriptor >= 0 else { throw .unavailable(errno: errno) }
            screen = try Screen(capabilities: capabilities, input: input, drawing: drawing)
        } catch {
            resetTerminal()
            throw error
        }
        isShown = false
        awaitsAnswer = false
        size = windowSize()
        requests = RequestReader(descriptor: descriptor) { [weak self] in self?.heed($0) }
    }

    /// Shows a grid, sending only what changed since the last one: nothing, where nothing did.
    /// What lies outside the window is not shown. Ignored while the terminal is not open.
    public func present(_ grid: Grid, palette: Palette) {
        skein_guard_alternate_stack()
        guard let screen else { return }
        let isFirst = !isShown
        if isFirst { show() }
        screen.draw(grid, palette: palette, size: size, repaint: mustRepaint)
        mustRepaint = false
        guard isFirst, !isHandedOff else { return }
        screen.write(Modes.entering(capabilities.entry, mouse: usesMouse))
        guard asksBackground, capabilities.answersQueries else { return }
        screen.write(BackgroundReport.query)
        awaitsAnswer = true
    }

    /// Makes the terminal sound or flash.
    public func ringBell() {
        guard let screen, isShown else { return }
        screen.ring()
    }

    /// The one way out of full-screen mode, for every reason there is: the tty is as `open` found
    /// it, and nothing of ours is written to it afterwards. Harmless when done twice, or when the
    /// terminal is not open. A crash does the same through the guard.
    ///
    /// - Parameter discardingInput: true drops what has been typed and not read, so that mouse
    ///   reports do not reach the shell; false, for a hand-off, keeps it for the next program.
    public func resetTerminal(discardingInput: Bool = true) {
        reader?.cancel()
        reader = nil
        resizing?.cancel()
        resizing = nil
        if awaitsAnswer, discardingInput { readToAnswer(milliseconds: Self.lateAnswer) }
        if skein_guard_restore() != 0, discardingInput, isInForeground { tcflush(input, TCIFLUSH) }
        screen?.end()
        screen = nil
        isShown = false
        skein_guard_release_requests()
        // A request to end that came while this was done must not be lost.
        let missed = requests?.drain() ?? []
        requests?.cancel()
        requests = nil
        for signal in missed where [SIGINT, SIGTERM, SIGHUP].contains(signal) {
            Self.die(of: signal)
        }
    }

    /// The window's size was asked for again: everything must be drawn.
    func resize() {
        size = windowSize()
        mustRepaint = true
        onEvent?(.resized(size))
    }

    /// The guard must know what to undo before the first byte goes out.
    private func show() {
        let reset = Modes.leaving(capabilities.entry, rows: size.rows)
        skein_guard_show(reset, reset.count)
        isShown = true
    }

    private func windowSize() -> Size {
        var window = winsize()
        let result = ioctl(output, UInt(TIOCGWINSZ), &window)
        guard result == 0, window.ws_col > 0, window.ws_row > 0 else {
            return Size(columns: 80, rows: 24)
        }
        return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }
}
