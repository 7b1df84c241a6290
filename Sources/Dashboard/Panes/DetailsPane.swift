import Mesh
import MeshProtocol
import Surface
import Text
import Widgets
import Wording

/// Everything known of the chosen peer.
struct DetailsPane: PaneView {
    func title(_ state: DashboardState, _ glyphs: Glyphs) -> String {
        guard let peer = state.selected.flatMap(state.known)?.peer else { return translated("details") }
        return SafeText.visible(peer.name, limit: 40, ascii: glyphs.isASCII)
    }

    func hints(_ state: DashboardState) -> [KeyHint] {
        [
            state.listHint(translated("scroll")), state.hint(.message), state.hint(.actions),
            state.hint(.verify), state.hint(.copyKey), state.hint(.copyAddress),
            state.hint(.back, translated("peers")),
        ]
    }

    func go(_ lines: Int, _ state: inout DashboardState) { state.scrollDetails(lines) }
    func turnWheel(_ lines: Int, _ state: inout DashboardState) { state.scrollDetails(lines) }
    func nothingToTake(_ state: DashboardState) -> String? { translated("These are the details already") }
    func take(_ state: inout DashboardState) {}

    func draw(
        _ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs
    ) -> String {
        let lines = Lines(
            state.details(columns: area.columns, glyphs: glyphs), offset: state.detailsOffset)
        lines.draw(into: &grid, in: area, glyphs: glyphs)
        let limit = lines.limit(rows: area.rows)
        guard limit > 0 else { return "" }
        let first = min(state.detailsOffset, limit)
        return translated("{1}-{2} of {3}", first + 1, first + area.rows, lines.lines.count)
    }
}

extension DashboardState {
    mutating func scrollDetails(_ lines: Int) {
        guard let area = layout?.panes[.details]?.content else { return }
        let limit = Lines(details(columns: area.columns, glyphs: .ascii)).limit(rows: area.rows)
        detailsOffset = min(max(0, detailsOffset + lines), limit)
    }

    /// Everything known of the chosen peer, line by line.
    func details(columns: Int, glyphs: Glyphs) -> [[Span]] {
        if case .branch(let name)? = chosen {
            return [[Span(translated("{1} peers are shown here", rows.members(of: name)), .muted)]]
        }
        guard let key = selected, let (peer, hasLeft) = known(key) else {
            return [[Span(translated("Choose a peer to see what is known of it"), .muted)]]
        }
        let cell = PeerCell(
            peer: peer, mesh: key.mesh, slug: membership(of: key.mesh)?.slug ?? "",
            isLive: isLinked(key.mesh), hasLeft: hasLeft, now: now, glyphs: glyphs)
        return facts(cell, columns: columns) + recent(key, columns: columns, glyphs)
    }

    private func facts(_ cell: PeerCell, columns: Int) -> [[Span]] {
        let peer = cell.peer
        var lines: [[Span]] = []
        func add(_ label: String, _ spans: [Span]) {
            guard spans.contains(where: { !$0.text.isEmpty }) else { return }
            lines.append([Span(Fitting.exactly(label, columns: Self.label), .muted)] + spans)
        }
        func text(_ text: String?, limit: Int = 256) -> Span {
            cell.safe(text, .text, limit: limit)
        }
        let age = Age.text(seconds: cell.age)
        let since = " \(age)" + (cell.hasLeft ? "" : ", \(peer.statusSource.explanation)")
        let status = Span(" " + cell.statusWord, cell.statusRole)
        add(translated("status"), [cell.sign, status, Span(since, .muted)])
        lines += summary(cell, columns: columns)
        if meshesInSight.count > 1 {
            let link = linkSpan(of: cell.mesh, cell.glyphs, .since)
            add(translated("mesh"), [text(cell.slug), Span(" "), link])
        }
        add(translated("role"), [text(peer.role)])
        let groups = peer.groups.prefix(16).map { group in
            "@\(group.name)" + (group.role.map { " (\($0))" } ?? "")
        }
        add(translated("groups"), [text(groups.joined(separator: " "))])
        let program = [peer.agent, peer.model].compactMap { $0 }.filter { !$0.isEmpty }
        add(translated("agent"), [text(program.joined(separator: " \(cell.glyphs.separator) "))])
        let recent = shownLog.perMinute(of: PeerKey(peer.id, in: cell.mesh), until: now)
        if recent.contains(where: { $0 > 0 }) {
            let graph = Sparkline(recent).text(columns: recent.count, glyphs: cell.glyphs)
            add(translated("activity"), [Span(graph, .accent), Span(translated(" last {1} min", recent.count), .muted)])
        }
        add(translated("directory"), [text(peer.cwd, limit: 1024)])
        add(translated("host"), [text(peer.hostname)])
        let connected = max(0, Int(now.milliseconds(since: peer.connectedAt) / 1000))
        add(translated("connected"), [Span(Age.text(seconds: connected))])
        add(translated("type"), [text(peer.peerType)])
        add(translated("session"), [text(peer.sessionID)])
        add(translated("key"), [text(peer.id)])
        if peer.memberKey != peer.id { add(translated("member"), [text(peer.memberKey)]) }
        if let trust = trusts[PeerKey(peer.id, in: cell.mesh)] {
            if let safety = trust.safety {
                let told = safety.isVerified ? translated(" compared") : translated(" not compared")
                add(translated("safety"), [text(safety.number), Span(told, .muted)])
            }
            let may = trust.capabilities.map(\.rawValue).joined(separator: ", ")
            let note = trust.isStandard ? translated(", as everybody") : ""
            add(
                translated("may"), trust.isBlocked
                    ? [Span(translated("nothing: it is blocked"), .warning)] : [Span(may), Span(note, .muted)])
        }
        add(translated("speaks"), [Span(peer.speaksSkein ? translated("skein/1") : translated("as clients of old do"))])
        return lines
    }

    private static let label = 11

    /// What the peer says of itself, wrapped.
    private func summary(_ cell: PeerCell, columns: Int) -> [[Span]] {
        let said = cell.safe(cell.peer.summary, .text, limit: 1024).text
        guard !said.isEmpty else { return [] }
        let quoted = cell.glyphs.openQuote + said + cell.glyphs.closeQuote
        return Fitting.lines(
            quoted, columns: max(10, columns - Self.label), maxLines: 6,
            ellipsis: cell.glyphs.ellipsis
        ).enumerated().map { index, line in
            let label = Fitting.exactly(index == 0 ? translated("summary") : "", columns: Self.label)
            return [Span(label, .muted), Span(line)]
        }
    }

    /// What happened to the peer of late.
    private func recent(_ peer: PeerKey, columns: Int, _ glyphs: Glyphs) -> [[Span]] {
        let log = LogPart(log: shownLog, part: .peer(peer))
        let count = log.count
        guard count > 0 else { return [] }
        let entries = (0..<min(count, 50)).compactMap { line in
            log.number(at: count - 1 - line).flatMap { log[$0] }
        }
        return [[], [Span(translated("recent activity"), .muted)]]
            + entries.map { [Span(clock.time($0.at) + "  ", .muted)] + $0.told(glyphs) }
    }
}

extension StatusSource {
    /// Who it is that said it.
    fileprivate var explanation: String {
        switch self {
        case .hook: translated("said by its hooks")
        case .manual: translated("said by itself")
        case .inferred: translated("inferred")
        }
    }
}
