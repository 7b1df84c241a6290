import Surface
import Text

/// A box with a title in its upper line and a note in its lower one.
public struct Card: Equatable, Sendable {
    public var title: String
    public var note: String
    public var role: Role
    /// What is drawn inside keeps this many columns from the sides.
    public var padding: Int

    public init(title: String = "", note: String = "", role: Role = .border, padding: Int = 1) {
        self.title = title
        self.note = note
        self.role = role
        self.padding = padding
    }

    /// What is left of an area inside the box.
    public func interior(of area: Rect) -> Rect {
        area.inset(columns: 1 + padding, rows: 1)
    }

    /// Draws the box, blanks what is in it, and returns its interior.
    @discardableResult
    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) -> Rect {
        guard area.columns >= 2, area.rows >= 2 else { return interior(of: area) }
        let style = Style(role)
        let box = glyphs.box
        grid.fill(area, style: Style(.text))
        let inner = area.inset(columns: 1, rows: 1)
        let last = area.endRow - 1
        let right = area.endColumn - 1
        for row in [area.row, last] {
            let line = Rect(column: inner.column, row: row, columns: inner.columns, rows: 1)
            grid.fill(line, with: box.horizontal, style: style)
        }
        for column in [area.column, right] {
            let line = Rect(column: column, row: inner.row, columns: 1, rows: inner.rows)
            grid.fill(line, with: box.vertical, style: style)
        }
        grid.put(box.topLeft, at: area.origin, style: style)
        grid.put(box.topRight, at: Point(column: right, row: area.row), style: style)
        grid.put(box.bottomLeft, at: Point(column: area.column, row: last), style: style)
        grid.put(box.bottomRight, at: Point(column: right, row: last), style: style)
        caption(title, Style(.title), row: area.row, flush: .leading, &grid, area, glyphs)
        caption(note, Style(.muted), row: last, flush: .trailing, &grid, area, glyphs)
        return interior(of: area)
    }

    /// A text in a line of the box, with a blank on each side.
    private func caption(
        _ text: String, _ style: Style, row: Int, flush side: Fitting.Side, _ grid: inout Grid,
        _ area: Rect, _ glyphs: Glyphs
    ) {
        let room = area.columns - 6
        guard !text.isEmpty, room > 0 else { return }
        let cut = " \(Fitting.end(text, columns: room, ellipsis: glyphs.ellipsis)) "
        let column =
            side == .leading ? area.column + 2 : area.endColumn - 2 - TextWidth.of(cut)
        grid.put(cut, at: Point(column: column, row: row), style: style)
    }
}
