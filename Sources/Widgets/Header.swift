import Surface
import Text

/// The first row of every screen: brand mark, name, what is shown, and a note at the right.
public struct Header: Equatable, Sendable {
    /// What follows the name, as `launch`, or a mesh's name and its totals.
    public var title: [Span]
    /// At the right, left out where there is no room for it.
    public var note: [Span]

    public init(title: [Span], note: [Span] = []) {
        self.title = title
        self.note = note
    }

    public init(_ title: String, note: String = "") {
        self.init(
            title: [Span(title, .title)], note: note.isEmpty ? [] : [Span(note, .muted)])
    }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        let gap = Span(area.columns < 60 ? " " : "  ")
        let spans =
            [Span(glyphs.brand, .brand), gap, Span("skein", .brand), gap] + title
        let used = grid.put(
            spans, at: area.origin, maxColumns: area.columns, ellipsis: glyphs.ellipsis)
        let width = note.reduce(0) { $0 + $1.columns }
        guard width > 0, used + 2 + width <= area.columns else { return }
        grid.put(
            note, at: Point(column: area.endColumn - width, row: area.row), maxColumns: width,
            ellipsis: glyphs.ellipsis)
    }
}
