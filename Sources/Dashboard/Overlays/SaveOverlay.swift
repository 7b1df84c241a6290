import Keys
import Surface
import Text
import Widgets
import Wording

/// In which form what is shown is written into a file.
struct SaveOverlay: DashboardOverlay {
    var line = 0

    func hints(_ state: DashboardState) -> [KeyHint] {
        state.listHint + [state.hint(.take, translated("save"), isImportant: true), state.hint(.back, translated("close"))]
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        line = moved(line, lines, FrameFormat.allCases.count)
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        state.dismiss()
        return action == .take ? [.save(FrameFormat.allCases[line])] : []
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let items = FrameFormat.allCases.map { PickerItem($0.rawValue, detail: $0.explanation) }
        draw(Picker(items, selected: line), translated("Save as"), &grid, area, glyphs)
    }
}
