import Surface
import Text

/// The line above a pane: its title, whether keys go to it, and a note at the right.
public struct PaneRule: Equatable, Sendable {
    public var title: String
    public var note: String
    public var isFocused: Bool

    public init(_ title: String, note: String = "", isFocused: Bool = false) {
        self.title = title
        self.note = note
        self.isFocused = isFocused
    }

    /// Draws it in the first row of an area. The note goes first where there is no room for both.
    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        let line = area.splitTop(1).top
        grid.fill(line, with: glyphs.box.horizontal, style: Style(.border))
        let room = line.columns - 4
        guard room > 0 else { return }
        let shown = " \(Fitting.end(title, columns: room, ellipsis: glyphs.ellipsis)) "
        let style = isFocused ? Style(.accent, .bold) : Style(.title)
        grid.put(shown, at: Point(column: line.column + 1, row: line.row), style: style)
        let taken = 1 + TextWidth.of(shown)
        let width = TextWidth.of(note) + 2
        guard !note.isEmpty, taken + width + 2 <= line.columns else { return }
        grid.put(
            " \(note) ", at: Point(column: line.endColumn - 1 - width, row: line.row),
            style: Style(.muted))
    }
}
