import Surface
import Text

/// Every key and what it does, in as many columns as fit: the content of Help.
public struct KeyTable: Equatable, Sendable {
    public var hints: [KeyHint]
    /// Rows scrolled over.
    public var offset: Int

    public init(_ hints: [KeyHint], offset: Int = 0) {
        self.hints = hints
        self.offset = offset
    }

    /// What it needs to show everything at once in at most so many columns.
    public func size(columns: Int, glyphs: Glyphs) -> Size {
        let width = entryWidth(glyphs)
        let across = across(columns, width)
        return Size(
            columns: min(columns, across * (width + Self.gap) - Self.gap),
            rows: (hints.count + across - 1) / across)
    }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty, !hints.isEmpty else { return }
        let width = entryWidth(glyphs)
        let across = across(area.columns, width)
        let rows = (hints.count + across - 1) / across
        let first = ScrollWindow.offset(
            selected: nil, count: rows, visible: area.rows, current: offset)
        let keys = keyWidth(glyphs)
        for (index, hint) in hints.enumerated() {
            // Down the first column, then down the next.
            let row = index % rows - first
            guard row >= 0, row < area.rows else { continue }
            let column = (index / rows) * (width + Self.gap)
            grid.put(
                [
                    Span(Fitting.exactly(glyphs.key(hint.key), columns: keys), .key),
                    Span("  "), Span(hint.label),
                ], at: Point(column: area.column + column, row: area.row + row),
                maxColumns: min(width, area.columns - column), ellipsis: glyphs.ellipsis)
        }
    }

    private static let gap = 4

    private func keyWidth(_ glyphs: Glyphs) -> Int {
        hints.map { TextWidth.of(glyphs.key($0.key)) }.max() ?? 0
    }

    private func entryWidth(_ glyphs: Glyphs) -> Int {
        keyWidth(glyphs) + 2 + (hints.map { TextWidth.of($0.label) }.max() ?? 0)
    }

    private func across(_ columns: Int, _ width: Int) -> Int {
        max(1, (columns + Self.gap) / (width + Self.gap))
    }
}
