import Keys
import Surface
import Text
import Widgets
import Wording

/// Which columns are shown, and in which order.
struct ColumnsOverlay: DashboardOverlay {
    var line = 0

    func hints(_ state: DashboardState) -> [KeyHint] {
        state.listHint + [
            state.hint(.take, translated("show or hide"), isImportant: true), KeyHint("←→", translated("move")),
            state.hint(.back, translated("close")),
        ]
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        line = moved(line, lines, PeerColumn.all.count)
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        let id = Self.listed(state)[line]
        switch (action, key) {
        case (.take?, _), (.fold?, _):
            if !state.columns.contains(id) {
                state.columns.append(id)
            } else if state.columns.count > 1 {
                state.columns.removeAll { $0 == id }
            } else {
                state.notice = Span(translated("One column has to stay"), .muted)
            }
            state.replace(ColumnsOverlay(line: Self.listed(state).firstIndex(of: id) ?? line))
        case (.grow?, _), (_, .right): shift(by: 1, &state)
        case (.shrink?, _), (_, .left): shift(by: -1, &state)
        default: state.dismiss()
        }
        return []
    }

    private func shift(by step: Int, _ state: inout DashboardState) {
        let other = line + step
        guard state.columns.indices.contains(line), state.columns.indices.contains(other) else {
            return
        }
        state.columns.swapAt(line, other)
        state.replace(ColumnsOverlay(line: other))
    }

    /// Those that are shown in their order, then the others.
    static func listed(_ state: DashboardState) -> [String] {
        state.columns + PeerColumn.all.map(\.id).filter { !state.columns.contains($0) }
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let items = Self.listed(state).compactMap(PeerColumn.called).map { column in
            PickerItem(
                column.id, detail: column.explanation,
                isMarked: state.columns.contains(column.id))
        }
        draw(Picker(items, selected: line), translated("Columns"), &grid, area, glyphs)
    }
}
