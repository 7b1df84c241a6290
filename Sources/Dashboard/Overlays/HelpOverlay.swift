import Keys
import Surface
import Text
import Widgets
import Wording

/// Every key, and what it does.
struct HelpOverlay: DashboardOverlay {
    var offset = 0

    func hints(_ state: DashboardState) -> [KeyHint] {
        [state.hint(.back, translated("close"), isImportant: true)]
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        offset = moved(offset, lines, limit(state) + 1)
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        state.dismiss()
        return []
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        var keys = keys(state)
        keys.offset = offset
        let content = keys.size(columns: area.columns - 4, glyphs: glyphs)
        let note = content.rows > area.rows - 2 ? translated("{1} more", glyphs.upDown) : ""
        let inner = Modal(title: translated("Keys"), content: content, note: note).draw(
            into: &grid, in: area, glyphs: glyphs)
        keys.draw(into: &grid, in: inner, glyphs: glyphs)
    }

    private func keys(_ state: DashboardState) -> KeyTable {
        KeyTable(
            DashboardCommand.all.map { command in
                let keys = state.keymap.keys[command.action, default: []].map(\.label)
                return KeyHint(keys.joined(separator: " "), command.explanation)
            })
    }

    /// How far it can be scrolled.
    private func limit(_ state: DashboardState) -> Int {
        guard let body = Frame.body(of: state.size, isDense: true) else { return 0 }
        let needed = keys(state).size(columns: body.columns - 4, glyphs: .unicode).rows
        return max(0, needed - (body.rows - 2))
    }
}
