import Keys
import Mesh
import Surface
import Text
import Widgets
import Wording

/// The number by which two people find out that nobody stands between them.
struct SafetyOverlay: DashboardOverlay {
    var peer: PeerKey
    var memberKey: String

    func hints(_ state: DashboardState) -> [KeyHint] {
        let close = state.hint(.back, translated("close"))
        guard let safety = state.trusts[peer]?.safety else { return [close] }
        let word = safety.isVerified ? translated("not the same after all") : translated("they are the same")
        return [state.hint(.take, word, isImportant: true), close]
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        guard action == .take, let safety = state.trusts[peer]?.safety else { return [] }
        state.dismiss()
        return [
            .ask(.perform(.verify(!safety.isVerified), peer, memberKey: memberKey))
        ]
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let columns = min(52, area.columns - 6)
        var lines: [[Span]] = []
        func say(_ text: String, _ role: Role = .text) {
            lines += Fitting.lines(
                text, columns: columns, maxLines: 4, ellipsis: glyphs.ellipsis
            ).map { [Span($0, role)] }
        }
        if let safety = state.trusts[peer]?.safety {
            lines += [[Span(safety.number, .title)], []]
            say(
                safety.isVerified
                    ? translated("You have compared this number.")
                    : translated("Read it out to each other by another way than the mesh."),
                safety.isVerified ? .success : .muted)
            if safety.formerKey != nil {
                say(translated("{1} Another key went by this name before.", glyphs.warning), .warning)
            }
        } else {
            say(translated("looking{1}", glyphs.ellipsis), .muted)
        }
        let name = state.known(peer)?.peer.name ?? ""
        let title = translated("Safety number of {1}", SafeText.visible(name, limit: 24, ascii: glyphs.isASCII))
        let inner = Modal(
            title: title, content: Size(columns: columns, rows: lines.count)
        ).draw(into: &grid, in: area, glyphs: glyphs)
        Lines(lines).draw(into: &grid, in: inner, glyphs: glyphs)
    }
}
