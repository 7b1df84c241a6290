import Mesh
import Surface
import Text
import Widgets
import Wording

/// Every peer, a row each.
struct PeersPane: PaneView {
    func title(_ state: DashboardState, _ glyphs: Glyphs) -> String {
        let grouping = state.rows.shape.grouping
        return grouping == .none ? translated("peers") : translated("peers by {1}", grouping)
    }

    func hints(_ state: DashboardState) -> [KeyHint] {
        state.listHint + [
            state.hint(.filter), state.hint(.take, translated("details")), state.hint(.message),
            state.hint(.sort), state.hint(.actions), state.hint(.columns), state.hint(.tree),
            state.hint(.pause),
        ] + (state.meshes.count > 1 ? [state.hint(.meshes)] : []) + [state.hint(.nextTheme)]
    }

    // MARK: - Keys and mouse

    func go(_ lines: Int, _ state: inout DashboardState) { state.move(lines) }

    func turnWheel(_ lines: Int, _ state: inout DashboardState) { state.scrollPeers(lines) }

    func click(at point: Point, in content: Rect, _ state: inout DashboardState) {
        let area = state.parts(ofPeers: content).table
        let table = state.peersTable(glyphs: .ascii)
        if let title = table.column(at: point, in: area) {
            // The first one is the sign of the status.
            state.sort(by: title == 0 ? "status" : state.columns[title - 1])
        } else if let place = table.index(at: point, in: area) {
            let wasChosen = state.chosen == state.rows[place]
            state.choose(place)
            if case .branch? = state.chosen { state.fold() } else if wasChosen { take(&state) }
            state.showChosen()
        }
    }

    func nothingToTake(_ state: DashboardState) -> String? {
        state.rows.count == 0 ? translated("There is no peer to look at") : nil
    }

    func take(_ state: inout DashboardState) {
        if case .branch? = state.chosen { return state.fold() }
        if state.chosen == nil { state.move(1) }
        state.focus(on: .details)
    }

    // MARK: - Drawing

    func draw(
        _ state: DashboardState, _ grid: inout Grid, _ content: Rect, _ glyphs: Glyphs
    ) -> String {
        let (filterLine, area) = state.parts(ofPeers: content)
        drawFilter(state, &grid, filterLine, glyphs)
        state.peersTable(glyphs: glyphs).draw(into: &grid, in: area, glyphs: glyphs)
        let count = state.rows.count
        guard count > area.rows - 1 else { return "" }
        return translated("{1}-{2} of {3}", state.top + 1, min(state.top + area.rows - 1, count), count)
    }

    private func drawFilter(
        _ state: DashboardState, _ grid: inout Grid, _ line: Rect, _ glyphs: Glyphs
    ) {
        guard !line.isEmpty else { return }
        let matches = translated("{1} of {2}", state.rows.shown, state.rows.known)
        let room = max(8, line.columns - TextWidth.of(matches) - 4)
        grid.put("/ ", at: line.origin, style: Style(.key))
        let field = Rect(column: line.column + 3, row: line.row, columns: room - 3, rows: 1)
        let clusters = Array(state.filter.text)
        let (first, column) = Self.window(state.filter, columns: field.columns)
        grid.put(
            String(clusters[min(first, clusters.count)...]), at: field.origin, style: Style(.field),
            maxColumns: field.columns)
        if state.isFiltering {
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
}

extension DashboardState {
    /// Scrolls the peers; a choice that would go out of sight stays at the edge.
    mutating func scrollPeers(_ lines: Int) {
        let visible = visibleRows
        top = ScrollWindow.offset(
            selected: nil, count: rows.count, visible: visible, current: top + lines)
        guard let place = chosen.flatMap({ rows.place(of: $0) }) else { return }
        choose(min(max(place, top), top + visible - 1))
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
        guard case .peer(let key, let branch) = id, let (peer, hasLeft) = known(key) else {
            return []
        }
        let cell = PeerCell(
            peer: peer, mesh: key.mesh, slug: membership(of: key.mesh)?.slug ?? "",
            isLive: isLinked(key.mesh), hasLeft: hasLeft, now: now, log: shownLog,
            mail: mail.peers[key] ?? PeerMail(), glyphs: glyphs)
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
        let title = name.isEmpty ? translated("no {1}", rows.shape.grouping) : mark + safe
        let sign = rows.folded.contains(name) ? glyphs.closed : glyphs.opened
        let mesh = rows.shape.grouping == .mesh ? meshes.first { $0.slug == name }?.mesh : nil
        let link = mesh.map { linkSpan(of: $0, glyphs, .whole) }
        let told = link.map { [Span(" \(glyphs.separator) ", .muted), $0] } ?? []
        return [
            Span(sign, .accent), Span("  "), Span(title, .title),
            Span(" \(glyphs.separator) \(rows.members(of: name))", .muted),
        ] + told
    }

    private var emptyText: String {
        if !isKnown { return "" }
        guard filter.isEmpty else { return translated("No peer matches the filter") }
        return isLive ? translated("Nobody is here yet. Start an agent with: skein") : translated("Nobody was here then")
    }
}
