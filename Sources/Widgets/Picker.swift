import Surface
import Text

/// A list to pick from: a filter line while one filters, headings, the items, and where one stands.
public struct Picker: Equatable, Sendable {
    public var items: [PickerItem]
    /// The index of the selected item, or nil.
    public var selected: Int?
    /// What is typed to filter by, or nil when nothing is. The caller filters the items.
    public var filter: String?
    /// How many items there are without the filter.
    public var total: Int
    /// Where the list was scrolled to; corrected so that the selection shows.
    public var offset: Int
    /// Said in place of the items where there are none.
    public var emptyText: String

    public init(
        _ items: [PickerItem], selected: Int?, filter: String? = nil, total: Int? = nil,
        offset: Int = 0, emptyText: String = "Nothing matches"
    ) {
        self.items = items
        self.selected = selected
        self.filter = filter
        self.total = total ?? items.count
        self.offset = offset
        self.emptyText = emptyText
    }

    /// Rows it needs to show everything.
    public var height: Int { (filter == nil ? 0 : 1) + max(1, lines().count) }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        if let filter { drawFilter(filter, &grid, area.splitTop(1).top, glyphs) }
        var list = beneathFilter(area)
        guard !items.isEmpty else {
            grid.put(emptyText, row: 0, in: list, style: Style(.muted), glyphs: glyphs, from: 2)
            return
        }
        let lines = lines()
        if hasCount(lines, list) {
            let (rest, count) = list.splitBottom(1)
            let position = ScrollWindow.position(selected: selected, count: items.count)
            grid.put(position, row: 0, in: count, style: Style(.muted), glyphs: glyphs, from: 2)
            list = rest
        }
        let start = start(lines, visible: list.rows)
        let titles = items.map { TextWidth.of($0.title) }.max() ?? 0
        for (row, line) in lines.dropFirst(start).prefix(list.rows).enumerated() {
            let place = Rect(
                column: list.column, row: list.row + row, columns: list.columns, rows: 1)
            switch line {
            case .heading(let text):
                grid.put(text, row: 0, in: place, style: Style(.title), glyphs: glyphs)
            case .item(let index):
                draw(index, titleColumns: titles, &grid, place, glyphs)
            }
        }
    }

    /// The index of the item drawn at a place, for the mouse.
    public func index(at point: Point, in area: Rect) -> Int? {
        let lines = lines()
        var list = beneathFilter(area)
        if hasCount(lines, list) { list = list.splitBottom(1).rest }
        guard list.contains(point) else { return nil }
        let line = start(lines, visible: list.rows) + point.row - list.row
        guard lines.indices.contains(line), case .item(let index) = lines[line] else { return nil }
        return index
    }

    private func beneathFilter(_ area: Rect) -> Rect {
        filter == nil ? area : area.splitTop(1).rest
    }

    /// Where not all of the list shows, its last line says where one stands.
    private func hasCount(_ lines: [Line], _ list: Rect) -> Bool {
        lines.count > list.rows && list.rows > 1
    }

    enum Line: Equatable {
        case heading(String)
        case item(Int)
    }

    /// The items with the headings between them.
    func lines() -> [Line] {
        var lines: [Line] = []
        var section: String?
        for (index, item) in items.enumerated() {
            if let heading = item.section, heading != section { lines.append(.heading(heading)) }
            section = item.section
            lines.append(.item(index))
        }
        return lines
    }

    /// The first line to show, so that the selection is visible, with its heading where it is the
    /// first beneath one.
    private func start(_ lines: [Line], visible: Int) -> Int {
        guard let selected, let line = lines.firstIndex(of: .item(selected)) else {
            return ScrollWindow.offset(
                selected: nil, count: lines.count, visible: visible, current: offset)
        }
        var start = ScrollWindow.offset(
            selected: line, count: lines.count, visible: visible, current: offset)
        if start == line, start > 0, visible > 1, case .heading = lines[start - 1] { start -= 1 }
        return start
    }

    private func drawFilter(
        _ filter: String, _ grid: inout Grid, _ line: Rect, _ glyphs: Glyphs
    ) {
        let counts = "\(items.count) of \(total)"
        let width = TextWidth.of(counts)
        let room = max(0, line.columns - width - 5)
        let shown = Fitting.suffix(filter, columns: room)
        let used = grid.put(
            [Span("/ ", .key), Span(shown, .field)], at: line.origin,
            maxColumns: line.columns - 1, ellipsis: glyphs.ellipsis)
        grid.cursor = Point(column: line.column + used, row: line.row)
        guard line.columns > width + 5 else { return }
        grid.put(
            counts, at: Point(column: line.endColumn - width, row: line.row), style: Style(.muted))
    }

    private func draw(
        _ index: Int, titleColumns: Int, _ grid: inout Grid, _ place: Rect, _ glyphs: Glyphs
    ) {
        let item = items[index]
        let isSelected = index == selected
        var spans = [Span(isSelected ? "\(glyphs.current) " : "  ", .accent)]
        if let isMarked = item.isMarked {
            spans.append(Span(isMarked ? "[\(glyphs.isASCII ? "x" : "✔")] " : "[ ] ", .key))
        }
        spans.append(Span(item.title, item.isEnabled ? .text : .muted))
        let said = item.disabledReason ?? item.detail
        if !said.isEmpty {
            // Details stand in a column of their own where the titles leave room for one.
            let aligned = titleColumns <= place.columns / 2
            let gap = aligned ? titleColumns - TextWidth.of(item.title) + 3 : 2
            spans.append(Span(String(repeating: " ", count: max(2, gap))))
            spans.append(Span(said, .muted))
        }
        grid.put(
            spans, at: place.origin, maxColumns: place.columns, ellipsis: glyphs.ellipsis)
        if isSelected {
            grid.restyle(place) { $0 = Style(.selection, $0.emphasis) }
        }
    }
}
