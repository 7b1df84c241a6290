import Surface
import Text

/// Lines of styled text that can be scrolled, each cut at the side.
public struct Lines: Equatable, Sendable {
    public var lines: [[Span]]
    /// Lines scrolled over; never past the end.
    public var offset: Int

    public init(_ lines: [[Span]], offset: Int = 0) {
        self.lines = lines
        self.offset = offset
    }

    /// How far so many lines can be scrolled in so many rows.
    public func limit(rows: Int) -> Int { max(0, lines.count - rows) }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        let first = min(max(0, offset), limit(rows: area.rows))
        for (row, spans) in lines.dropFirst(first).prefix(area.rows).enumerated() {
            grid.put(
                spans, at: Point(column: area.column, row: area.row + row),
                maxColumns: area.columns, ellipsis: glyphs.ellipsis)
        }
    }
}
