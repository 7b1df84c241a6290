import Surface

/// How many colours a terminal shows. Who asks the terminal decides; this room only projects.
public enum ColorDepth: Int, CaseIterable, Comparable, Sendable {
    /// Emphasis only: `NO_COLOR`, or a terminal without colours.
    case none = 0
    /// The eight of ECMA-48.
    case colors8 = 8
    /// Those and their bright twins.
    case colors16 = 16
    /// xterm's table: 16, a 6x6x6 cube, 24 greys.
    case colors256 = 256
    case trueColor = 16_777_216

    public static func < (left: ColorDepth, right: ColorDepth) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// A colour as a terminal is told it.
public enum TerminalColor: Equatable, Hashable, Sendable {
    /// The terminal's own foreground or background.
    case `default`
    /// A place in xterm's table of 256.
    case indexed(UInt8)
    case rgb(RGB)
}

/// What a cell looks like on a terminal of a known depth.
public struct CellPaint: Equatable, Hashable, Sendable {
    public var foreground: TerminalColor
    public var background: TerminalColor
    public var emphasis: Style.Emphasis

    public init(
        foreground: TerminalColor = .default, background: TerminalColor = .default,
        emphasis: Style.Emphasis = []
    ) {
        self.foreground = foreground
        self.background = background
        self.emphasis = emphasis
    }
}
