import Surface
import Text

/// One line of what is settled so far: what it is about, how far it is, its value.
public struct StatusRow: Equatable, Sendable {
    public enum State: Equatable, Sendable { case done, current, pending, failed }

    public var label: String
    public var state: State
    public var value: String
    public var note: String

    public init(_ label: String, _ state: State, value: String = "", note: String = "") {
        self.label = label
        self.state = state
        self.value = value
        self.note = note
    }
}

/// Status rows under each other, the values aligned. Where there are more than fit, the current one
/// is kept and what is left out is counted.
public struct StatusRows: Equatable, Sendable {
    public var rows: [StatusRow]

    public init(_ rows: [StatusRow]) {
        self.rows = rows
    }

    public var height: Int { rows.count }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty, !rows.isEmpty else { return }
        let longest = rows.map { TextWidth.of($0.label) }.max() ?? 0
        let label = min(longest, max(4, area.columns / 3))
        guard rows.count > area.rows else {
            for (index, row) in rows.enumerated() {
                draw(row, label: label, line: index, &grid, area, glyphs)
            }
            return
        }
        let settled = rows.count { $0.state == .done }
        let focus = rows.firstIndex { $0.state == .current || $0.state == .failed }
        let summary =
            "\(glyphs.done) \(settled) of \(rows.count)"
            + (focus.map { "  \(glyphs.current) \(rows[$0].label)" } ?? "")
        grid.put(summary, row: 0, in: area, style: Style(.muted), glyphs: glyphs)
        let visible = area.rows - 1
        guard visible > 0 else { return }
        let offset = ScrollWindow.offset(
            selected: focus ?? rows.count - 1, count: rows.count, visible: visible,
            current: (focus ?? rows.count) - visible + 1)
        for line in 0..<visible where offset + line < rows.count {
            draw(rows[offset + line], label: label, line: line + 1, &grid, area, glyphs)
        }
    }

    private func draw(
        _ row: StatusRow, label columns: Int, line: Int, _ grid: inout Grid, _ area: Rect,
        _ glyphs: Glyphs
    ) {
        let (sign, role): (String, Role) =
            switch row.state {
            case .done: (glyphs.done, .success)
            case .current: (glyphs.current, .accent)
            case .pending: (" ", .muted)
            case .failed: (glyphs.failed, .danger)
            }
        let labelText = Fitting.exactly(row.label, columns: columns, ellipsis: glyphs.ellipsis)
        var spans = [
            Span(labelText, row.state == .current ? .title : .muted),
            Span("  "), Span(sign, role), Span("  "),
            Span(row.value, row.state == .pending ? .muted : .text),
        ]
        if !row.note.isEmpty { spans += [Span("   "), Span(row.note, .muted)] }
        grid.put(
            spans, at: Point(column: area.column, row: area.row + line),
            maxColumns: area.columns, ellipsis: glyphs.ellipsis)
    }
}
