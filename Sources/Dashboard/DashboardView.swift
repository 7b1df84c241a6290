import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import Text
import Widgets

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
            let note =
                switch pane {
                case .peers: drawPeers(&grid, place.content, glyphs)
                case .activity: drawActivity(&grid, place.content, glyphs)
                case .details: drawDetails(&grid, place.content, glyphs)
                }
            PaneRule(title(of: pane, glyphs), note: note, isFocused: focus == pane).draw(
                into: &grid, in: place.rule, glyphs: glyphs)
        }
        drawCrossings(layout, &grid, glyphs)
        if overlay != nil { drawOverlay(&grid, body, glyphs) }
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
    /// the other totals give way to them, and then the mesh's name.
    private func header(_ glyphs: Glyphs, columns: Int) -> Header {
        let between = " \(glyphs.separator) "
        let link = linkSpan(glyphs, isShort: columns < 100)
        var told = session.presence.isKnown ? totals : ["looking\(glyphs.ellipsis)"]
        // Beside brand, margins and gaps.
        let room = columns - (columns < 60 ? 16 : 20) - link.columns
        let safe = SafeText.visible(meshName, limit: 40, ascii: glyphs.isASCII)
        let name = Fitting.end(
            safe, columns: max(3, room - TextWidth.of(told[0])), ellipsis: glyphs.ellipsis)
        while told.count > 1, TextWidth.of(name + told.joined(separator: between)) > room {
            told.removeLast()
        }
        let counts = Span(told.joined(separator: between), .muted)
        return Header(title: [Span(name, .title), Span(between), counts], note: [link])
    }

    private func linkSpan(_ glyphs: Glyphs, isShort: Bool) -> Span {
        switch session.presence.link {
        case .live: Span("live", .success)
        case .connecting: Span("connecting\(glyphs.ellipsis)", .muted)
        case .retrying:
            Span("\(glyphs.warning) offline" + (isShort ? "" : ", trying again"), .warning)
        case .refused: Span("\(glyphs.failed) refused", .danger)
        }
    }

    // MARK: - What stands between the panes

    private func title(of pane: Pane, _ glyphs: Glyphs) -> String {
        switch pane {
        case .peers:
            let grouping = rows.shape.grouping
            return grouping == .none ? "peers" : "peers by \(grouping)"
        case .activity:
            guard let peer = feed.peer else { return "activity" }
            let name = known(peer)?.peer.name ?? "one peer"
            return "activity of \(SafeText.visible(name, limit: 40, ascii: glyphs.isASCII))"
        case .details:
            guard let peer = selected.flatMap(known)?.peer else { return "details" }
            return SafeText.visible(peer.name, limit: 40, ascii: glyphs.isASCII)
        }
    }

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
            let width = TextWidth.of(pane.rawValue) + 2
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
            grid.put(" \(pane.rawValue) ", at: place.origin, style: style)
        }
    }

    // MARK: - Peers

    private func drawPeers(_ grid: inout Grid, _ content: Rect, _ glyphs: Glyphs) -> String {
        let (filterLine, area) = parts(ofPeers: content)
        drawFilter(&grid, filterLine, glyphs)
        let table = peersTable(glyphs: glyphs)
        table.draw(into: &grid, in: area, glyphs: glyphs)
        guard rows.count > area.rows - 1 else { return "" }
        let last = min(top + area.rows - 1, rows.count)
        return "\(top + 1)-\(last) of \(rows.count)"
    }

    private func drawFilter(_ grid: inout Grid, _ line: Rect, _ glyphs: Glyphs) {
        guard !line.isEmpty else { return }
        let matches = "\(rows.shown) of \(rows.known)"
        let room = max(8, line.columns - TextWidth.of(matches) - 4)
        grid.put("/ ", at: line.origin, style: Style(.key))
        let field = Rect(column: line.column + 3, row: line.row, columns: room - 3, rows: 1)
        let clusters = Array(filter.text)
        let (first, column) = Self.window(filter, columns: field.columns)
        grid.put(
            String(clusters[min(first, clusters.count)...]), at: field.origin, style: Style(.field),
            maxColumns: field.columns)
        if isFiltering {
            grid.cursor = Point(column: field.column + column, row: line.row)
        }
        grid.put(
            matches, at: Point(column: line.endColumn - TextWidth.of(matches), row: line.row),
            style: Style(.muted))
    }

    /// The first cluster to show so that the cursor has a column in sight, and that column.
    private static func window(_ field: FieldText, columns: Int) -> (first: Int, cursor: Int) {
        let widths = field.text.map { TextWidth.of($0) }
        var first = field.cursor
        var used = 0
        while first > 0, used + widths[first - 1] <= columns - 1 {
            first -= 1
            used += widths[first]
        }
        return (first, used)
    }

    /// The table as it stands, cells made only for the rows that are asked for.
    func peersTable(glyphs: Glyphs) -> Table {
        let columns = columns.compactMap(PeerColumn.called)
        let isTree = rows.shape.grouping != .none
        let titles =
            [TableColumn("", .fixed(1))]
            + columns.map { column in
                let indent = isTree && column.id == "name" ? 2 : 0
                return column.tableColumn(content: rows.widths.widest(column.id) + indent)
            }
        var table = Table(
            columns: titles, count: rows.count, selected: chosen.flatMap { rows.place(of: $0) },
            offset: top,
            sortedBy: columns.firstIndex { $0.id == rows.shape.column }.map { $0 + 1 },
            isAscending: rows.shape.order.isAscending, emptyText: emptyText
        ) { place in cells(rows[place], columns, glyphs) }
        if isTree { table.heading = { place in branch(rows[place], glyphs) } }
        return table
    }

    private func cells(_ id: PeerRows.ID, _ columns: [PeerColumn], _ glyphs: Glyphs) -> [Span] {
        guard case .peer(let peer, let branch) = id, let (peer, hasLeft) = known(peer) else {
            return []
        }
        let cell = PeerCell(peer: peer, hasLeft: hasLeft, now: now, log: log, glyphs: glyphs)
        let spans = columns.map { column in
            var span = column.cell(cell)
            if branch != nil, column.id == "name" { span.text = "  " + span.text }
            return span
        }
        return ([cell.sign] + spans).map { span in
            hasLeft ? Span(span.text, .statusLeft) : span
        }
    }

    /// The row of a branch: whether it is open, its name, and how many stand under it.
    private func branch(_ id: PeerRows.ID, _ glyphs: Glyphs) -> [Span]? {
        guard case .branch(let name) = id else { return nil }
        let safe = SafeText.visible(name, limit: 40, ascii: glyphs.isASCII)
        let mark = rows.shape.grouping == .group ? "@" : ""
        let title = name.isEmpty ? "no \(rows.shape.grouping)" : mark + safe
        let sign = rows.folded.contains(name) ? glyphs.closed : glyphs.opened
        return [
            Span(sign, .accent), Span("  "), Span(title, .title),
            Span(" \(glyphs.separator) \(rows.members(of: name))", .muted),
        ]
    }

    private var emptyText: String {
        if !session.presence.isKnown { return "" }
        return filter.isEmpty
            ? "Nobody is here yet. Start an agent with: skein" : "No peer matches the filter"
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
    private func hint(
        _ action: KeyAction, _ label: String? = nil, isImportant: Bool = false
    ) -> KeyHint {
        let key = keymap.key(for: action, typing: isTyping)?.label ?? ""
        return KeyHint(key, label ?? action.label, isImportant: isImportant)
    }

    /// Whether letters are text now.
    private var isTyping: Bool {
        if case .palette? = overlay { return true }
        return overlay == nil && isFiltering
    }

    private var hints: [KeyHint] {
        let upDown = [KeyAction.up, .down].compactMap { keymap.key(for: $0, typing: true)?.label }
        let list = [KeyHint(upDown.joined(), KeyAction.up.label)]
        let close = hint(.back, "close")
        switch overlay {
        case .help?: return [hint(.back, "close", isImportant: true)]
        case .sort?: return list + [hint(.take, "sort", isImportant: true), close]
        case .columns?:
            return list + [
                hint(.take, "show or hide", isImportant: true), KeyHint("←→", "move"), close,
            ]
        case .palette?:
            return list + [
                hint(.take, "run", isImportant: true), hint(.nextRow, "complete"), close,
            ]
        case nil: break
        }
        if isFiltering {
            return [hint(.take, "keep", isImportant: true), hint(.back, "all peers")] + list
        }
        let common = [hint(.help, isImportant: true), hint(.quit, isImportant: true)]
        switch focus {
        case .peers:
            return list
                + [hint(.filter), hint(.take, "details"), hint(.sort), hint(.columns)]
                + [hint(.tree), hint(.pause), hint(.nextTheme)] + common
        case .activity:
            return list + [hint(.take, "to the peer"), hint(.pause), hint(.onePeer)]
                + [hint(.back, "peers")] + common
        case .details:
            return [KeyHint(upDown.joined(), "scroll"), hint(.copyKey), hint(.copyAddress)]
                + [hint(.back, "peers")] + common
        }
    }
}
