import Keys
import Surface
import Text
import Widgets
import Wording

/// What the peers are sorted by.
struct SortOverlay: DashboardOverlay {
    var line: Int

    init(_ state: DashboardState) {
        line = PeerColumn.all.firstIndex { $0.id == state.rows.shape.column } ?? 0
    }

    func hints(_ state: DashboardState) -> [KeyHint] {
        state.listHint + [state.hint(.take, translated("sort"), isImportant: true), state.hint(.back, translated("close"))]
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        line = moved(line, lines, PeerColumn.all.count)
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        if action == .take || action == .fold { state.sort(by: PeerColumn.all[line].id) }
        if action != .fold { state.dismiss() }
        return []
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let items = PeerColumn.all.map { column in
            let isSorted = column.id == state.rows.shape.column
            let arrow = state.rows.shape.order.isAscending ? glyphs.up : glyphs.down
            return PickerItem(
                column.id + (isSorted ? " \(arrow)" : ""), detail: column.explanation)
        }
        draw(Picker(items, selected: line), translated("Sort by"), &grid, area, glyphs)
    }
}
