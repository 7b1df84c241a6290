/// A terminal emulator without a window: it is fed what a program writes and knows what a person
/// would then see, and which modes are on. It follows ECMA-48 and xterm's "ctlseqs" as far as
/// full-screen programs go, and shares no code with what it judges.
public struct VirtualTerminal: Sendable, Equatable, CustomStringConvertible {
    /// How a terminal counts columns of emoji sequences; programs must look right on both.
    public enum Widths: Sendable { case codePoints, clusters }

    public internal(set) var columns: Int
    public internal(set) var rows: Int
    /// The cursor's place, from 0.
    public internal(set) var cursor = Place()
    public internal(set) var modes = Modes()
    public internal(set) var pen = Pen()
    /// How often the bell rang.
    public internal(set) var bells = 0
    public internal(set) var title = ""
    /// Titles saved and not brought back.
    public internal(set) var titleStack: [String] = []
    /// Sequences that it did not understand, as text.
    public internal(set) var unknown: [String] = []
    /// Answers to queries, to be sent to the program: `takeReplies`.
    var replies: [UInt8] = []
    /// Whether it answers at all; a few terminals do not.
    public var answersQueries = true

    var widths: Widths
    var main: Screen
    var alternate: Screen
    var saved = SavedCursor()
    var savedOnMain = SavedCursor()
    var parser = Parser()
    var wrapsNext = false
    var region: ClosedRange<Int>
    var tabStops: Set<Int>
    var charsets = Charsets()

    public init(columns: Int = 80, rows: Int = 24, widths: Widths = .clusters) {
        self.columns = columns
        self.rows = rows
        self.widths = widths
        main = Screen(columns: columns, rows: rows)
        alternate = main
        region = 0...(rows - 1)
        tabStops = Set(stride(from: 8, to: columns, by: 8))
    }

    public struct Place: Sendable, Equatable {
        public var column: Int
        public var row: Int

        public init(column: Int = 0, row: Int = 0) {
            self.column = column
            self.row = row
        }
    }

    /// One column of the screen. The right half of a wide character has the width 0 and no text.
    public struct Cell: Sendable, Equatable {
        public var text = " "
        public var width = 1
        public var pen = Pen()
    }

    public enum Color: Sendable, Equatable {
        case standard
        case indexed(Int)
        case rgb(Int, Int, Int)
    }

    /// What the next character will look like.
    public struct Pen: Sendable, Equatable, CustomStringConvertible {
        public var foreground = Color.standard
        public var background = Color.standard
        /// Numbers of SGR that are on: 1 bold, 2 dim, 3 italic, 4 underline, 5 blink, 7 reverse, 8
        /// hidden, 9 struck out.
        public var attributes: Set<Int> = []
        public var hyperlink = ""

        public var description: String {
            "\(foreground) on \(background) \(attributes.sorted()) \(hyperlink)"
        }
    }

    struct Screen: Sendable, Equatable {
        var lines: [[Cell]]

        init(columns: Int, rows: Int) {
            lines = Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
        }
    }

    struct SavedCursor: Sendable, Equatable {
        var cursor = Place()
        var pen = Pen()
        var charsets = Charsets()
        var isOrigin = false
    }

    /// G0 and G1: whether each holds line drawing; and which is in use.
    struct Charsets: Sendable, Equatable {
        var isDrawing = [false, false]
        var inUse = 0
    }

    // MARK: Looking

    public var isAlternate: Bool { modes.isOn(1049) }

    public func cell(column: Int, row: Int) -> Cell { screen.lines[row][column] }

    /// A row's text without the blanks at its end.
    public func line(_ row: Int) -> String {
        var text = screen.lines[row].map(\.text).joined()
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    /// Every row, a newline after each, without the empty ones at the end.
    public var screenText: String {
        var lines = (0..<rows).map(line)
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    public func contains(_ text: String) -> Bool { text.isEmpty || screenText.contains(text) }

    public var description: String { screenText }

    /// What is not as a terminal is found: nothing, after a program that cleans up.
    public var leftovers: [String] {
        var leftovers = modes.leftovers
        if pen != Pen() { leftovers.append("attributes \(pen)") }
        if region != 0...(rows - 1) { leftovers.append("scroll region \(region)") }
        if charsets != Charsets() { leftovers.append("charset \(charsets)") }
        if !titleStack.isEmpty { leftovers.append("titles \(titleStack)") }
        if parser != Parser() { leftovers.append("an unfinished sequence") }
        return leftovers
    }

    // MARK: Being told

    public mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { take(byte) }
    }

    public mutating func feed(_ text: String) { feed(Array(text.utf8)) }

    /// What the terminal would send to the program by itself.
    public mutating func takeReplies() -> [UInt8] {
        defer { replies = [] }
        return answersQueries ? replies : []
    }

    /// The window's size changed; text is cut off, not reflowed.
    public mutating func resize(columns: Int, rows: Int) {
        for screen in [\Self.main, \Self.alternate] {
            self[keyPath: screen].lines = (0..<rows).map { row in
                var line = row < self.rows ? self[keyPath: screen].lines[row] : []
                while line.count < columns { line.append(Cell()) }
                return Array(line.prefix(columns))
            }
        }
        self.columns = columns
        self.rows = rows
        region = 0...(rows - 1)
        tabStops = Set(stride(from: 8, to: columns, by: 8))
        cursor.column = min(cursor.column, columns - 1)
        cursor.row = min(cursor.row, rows - 1)
        wrapsNext = false
    }

    var screen: Screen {
        get { isAlternate ? alternate : main }
        set { if isAlternate { alternate = newValue } else { main = newValue } }
    }
}
