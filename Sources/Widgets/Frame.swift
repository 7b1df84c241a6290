import Surface
import Text

/// What every screen shares: the header at the top, the keys at the bottom, the body between; and
/// one line where the window is too small for any of it.
public struct Frame: Equatable, Sendable {
    /// Below this a screen says that it needs more room.
    public static let minimum = Size(columns: 40, rows: 12)

    public var header: Header
    public var keys: KeyLine
    /// Said above the keys and in need of no answer, as that a newer release is known.
    public var banner: Span?
    /// Whether it does without blank rows, for a screen that has more to show than to say.
    public var isDense: Bool

    public init(header: Header, keys: KeyLine, banner: Span? = nil, isDense: Bool = false) {
        self.header = header
        self.keys = keys
        self.banner = banner
        self.isDense = isDense
    }

    public static func isTooSmall(_ size: Size) -> Bool {
        size.columns < minimum.columns || size.rows < minimum.rows
    }

    /// Draws header and keys and returns the body, with a blank row and a margin around it where
    /// there is room. Nil where the window is too small: that is then all it says.
    public func draw(into grid: inout Grid, glyphs: Glyphs) -> Rect? {
        let area = grid.bounds
        guard !Self.isTooSmall(area.size) else {
            Self.sayTooSmall(&grid, glyphs)
            return nil
        }
        let parts = Self.parts(of: area, isDense: isDense)
        header.draw(into: &grid, in: parts.top, glyphs: glyphs)
        keys.draw(into: &grid, in: parts.bottom, glyphs: glyphs)
        guard let banner else { return parts.body }
        let (above, line) = parts.middle.splitBottom(1)
        grid.put(banner.text, row: 0, in: line, style: banner.style, glyphs: glyphs)
        return above
    }

    /// The body that `draw` returns where there is no banner; nil where the window is too small.
    public static func body(of size: Size, isDense: Bool = false) -> Rect? {
        isTooSmall(size) ? nil : parts(of: Rect(size), isDense: isDense).body
    }

    /// Header, keys, and what is between them, without and with the blank row above the keys.
    private static func parts(
        of area: Rect, isDense: Bool
    ) -> (top: Rect, body: Rect, middle: Rect, bottom: Rect) {
        // Blank rows are the first thing a small window does without.
        let edge = area.rows >= 20 && !isDense ? 1 : 0
        let gap = area.rows >= 16 && !isDense ? 1 : 0
        let inner = area.inset(columns: area.columns >= 60 ? 2 : 1, rows: edge)
        let (top, rest) = inner.splitTop(1)
        let (between, bottom) = rest.splitBottom(1)
        let middle = between.splitTop(gap).rest
        return (top, middle.splitBottom(gap).rest, middle, bottom)
    }

    private static func sayTooSmall(_ grid: inout Grid, _ glyphs: Glyphs) {
        let long =
            "Skein needs \(minimum.columns)x\(minimum.rows); this window is "
            + "\(grid.size.columns)x\(grid.size.rows)"
        let short = "needs \(minimum.columns)x\(minimum.rows)"
        let text = TextWidth.of(long) <= grid.size.columns ? long : short
        grid.put(text, row: 0, in: grid.bounds, style: Style(.warning), glyphs: glyphs)
    }
}
