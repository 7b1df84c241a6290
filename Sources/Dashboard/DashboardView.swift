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
        let frame = Frame(header: header(glyphs), keys: KeyLine(hints))
        guard let body = frame.draw(into: &grid, glyphs: glyphs) else { return grid }
        let peers = peers
        let (filterLine, rows, below) = panes(of: body)
        drawFilter(&grid, filterLine, peers.count, glyphs)
        table(peers, glyphs).draw(into: &grid, in: rows, glyphs: glyphs)
        if let selected, let peer = session.presence.peers[selected] {
            drawDetails(peer, &grid, below, glyphs)
        }
        if showsHelp { drawHelp(&grid, body, glyphs) }
        return grid
    }

    /// The peer whose row stands at a place, for the mouse.
    public func peer(at point: Point, size: Size, glyphs: Glyphs) -> String? {
        var grid = Grid(size)
        let frame = Frame(header: header(glyphs), keys: KeyLine(hints))
        guard let body = frame.draw(into: &grid, glyphs: glyphs) else { return nil }
        let peers = peers
        let row = table(peers, glyphs).index(at: point, in: panes(of: body).rows)
        return row.map { peers[$0].id }
    }

    private func panes(of body: Rect) -> (filter: Rect, rows: Rect, details: Rect) {
        let (list, details) = body.splitBottom(min(4, max(0, body.rows - 8)))
        let (filterLine, rows) = list.splitTop(filter.isEmpty && !isFiltering ? 0 : 1)
        return (filterLine, rows, details)
    }

    /// One frame without keys, for `--once`: every peer, however many.
    public func printed(columns: Int, glyphs: Glyphs) -> Grid {
        let peers = peers
        var grid = Grid(Size(columns: columns, rows: peers.count + 3))
        let (top, rest) = grid.bounds.splitTop(1)
        header(glyphs).draw(into: &grid, in: top, glyphs: glyphs)
        table(peers, glyphs, selecting: false).draw(
            into: &grid, in: rest.splitTop(1).rest, glyphs: glyphs)
        return grid
    }

    /// Milliseconds until a text that is on the screen changes by itself, or nil if none does.
    public func untilChange(size: Size) -> Int64? {
        let peers = peers
        // At least what the table shows: it has fewer rows than the screen.
        let first = ScrollWindow.offset(
            selected: selectedIndex, count: peers.count, visible: size.rows)
        return peers.dropFirst(first).prefix(size.rows).map { peer in
            let age = max(0, now.milliseconds(since: peer.statusSince))
            return Int64(Age.secondsToChange(seconds: Int(age / 1000))) * 1000 - age % 1000
        }.min()
    }

    private func header(_ glyphs: Glyphs) -> Header {
        let name = SafeText.visible(meshName, limit: 40, ascii: glyphs.isASCII)
        let link = linkSpan(glyphs)
        return Header(
            title: [
                Span(name, .title), Span(" \(glyphs.separator) "),
                Span(session.presence.isKnown ? totals : "looking…", .muted),
            ], note: [link])
    }

    private func linkSpan(_ glyphs: Glyphs) -> Span {
        switch session.presence.link {
        case .live: Span("live", .success)
        case .connecting: Span("connecting\(glyphs.ellipsis)", .muted)
        case .retrying: Span("\(glyphs.warning) offline, trying again", .warning)
        case .refused: Span("\(glyphs.failed) refused", .danger)
        }
    }

    private func drawFilter(_ grid: inout Grid, _ line: Rect, _ count: Int, _ glyphs: Glyphs) {
        guard !line.isEmpty else { return }
        let shown = Fitting.suffix(filter, columns: max(0, line.columns - 16))
        let used = grid.put(
            [Span("/ ", .key), Span(shown, .field)], at: line.origin, maxColumns: line.columns,
            ellipsis: glyphs.ellipsis)
        if isFiltering { grid.cursor = Point(column: line.column + used, row: line.row) }
        let matches = "\(count) of \(session.presence.peers.count)"
        grid.put(
            [Span(matches, .muted)],
            at: Point(column: line.endColumn - TextWidth.of(matches), row: line.row),
            maxColumns: 14, ellipsis: glyphs.ellipsis)
    }

    private func table(_ peers: [Peer], _ glyphs: Glyphs, selecting: Bool = true) -> Table {
        let columns = PeerColumn.allCases
        let now = now
        return Table(
            columns: columns.map(\.column), count: peers.count,
            selected: selecting ? selectedIndex : nil,
            emptyText: emptyText
        ) { row in columns.map { $0.cell(peers[row], now: now, glyphs: glyphs) } }
    }

    private var emptyText: String {
        if !session.presence.isKnown { return "" }
        return filter.isEmpty
            ? "Nobody is here yet. Start an agent with: skein" : "No peer matches the filter"
    }

    private func drawDetails(_ peer: Peer, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        guard area.rows > 2 else { return }
        let card = Card(title: SafeText.visible(peer.name, limit: 40))
        let inner = card.draw(into: &grid, in: area, glyphs: glyphs)
        let host = peer.hostname.map { " on \($0)" } ?? ""
        let facts = [peer.agent, peer.model, peer.cwd + host, groups(of: peer)]
            .compactMap { $0 }.filter { !$0.isEmpty }.map { SafeText.visible($0, limit: 80) }
        Paragraph(facts.joined(separator: " \(glyphs.separator) ")).draw(
            into: &grid, in: inner.splitTop(1).top, glyphs: glyphs)
        if let summary = peer.summary, !summary.isEmpty {
            let quoted = glyphs.openQuote + SafeText.visible(summary, limit: 400) + glyphs.closeQuote
            Paragraph(quoted, .muted).draw(into: &grid, in: inner.splitTop(1).rest, glyphs: glyphs)
        }
    }

    private func groups(of peer: Peer) -> String {
        peer.groups.map { "@\($0.name)" }.joined(separator: " ")
    }

    private func drawHelp(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let keys = KeyTable(
            Self.offered.map { action in
                KeyHint(
                    keymap.keys[action, default: []].map(\.label).joined(separator: " "),
                    action.explanation)
            })
        let inner = Modal(
            title: "Keys", content: keys.size(columns: min(68, area.columns - 4), glyphs: glyphs)
        ).draw(into: &grid, in: area, glyphs: glyphs)
        keys.draw(into: &grid, in: inner, glyphs: glyphs)
    }

    private var hints: [KeyHint] {
        if isFiltering { return [KeyHint("⏎", "keep"), KeyHint("esc", "all peers")] }
        let choose = [KeyAction.up, .down].compactMap { keymap.key(for: $0)?.label }.joined()
        return [KeyHint(choose, KeyAction.up.label)]
            + [KeyAction.filter, .nextTheme, .help, .quit].map { action in
                KeyHint(
                    keymap.key(for: action)?.label ?? "", action.label,
                    isImportant: action == .quit)
            }
    }
}
