import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import Text
import Widgets
import Wording

/// The dashboard as cells: a pure function of the state and the size.
extension DashboardState {
    public func view(size: Size, glyphs: Glyphs) -> Grid {
        var grid = Grid(size)
        let frame = Frame(
            header: header(glyphs, columns: size.columns), keys: KeyLine(hints), isDense: true)
        guard let body = frame.draw(into: &grid, glyphs: glyphs),
            let layout = DashboardLayout(self, size)
        else { return grid }
        if let footer { draw(footer, &grid, glyphs) }
        drawDividers(layout, &grid, glyphs)
        if let tabs = layout.tabs { drawTabs(&grid, tabs, glyphs) }
        for (pane, place) in layout.panes {
            let view = pane.view
            let note = view.draw(self, &grid, place.content, glyphs)
            PaneRule(view.title(self, glyphs), note: note, isFocused: focus == pane).draw(
                into: &grid, in: place.rule, glyphs: glyphs)
        }
        drawCrossings(layout, &grid, glyphs)
        if let bar = layout.bar { timeBar?.draw(into: &grid, in: bar, glyphs: glyphs) }
        for overlay in overlays { overlay.draw(self, &grid, body, glyphs) }
        return grid
    }

    /// One frame without keys, for `--once`: every peer, however many.
    public func printed(columns: Int, glyphs: Glyphs) -> Grid {
        var grid = Grid(Size(columns: columns, rows: rows.count + 3))
        let (top, rest) = grid.bounds.splitTop(1)
        header(glyphs, columns: columns).draw(into: &grid, in: top, glyphs: glyphs)
        var table = peersTable(glyphs: glyphs)
        table.selected = nil
        table.offset = 0
        table.draw(into: &grid, in: rest.splitTop(1).rest, glyphs: glyphs)
        return grid
    }

    /// Whether what is shown is live stands there whatever the width, and how many peers there are;
    /// then what of the mail needs somebody. The other totals give way to them, and then the mesh's
    /// name.
    private func header(_ glyphs: Glyphs, columns: Int) -> Header {
        let between = " \(glyphs.separator) "
        let link = linkNote(glyphs, columns: columns)
        var told = isKnown ? totals : [translated("looking{1}", glyphs.ellipsis)]
        // Beside brand, margins and gaps.
        var room = columns - (columns < 60 ? 16 : 20) - link.columns
        let safe = SafeText.visible(title, limit: 40, ascii: glyphs.isASCII)
        var note: [Span] = []
        for mail in mailNotes {
            let width = mail.columns + TextWidth.of(between)
            guard room - width >= TextWidth.of(told[0]) + min(12, TextWidth.of(safe)) else { break }
            room -= width
            note += [mail, Span(between, .muted)]
        }
        let name = Fitting.end(
            safe, columns: max(3, room - TextWidth.of(told[0])), ellipsis: glyphs.ellipsis)
        if room < 3 + TextWidth.of(told[0]) {
            // Whether it is live comes before everything else.
            let fits = room + TextWidth.of(between) >= TextWidth.of(told[0])
            return Header(title: fits ? [Span(told[0], .muted)] : [], note: [link])
        }
        while told.count > 1, TextWidth.of(name + told.joined(separator: between)) > room {
            told.removeLast()
        }
        let counts = Span(told.joined(separator: between), .muted)
        return Header(title: [Span(name, .title), Span(between), counts], note: note + [link])
    }

    /// The mesh, or how many are looked at together.
    private var title: String {
        let meshes = meshesInSight
        return meshes.count == 1 ? meshes[0].name : translated("{1} meshes", meshes.count)
    }

    // MARK: - What stands between the panes

    private func drawDividers(_ layout: DashboardLayout, _ grid: inout Grid, _ glyphs: Glyphs) {
        guard let line = layout.dividers[.beside] else { return }
        grid.fill(line, with: glyphs.box.vertical, style: Style(.border))
    }

    /// Where the upright line meets the lines above and below it.
    private func drawCrossings(_ layout: DashboardLayout, _ grid: inout Grid, _ glyphs: Glyphs) {
        guard let line = layout.dividers[.beside], !line.isEmpty else { return }
        grid.put(glyphs.box.teeDown, at: line.origin, style: Style(.border))
        guard let below = layout.dividers[.above], below.row == line.endRow else { return }
        let crossing = Point(column: line.column, row: below.row)
        // The title of the pane below may stand there.
        guard grid[crossing.column, crossing.row].style == Style(.border) else { return }
        grid.put(glyphs.box.teeUp, at: crossing, style: Style(.border))
    }

    private func tabs(_ area: Rect) -> [(pane: Pane, place: Rect)] {
        var column = area.column
        return Pane.allCases.map { pane in
            let width = TextWidth.of(translated(pane.rawValue)) + 2
            defer { column += width + 1 }
            return (pane, Rect(column: column, row: area.row, columns: width, rows: 1))
        }
    }

    func tab(at point: Point, in area: Rect) -> Pane? {
        tabs(area).first { $0.place.contains(point) }?.pane
    }

    private func drawTabs(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        grid.fill(area, with: glyphs.box.horizontal, style: Style(.border))
        for (pane, place) in tabs(area) {
            let isHere = pane == focus
            let style = isHere ? Style(.accent, [.bold, .underline]) : Style(.muted)
            grid.put(" \(translated(pane.rawValue)) ", at: place.origin, style: style)
        }
    }

    // MARK: - Keys

    /// What stands in the last line in place of the keys.
    private var footer: Span? {
        if let notice { return notice }
        guard let problem = rows.shape.filter.problem else { return nil }
        return Span(problem, .warning)
    }

    private func draw(_ footer: Span, _ grid: inout Grid, _ glyphs: Glyphs) {
        let inner = Rect(grid.size).inset(columns: grid.size.columns >= 60 ? 2 : 1)
        let line = Rect(
            column: inner.column, row: inner.endRow - 1, columns: inner.columns, rows: 1)
        grid.fill(line, style: Style(.text))
        grid.put(
            [footer], at: line.origin, maxColumns: line.columns, ellipsis: glyphs.ellipsis)
    }

    /// A key as the keymap has it, with what it does here.
    func hint(_ action: KeyAction, _ label: String? = nil, isImportant: Bool = false) -> KeyHint {
        let key = keymap.key(for: action, typing: isTyping)?.label ?? ""
        return KeyHint(key, label ?? action.label, isImportant: isImportant)
    }

    /// The keys that go up and down.
    func listHint(_ label: String) -> KeyHint {
        let upDown = [KeyAction.up, .down].compactMap { keymap.key(for: $0, typing: true)?.label }
        return KeyHint(upDown.joined(), label)
    }

    var listHint: [KeyHint] { [listHint(KeyAction.up.label)] }

    /// Whether letters are text now.
    private var isTyping: Bool { overlay?.isTyping ?? isFiltering }

    private var hints: [KeyHint] {
        if let overlay { return overlay.hints(self) }
        if isFiltering {
            return [hint(.take, translated("keep"), isImportant: true), hint(.back, translated("all peers"))] + listHint
        }
        let replay = isLive ? [] : [
            hint(.live, isImportant: true), hint(.stepBack), hint(.stepForward),
            hint(.minuteBack), hint(.minuteForward),
        ]
        return replay + focus.view.hints(self)
            + [hint(.help, isImportant: true), hint(.quit, isImportant: true)]
    }
}
