import Surface
import Text

/// What happened, newest first: a time, and what it was.
public struct Feed: Sendable {
    public struct Entry: Equatable, Sendable {
        /// As shown, all of one width.
        public var time: String
        public var what: [Span]

        public init(time: String, _ what: [Span]) {
            self.time = time
            self.what = what
        }
    }

    /// How many entries there are.
    public var count: Int
    /// An entry by its index, 0 being the newest; only those in sight are asked for.
    public var entry: @Sendable (Int) -> Entry
    /// Entries scrolled back over.
    public var offset: Int
    public var selected: Int?
    public var emptyText: String

    public init(
        count: Int, offset: Int = 0, selected: Int? = nil, emptyText: String = "",
        entry: @escaping @Sendable (Int) -> Entry
    ) {
        self.count = max(0, count)
        self.offset = offset
        self.selected = selected
        self.emptyText = emptyText
        self.entry = entry
    }

    public init(_ entries: [Entry], offset: Int = 0, selected: Int? = nil, emptyText: String = "") {
        self.init(
            count: entries.count, offset: offset, selected: selected, emptyText: emptyText
        ) { entries[$0] }
    }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        guard count > 0 else {
            grid.put(emptyText, row: 0, in: area, style: Style(.muted), glyphs: glyphs)
            return
        }
        let first = ScrollWindow.offset(
            selected: selected, count: count, visible: area.rows, current: offset)
        for line in 0..<min(area.rows, count - first) {
            let entry = entry(first + line)
            let place = Rect(
                column: area.column, row: area.row + line, columns: area.columns, rows: 1)
            grid.put(
                [Span(entry.time, .muted), Span("  ")] + entry.what, at: place.origin,
                maxColumns: area.columns, ellipsis: glyphs.ellipsis)
            if first + line == selected {
                grid.restyle(place) { $0 = Style(.selection, $0.emphasis) }
            }
        }
    }
}
