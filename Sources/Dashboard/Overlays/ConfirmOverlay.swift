import Keys
import Mesh
import Surface
import Text
import Widgets
import Wording

/// Asks once more before something is done to a peer that it notices, or the person misses.
struct ConfirmOverlay: DashboardOverlay {
    var deed: PeerDeed
    var peer: PeerKey
    var memberKey: String
    var name: String

    func hints(_ state: DashboardState) -> [KeyHint] {
        [
            state.hint(.take, deed == .kick ? translated("kick") : translated("block"), isImportant: true),
            state.hint(.back, translated("leave it")),
        ]
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        guard action == .take else { return [] }
        state.dismiss()
        return [.ask(.perform(deed, peer, memberKey: memberKey))]
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let safe = SafeText.visible(name, limit: 40, ascii: glyphs.isASCII)
        let title = deed == .kick ? translated("Kick {1}?", safe) : translated("Block {1}?", safe)
        let told =
            deed == .kick
            ? translated("All sessions of its member end, and do not come back by themselves.")
            : translated("You hear nothing from its member any more. It is not told.")
        let columns = min(52, area.columns - 6)
        let lines = Fitting.lines(
            told, columns: columns, maxLines: 4, ellipsis: glyphs.ellipsis)
        let inner = Modal(
            title: title, content: Size(columns: columns, rows: lines.count), role: .warning
        ).draw(into: &grid, in: area, glyphs: glyphs)
        Lines(lines.map { [Span($0)] }).draw(into: &grid, in: inner, glyphs: glyphs)
    }
}
