import Surface
import Text

/// Text wrapped at spaces to the width it is given.
public struct Paragraph: Equatable, Sendable {
    public var text: String
    public var style: Style

    public init(_ text: String, _ role: Role = .text, _ emphasis: Style.Emphasis = []) {
        self.text = text
        style = Style(role, emphasis)
    }

    /// Rows it takes in so many columns.
    public func height(columns: Int) -> Int {
        Fitting.lines(text, columns: columns).count
    }

    /// Draws as many lines as fit, the last one cut with an ellipsis where there are more, and
    /// returns how many it drew.
    @discardableResult
    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) -> Int {
        let lines = Fitting.lines(
            text, columns: area.columns, maxLines: area.rows, ellipsis: glyphs.ellipsis)
        for (row, line) in lines.enumerated() {
            grid.put(line, row: row, in: area, style: style, glyphs: glyphs)
        }
        return lines.count
    }
}
