import Surface
import Text

/// Rows under titled columns. Only the rows in sight are asked for, so ten thousand cost what ten do.
public struct Table: Sendable {
    public var columns: [TableColumn]
    /// How many rows there are.
    public var count: Int
    /// The cells of a row, one text in one style a column; missing ones are blank.
    public var row: @Sendable (Int) -> [Span]
    /// What a row says across all columns in place of its cells, as the name of a group does; nil
    /// for an ordinary row.
    public var heading: (@Sendable (Int) -> [Span]?)?
    public var selected: Int?
    /// Where the table was scrolled to; corrected so that the selection shows.
    public var offset: Int
    /// The column the rows are ordered by.
    public var sortedBy: Int?
    public var isAscending: Bool
    /// Said in place of the rows where there are none.
    public var emptyText: String

    public init(
        columns: [TableColumn], count: Int, selected: Int? = nil, offset: Int = 0,
        sortedBy: Int? = nil, isAscending: Bool = true, emptyText: String = "",
        row: @escaping @Sendable (Int) -> [Span]
    ) {
        self.columns = columns
        self.count = max(0, count)
        self.row = row
        self.selected = selected
        self.offset = offset
        self.sortedBy = sortedBy
        self.isAscending = isAscending
        self.emptyText = emptyText
    }

    /// The first row in sight in an area of so many rows, the titles among them.
    public func firstVisible(rows: Int) -> Int {
        ScrollWindow.offset(selected: selected, count: count, visible: rows - 1, current: offset)
    }

    /// The index of the row drawn at a place, for the mouse.
    public func index(at point: Point, in area: Rect) -> Int? {
        guard area.contains(point), point.row > area.row else { return nil }
        let index = firstVisible(rows: area.rows) + point.row - area.row - 1
        return index < count ? index : nil
    }

    /// The index of the column whose title stands at a place, for the mouse.
    public func column(at point: Point, in area: Rect) -> Int? {
        guard area.contains(point), point.row == area.row else { return nil }
        var start = area.column
        for (index, width) in Self.widths(columns, columns: area.columns).enumerated() {
            guard let width else { continue }
            if point.column < start + width { return point.column >= start ? index : nil }
            start += width + Self.gap
        }
        return nil
    }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        let widths = Self.widths(columns, columns: area.columns)
        let titles = columns.enumerated().map { index, column in
            let marker =
                index == sortedBy ? (isAscending ? glyphs.up : glyphs.down) : ""
            return Span(column.title + marker, .muted, .bold)
        }
        draw(titles, widths, line: 0, &grid, area, glyphs)
        guard count > 0 else {
            grid.put(emptyText, row: 1, in: area, style: Style(.muted), glyphs: glyphs)
            return
        }
        let first = firstVisible(rows: area.rows)
        for line in 1..<max(1, area.rows) where first + line - 1 < count {
            let index = first + line - 1
            if let heading = heading?(index) {
                grid.put(
                    heading, at: Point(column: area.column, row: area.row + line),
                    maxColumns: area.columns, ellipsis: glyphs.ellipsis)
            } else {
                draw(row(index), widths, line: line, &grid, area, glyphs)
            }
            if index == selected {
                let place = Rect(
                    column: area.column, row: area.row + line, columns: area.columns, rows: 1)
                grid.restyle(place) { $0 = Style(.selection, $0.emphasis) }
            }
        }
    }

    private func draw(
        _ cells: [Span], _ widths: [Int?], line: Int, _ grid: inout Grid, _ area: Rect,
        _ glyphs: Glyphs
    ) {
        var column = area.column
        for (index, width) in widths.enumerated() {
            guard let width else { continue }
            if index < cells.count {
                let text = Fitting.exactly(
                    cells[index].text, columns: width, flush: columns[index].side,
                    ellipsis: glyphs.ellipsis)
                grid.put(
                    text, at: Point(column: column, row: area.row + line),
                    style: cells[index].style, maxColumns: area.endColumn - column)
            }
            column += width + Self.gap
        }
    }
}
