import Keys
import Mesh
import Surface
import Text
import Widgets

/// The lists above the panes: help, what to sort by, which columns, every command by name.
extension DashboardState {
    mutating func pressInOverlay(_ key: Key) -> [DashboardEffect] {
        let isTyping = if case .palette? = overlay { true } else { false }
        let action = keymap.action(
            for: key, among: DashboardCommand.actions, typing: isTyping)
        switch action {
        case .leave: return [.leave]
        case .nextTheme: return [.nextTheme]
        case .up: moveInOverlay(-1)
        case .down: moveInOverlay(1)
        case .pageUp: moveInOverlay(-8)
        case .pageDown: moveInOverlay(8)
        case .first where !isTyping: moveInOverlay(-1000)
        case .last where !isTyping: moveInOverlay(1000)
        case .back: overlay = nil
        default: return choose(action, key)
        }
        return []
    }

    private mutating func choose(_ action: KeyAction?, _ key: Key) -> [DashboardEffect] {
        switch overlay {
        case .sort(let line)?:
            if action == .take || action == .fold { sort(by: PeerColumn.all[line].id) }
            if action != .fold { overlay = nil }
        case .columns(let line)?: chooseColumn(line, action, key)
        case .palette(let field, let line)?: return choosePalette(field, line, action, key)
        case .help?, nil: overlay = nil
        }
        return []
    }

    mutating func moveInOverlay(_ lines: Int) {
        func moved(_ line: Int, _ count: Int) -> Int {
            min(max(0, line + lines), max(0, count - 1))
        }
        switch overlay {
        case .help(let offset)?: overlay = .help(offset: moved(offset, helpLimit + 1))
        case .sort(let line)?: overlay = .sort(moved(line, PeerColumn.all.count))
        case .columns(let line)?: overlay = .columns(moved(line, PeerColumn.all.count))
        case .palette(let field, let line)?:
            overlay = .palette(field, moved(line, paletteEntries(field.text).count))
        case nil: break
        }
    }

    var sortedLine: Int {
        PeerColumn.all.firstIndex { $0.id == rows.shape.column } ?? 0
    }

    // MARK: - Columns

    /// Those that are shown in their order, then the others.
    var listedColumns: [String] {
        columns + PeerColumn.all.map(\.id).filter { !columns.contains($0) }
    }

    private mutating func chooseColumn(_ line: Int, _ action: KeyAction?, _ key: Key) {
        let id = listedColumns[line]
        switch (action, key) {
        case (.take?, _), (.fold?, _):
            if !columns.contains(id) {
                columns.append(id)
            } else if columns.count > 1 {
                columns.removeAll { $0 == id }
            } else {
                notice = Span("One column has to stay", .muted)
            }
            overlay = .columns(listedColumns.firstIndex(of: id) ?? line)
        case (.grow?, _), (_, .right): moveColumn(line, by: 1)
        case (.shrink?, _), (_, .left): moveColumn(line, by: -1)
        default: overlay = nil
        }
    }

    private mutating func moveColumn(_ line: Int, by step: Int) {
        let other = line + step
        guard columns.indices.contains(line), columns.indices.contains(other) else { return }
        columns.swapAt(line, other)
        overlay = .columns(other)
    }

    // MARK: - The palette

    struct PaletteEntry: Sendable {
        var title: String
        var detail: String
        var obstacle: String?
        var run: @Sendable (inout DashboardState) -> [DashboardEffect]
    }

    /// What a typed text leaves of every command there is, best first.
    func paletteEntries(_ text: String) -> [PaletteEntry] {
        let all = paletteEntries
        return PickerFilter.matches(text, in: all.map(\.title)).map { all[$0] }
    }

    private var paletteEntries: [PaletteEntry] {
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
            PaletteEntry(title: "filter status:\(word)", detail: "only peers that are \(word)") {
                $0.narrow(to: "status:\(word)")
                return []
            }
        }
        return commands + orders + trees + statuses
    }

    private mutating func choosePalette(
        _ field: FieldText, _ line: Int, _ action: KeyAction?, _ key: Key
    ) -> [DashboardEffect] {
        let entries = paletteEntries(field.text)
        let entry = entries.indices.contains(line) ? entries[line] : nil
        switch action {
        case .take?:
            overlay = nil
            guard let entry else {
                notice = Span("There is no such command", .muted)
                return []
            }
            if let obstacle = entry.obstacle {
                notice = Span(obstacle, .muted)
                return []
            }
            return entry.run(&self)
        case .nextRow?:
            if let entry { overlay = .palette(FieldText(entry.title, limit: 100), 0) }
        default:
            if let change = FieldEdit(key) { edit(change) }
        }
        return []
    }

    // MARK: - Drawing

    func drawOverlay(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        switch overlay {
        case .help(let offset)?: drawHelp(offset, &grid, area, glyphs)
        case .sort(let line)?:
            let items = PeerColumn.all.map { column in
                let isSorted = column.id == rows.shape.column
                let arrow = rows.shape.order.isAscending ? glyphs.up : glyphs.down
                return PickerItem(
                    column.id + (isSorted ? " \(arrow)" : ""), detail: column.explanation)
            }
            draw(Picker(items, selected: line), "Sort by", &grid, area, glyphs)
        case .columns(let line)?:
            let items = listedColumns.compactMap(PeerColumn.called).map { column in
                PickerItem(
                    column.id, detail: column.explanation, isMarked: columns.contains(column.id))
            }
            draw(Picker(items, selected: line), "Columns", &grid, area, glyphs)
        case .palette(let field, let line)?:
            let entries = paletteEntries(field.text)
            let items = entries.map {
                PickerItem($0.title, detail: $0.detail, disabledReason: $0.obstacle)
            }
            draw(
                Picker(items, selected: line, filter: field.text, total: paletteEntries.count),
                "Commands", height: 16, &grid, area, glyphs)
        case nil: break
        }
    }

    private func draw(
        _ picker: Picker, _ title: String, height: Int? = nil, _ grid: inout Grid, _ area: Rect,
        _ glyphs: Glyphs
    ) {
        let content = Size(
            columns: min(64, area.columns - 4), rows: min(height ?? picker.height, area.rows - 2))
        let inner = Modal(title: title, content: content).draw(
            into: &grid, in: area, glyphs: glyphs)
        picker.draw(into: &grid, in: inner, glyphs: glyphs)
    }

    private var helpKeys: KeyTable {
        KeyTable(
            DashboardCommand.all.map { command in
                let keys = keymap.keys[command.action, default: []].map(\.label)
                return KeyHint(keys.joined(separator: " "), command.explanation)
            })
    }

    /// How far help can be scrolled.
    private var helpLimit: Int {
        guard let body = Frame.body(of: size, isDense: true) else { return 0 }
        let needed = helpKeys.size(columns: body.columns - 4, glyphs: .unicode).rows
        return max(0, needed - (body.rows - 2))
    }

    private func drawHelp(
        _ offset: Int, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs
    ) {
        var keys = helpKeys
        keys.offset = offset
        let content = keys.size(columns: area.columns - 4, glyphs: glyphs)
        let note = content.rows > area.rows - 2 ? "\(glyphs.upDown) more" : ""
        let inner = Modal(title: "Keys", content: content, note: note).draw(
            into: &grid, in: area, glyphs: glyphs)
        keys.draw(into: &grid, in: inner, glyphs: glyphs)
    }
}

extension PeerGrouping {
    var explanation: String {
        switch self {
        case .none: "a plain list"
        case .group: "peers under their groups"
        case .host: "peers under their machines"
        }
    }
}
