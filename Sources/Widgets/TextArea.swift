import Surface
import Text

/// A field of several lines to type in. What does not fit is scrolled so that the cursor shows.
public struct TextArea: Equatable, Sendable {
    public var area: FieldArea
    public var placeholder: String
    public var isFocused: Bool

    public init(_ area: FieldArea, placeholder: String = "", isFocused: Bool = true) {
        self.area = area
        self.placeholder = placeholder
        self.isFocused = isFocused
    }

    /// The columns that text has in a field of so many.
    public static func textColumns(_ columns: Int) -> Int { max(1, columns - margin(columns) * 2) }

    /// On each side; the cursor after the last column stands in it.
    private static func margin(_ columns: Int) -> Int { columns > 4 ? 1 : 0 }

    public func draw(into grid: inout Grid, in place: Rect, glyphs: Glyphs) {
        guard !place.isEmpty else { return }
        let inner = place.inset(columns: Self.margin(place.columns))
        guard !area.isEmpty else {
            grid.fill(place, style: Style(.placeholder))
            grid.put(placeholder, row: 0, in: inner, style: Style(.placeholder), glyphs: glyphs)
            if isFocused { grid.cursor = inner.origin }
            return
        }
        grid.fill(place, style: Style(.field))
        let window = window(columns: Self.textColumns(place.columns), rows: place.rows)
        for (row, text) in window.rows.enumerated() {
            grid.put(
                text, at: Point(column: inner.column, row: inner.row + row), style: Style(.field),
                maxColumns: inner.columns)
        }
        let side = place.endColumn - 1
        // What is scrolled out of sight is hinted at in the margin.
        if window.isMoreAbove {
            grid.put(glyphs.up, at: Point(column: side, row: place.row), style: Style(.placeholder))
        }
        if window.isMoreBelow {
            grid.put(
                glyphs.down, at: Point(column: side, row: place.endRow - 1),
                style: Style(.placeholder))
        }
        if isFocused {
            grid.cursor = Point(
                column: inner.column + window.cursor.column, row: inner.row + window.cursor.row)
        }
    }

    struct Window: Equatable {
        var rows: [String]
        var cursor: Point
        var isMoreAbove: Bool
        var isMoreBelow: Bool
    }

    /// The rows to show: from the first one while all up to the cursor fits, else those that end
    /// with the cursor's. Only lines near the cursor are looked at.
    func window(columns: Int, rows height: Int) -> Window {
        let own = FieldArea.rows(of: area.lines[area.line], columns: columns)
        let cursorRow = area.cursorRow(own)
        var above = own[...cursorRow].map(\.text)
        var first = area.line
        while above.count < height, first > 0 {
            first -= 1
            above = FieldArea.rows(of: area.lines[first], columns: columns).map(\.text) + above
        }
        var below = own[(cursorRow + 1)...].map(\.text)
        var next = area.line + 1
        while above.count + below.count < height, next < area.lines.count {
            below += FieldArea.rows(of: area.lines[next], columns: columns).map(\.text)
            next += 1
        }
        let shownAbove = above.suffix(height)
        let shownBelow = below.prefix(max(0, height - shownAbove.count))
        return Window(
            rows: Array(shownAbove) + Array(shownBelow),
            cursor: Point(
                column: area.width(of: own[cursorRow], to: area.cursor),
                row: max(0, shownAbove.count - 1)),
            isMoreAbove: first > 0 || above.count > shownAbove.count,
            isMoreBelow: next < area.lines.count || below.count > shownBelow.count)
    }
}
