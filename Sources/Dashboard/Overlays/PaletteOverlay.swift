import Keys
import Mesh
import Surface
import Text
import Widgets
import Wording

/// Every command by name.
struct PaletteOverlay: DashboardOverlay {
    var field = FieldText(limit: 100)
    var line = 0

    var isTyping: Bool { true }

    func hints(_ state: DashboardState) -> [KeyHint] {
        state.listHint + [
            state.hint(.take, translated("run"), isImportant: true), state.hint(.nextRow, translated("complete")),
            state.hint(.back, translated("close")),
        ]
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        line = moved(line, lines, state.paletteEntries(field.text).count)
    }

    mutating func edit(_ change: FieldEdit, _ state: DashboardState) {
        field.apply(change)
        line = 0
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        let entries = state.paletteEntries(field.text)
        let entry = entries.indices.contains(line) ? entries[line] : nil
        switch action {
        case .take?:
            state.dismiss()
            guard let entry else {
                state.notice = Span(translated("There is no such command"), .muted)
                return []
            }
            if let obstacle = entry.obstacle {
                state.notice = Span(obstacle, .muted)
                return []
            }
            return entry.run(&state)
        case .nextRow?:
            if let entry { state.replace(PaletteOverlay(field: FieldText(entry.title, limit: 100))) }
        default:
            if let change = FieldEdit(key) { state.editInOverlay(change) }
        }
        return []
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let items = state.paletteEntries(field.text).map {
            PickerItem($0.title, detail: $0.detail, disabledReason: $0.obstacle)
        }
        draw(
            Picker(
                items, selected: line, filter: field.text, total: state.paletteEntries.count),
            translated("Commands"), height: 16, &grid, area, glyphs)
    }
}

struct PaletteEntry: Sendable {
    var title: String
    var detail: String
    var obstacle: String?
    var run: @Sendable (inout DashboardState) -> [DashboardEffect]
}

extension DashboardState {
    /// What a typed text leaves of every command there is, best first.
    func paletteEntries(_ text: String) -> [PaletteEntry] {
        let all = paletteEntries
        return PickerFilter.matches(text, in: all.map(\.title)).map { all[$0] }
    }

    var paletteEntries: [PaletteEntry] {
        let commands = DashboardCommand.all.filter { $0.action != .palette }.map { command in
            PaletteEntry(
                title: command.action.rawValue, detail: command.explanation,
                obstacle: command.obstacle(self), run: command.perform)
        }
        let orders = PeerColumn.all.map { column in
            PaletteEntry(title: "sort \(column.id)", detail: column.explanation) {
                $0.sort(by: column.id)
                return []
            }
        }
        let trees = PeerGrouping.allCases.map { grouping in
            PaletteEntry(title: "tree \(grouping.rawValue)", detail: grouping.explanation) {
                $0.group(by: grouping)
                return []
            }
        }
        let statuses = PeerFilter.statusWords.map { word in
            PaletteEntry(title: "filter status:\(word)", detail: translated("only peers that are {1}", word)) {
                $0.narrow(to: "status:\(word)")
                return []
            }
        }
        let scopes = scopes.map { scope in
            PaletteEntry(title: "mesh \(called(scope))", detail: explanation(of: scope)) {
                $0.look(at: scope)
            }
        }
        return commands + orders + trees + statuses + scopes
    }
}

extension PeerGrouping {
    var explanation: String {
        switch self {
        case .none: translated("a plain list")
        case .group: translated("peers under their groups")
        case .host: translated("peers under their machines")
        case .mesh: translated("peers under their meshes")
        }
    }
}
