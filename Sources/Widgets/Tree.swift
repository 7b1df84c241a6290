import Surface
import Text

/// Rows that stand under one another, with branches drawn to them.
public struct Tree: Equatable, Sendable {
    /// A row in the order it is shown. What is folded away is not among the rows.
    public struct Row: Equatable, Sendable {
        /// 0 at the root; never more than one deeper than the row before.
        public var depth: Int
        public var what: [Span]
        /// Nil for a leaf.
        public var isOpen: Bool?

        public init(depth: Int, _ what: [Span], isOpen: Bool? = nil) {
            self.depth = max(0, depth)
            self.what = what
            self.isOpen = isOpen
        }
    }

    public var rows: [Row]
    public var selected: Int?
    public var offset: Int

    public init(_ rows: [Row], selected: Int? = nil, offset: Int = 0) {
        self.rows = rows
        self.selected = selected
        self.offset = offset
    }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        let first = ScrollWindow.offset(
            selected: selected, count: rows.count, visible: area.rows, current: offset)
        for line in 0..<min(area.rows, rows.count - first) {
            let index = first + line
            let row = rows[index]
            let place = Rect(
                column: area.column, row: area.row + line, columns: area.columns, rows: 1)
            let sign = row.isOpen.map { ($0 ? glyphs.opened : glyphs.closed) + " " } ?? ""
            grid.put(
                [Span(branches(to: index, glyphs), .border), Span(sign, .accent)] + row.what,
                at: place.origin, maxColumns: area.columns, ellipsis: glyphs.ellipsis)
            if index == selected {
                grid.restyle(place) { $0 = Style(.selection, $0.emphasis) }
            }
        }
    }

    /// The lines to the left of a row: one for each row above it that has more to come.
    func branches(to index: Int, _ glyphs: Glyphs) -> String {
        let depth = rows[index].depth
        guard depth > 0 else { return "" }
        var goesOn = Array(repeating: false, count: depth + 1)
        var open = depth
        // Ancestors' levels that are met again further down go on; a shallower row ends the deeper.
        for row in rows[(index + 1)...] {
            if row.depth <= open {
                if row.depth > 0 { goesOn[row.depth] = true }
                open = row.depth - 1
            }
            if open <= 0 { break }
        }
        let trunk = (1..<depth).map { goesOn[$0] ? "\(glyphs.box.vertical)  " : "   " }
        return trunk.joined() + (goesOn[depth] ? glyphs.box.branch : glyphs.box.lastBranch) + " "
    }
}
