import Surface
import Text

/// Two panes in one area with a line between them: side by side, or one above the other.
public struct Split: Equatable, Sendable {
    public enum Direction: Equatable, Sendable { case columns, rows }

    public var direction: Direction
    /// The first pane's part of the area, in hundredths.
    public var percent: Int
    /// Neither pane is made smaller than this; where both cannot be kept, the second one goes.
    public var minimum: Int

    public init(_ direction: Direction, percent: Int, minimum: Int = 10) {
        self.direction = direction
        self.percent = min(max(0, percent), 100)
        self.minimum = max(1, minimum)
    }

    /// The two panes and the line between them; the last two are empty where there is room for one.
    public func parts(of area: Rect) -> (first: Rect, line: Rect, second: Rect) {
        let length = direction == .columns ? area.columns : area.rows
        guard length >= 2 * minimum + 1 else {
            let nothing = Rect(column: area.endColumn, row: area.endRow, columns: 0, rows: 0)
            return (area, nothing, nothing)
        }
        let first = min(max(minimum, length * percent / 100), length - 1 - minimum)
        switch direction {
        case .columns:
            let (left, rest) = area.splitLeft(first)
            let (line, right) = rest.splitLeft(1)
            return (left, line, right)
        case .rows:
            let (top, rest) = area.splitTop(first)
            let (line, bottom) = rest.splitTop(1)
            return (top, line, bottom)
        }
    }

    /// Draws the line and returns the panes; the second is empty where there is no room for it.
    @discardableResult
    public func draw(
        into grid: inout Grid, in area: Rect, glyphs: Glyphs
    ) -> (first: Rect, second: Rect) {
        let (first, line, second) = parts(of: area)
        let stroke = direction == .columns ? glyphs.box.vertical : glyphs.box.horizontal
        grid.fill(line, with: stroke, style: Style(.border))
        return (first, second)
    }
}
