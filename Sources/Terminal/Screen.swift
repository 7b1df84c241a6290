import CNcurses
import Surface
import Themes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One ncurses screen: it takes grids and sends what changed. It knows no modes but ncurses' own,
/// and how to end ncurses without letting it write.
@MainActor
final class Screen {
    private let screen: OpaquePointer
    private let window: UnsafeMutablePointer<WINDOW>
    private let output: UnsafeMutablePointer<FILE>
    private let input: UnsafeMutablePointer<FILE>
    private var painter: CellPainter
    private var shown: Grid?
    private var paint: Palette?
    private var cursorIsVisible: Bool?

    /// Puts the terminal into raw mode. Writes nothing: ncurses waits for the first frame.
    init(
        capabilities: Terminal.Capabilities, input inputDescriptor: Int32, drawing: Int32
    ) throws(TerminalError) {
        let entry = capabilities.entry
        // Streams of their own, so that 0 and 1 stay as they are.
        output = try Self.stream(drawing, "w")
        do throws(TerminalError) {
            input = try Self.stream(fcntl(inputDescriptor, F_DUPFD_CLOEXEC, 3), "r")
        } catch {
            fclose(output)
            throw error
        }
        // The window's size comes from the terminal alone, not from LINES and COLUMNS.
        use_env(false)
        use_tioctl(true)
        guard let screen = Self.open(entry, output: output, input: input) else {
            fclose(output)
            fclose(input)
            throw .unusable(name: entry.name)
        }
        self.screen = screen
        window = curses_standard_window()
        raw()
        noecho()
        nonl()
        // Otherwise ncurses breaks off a frame when a key is waiting.
        typeahead(-1)
        var hasDefaultColors = false
        if capabilities.depth != .none {
            start_color()
            hasDefaultColors = use_default_colors() == OK
        }
        painter = CellPainter(
            isUnicode: capabilities.isUnicode, hasDefaultColors: hasDefaultColors,
            isDirect: entry.isDirect)
    }

    /// Sends what changed since the last frame; nothing, if nothing did.
    func draw(_ grid: Grid, palette: Palette, size: Size, repaint: Bool) {
        if getmaxy(window) != size.rows || getmaxx(window) != size.columns {
            resize_term(Int32(size.rows), Int32(size.columns))
            shown = nil
        }
        if repaint {
            clearok(curses_current_screen(), true)
            shown = nil
        }
        if paint?.theme != palette.theme || paint?.depth != palette.depth {
            paint = palette
            shown = nil
        }
        guard shown != grid else { return }
        if shown == nil { werase(window) }
        let diff = GridDiff(from: shown ?? erased(grid.size, palette), to: grid)
        for run in diff.runs where run.origin.row < size.rows {
            put(run, columns: size.columns, palette: palette)
        }
        shown = grid
        place(grid.cursor, size: size)
        wnoutrefresh(window)
        doupdate()
    }

    func ring() { beep() }

    /// Bytes beside those of ncurses, which has flushed its own.
    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Posix.write(fileno(output), $0) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                return
            }
        }
    }

    /// Ends ncurses. To be called after the guard has given the terminal back and turned the
    /// descriptor to draw on away from it: so ncurses' own parting bytes, which would undo that,
    /// go nowhere.
    func end() {
        endwin()
        delscreen(screen)
        fclose(output)
        fclose(input)
    }

    /// What is there after erasing: blanks, where a blank is painted as the terminal erases.
    private func erased(_ size: Size, _ palette: Palette) -> Grid {
        let isBlank = palette.paint(for: Cell.blank.style) == CellPaint()
        return Grid(isBlank ? size : Size(columns: 0, rows: 0))
    }

    private func put(_ run: GridDiff.Run, columns: Int, palette: Palette) {
        var cells: [cchar_t] = []
        var column = run.origin.column
        for cell in run.cells where !cell.isContinuation {
            guard column + cell.width <= columns else { break }
            painter.append(cell, paint: palette.paint(for: cell.style), to: &cells)
            column += cell.width
        }
        mvwadd_wchnstr(
            window, Int32(run.origin.row), Int32(run.origin.column), cells, Int32(cells.count))
    }

    private func place(_ cursor: Point?, size: Size) {
        let isVisible = cursor.map(Rect(size).contains) ?? false
        leaveok(window, !isVisible)
        if let cursor, isVisible { wmove(window, Int32(cursor.row), Int32(cursor.column)) }
        if cursorIsVisible != isVisible {
            curs_set(isVisible ? 1 : 0)
            cursorIsVisible = isVisible
        }
    }

    /// A derived entry is handed over in `TERMINFO`, for the length of this call only.
    private static func open(
        _ entry: TerminfoEntry, output: UnsafeMutablePointer<FILE>,
        input: UnsafeMutablePointer<FILE>
    ) -> OpaquePointer? {
        if entry.isStored { return curses_open(entry.name, output, input) }
        let before = getenv("TERMINFO").map { String(cString: $0) }
        setenv("TERMINFO", entry.environmentValue, 1)
        defer {
            if let before { setenv("TERMINFO", before, 1) } else { unsetenv("TERMINFO") }
        }
        return curses_open(entry.name, output, input)
    }

    private static func stream(
        _ descriptor: Int32, _ mode: String
    ) throws(TerminalError) -> UnsafeMutablePointer<FILE> {
        guard descriptor >= 0, let stream = fdopen(descriptor, mode) else {
            let error = errno
            close(descriptor)
            throw .unavailable(errno: error)
        }
        return stream
    }
}
