import Surface
import Text

/// A run of text in one style.
public struct Span: Equatable, Sendable {
    public var text: String
    public var style: Style

    public init(_ text: String, _ role: Role = .text, _ emphasis: Style.Emphasis = []) {
        self.text = text
        style = Style(role, emphasis)
    }

    public var columns: Int { TextWidth.of(text) }
}

extension Grid {
    /// Writes spans one after another and returns the columns they took. Where they need more than
    /// `maxColumns`, the one that crosses the end is cut with `ellipsis`.
    @discardableResult
    public mutating func put(
        _ spans: [Span], at point: Point, maxColumns: Int, ellipsis: String
    ) -> Int {
        var left = min(maxColumns, size.columns - point.column)
        var column = point.column
        for (index, span) in spans.enumerated() {
            guard left > 0 else { break }
            let rest = spans[(index + 1)...]
            var text = Fitting.end(span.text, columns: left, ellipsis: ellipsis)
            if text == span.text, span.columns == left, rest.contains(where: { $0.columns > 0 }) {
                text = Fitting.end(span.text + ellipsis, columns: left, ellipsis: ellipsis)
            }
            let used = put(
                text, at: Point(column: column, row: point.row), style: span.style,
                maxColumns: left)
            column += used
            left -= used
            if text != span.text { break }
        }
        return column - point.column
    }

    /// Writes one text in a row of an area, cut with an ellipsis at the area's side.
    mutating func put(
        _ text: String, row: Int, in area: Rect, style: Style, glyphs: Glyphs, from column: Int = 0
    ) {
        guard row < area.rows else { return }
        put(
            Fitting.end(text, columns: area.columns - column, ellipsis: glyphs.ellipsis),
            at: Point(column: area.column + column, row: area.row + row), style: style)
    }
}
