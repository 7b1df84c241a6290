import Mesh
import MeshProtocol
import Surface
import Text
import Widgets

/// The panes beside the peers: what happened, and what is known of one peer.
extension DashboardState {
    // MARK: - Activity

    /// Draws it and returns the note of its title.
    func drawActivity(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) -> String {
        let feed = feed
        let log = log
        let offset = secondsFromUTC
        let isOnePeer = feed.peer != nil
        Feed(
            count: feed.count(in: log),
            selected: focus == .activity ? feed.chosenLine(in: log) : nil,
            emptyText: "Nothing has happened since you came"
        ) { line in
            guard let activity = feed.number(line, in: log).flatMap({ log[$0] }) else {
                return Feed.Entry(time: "", [])
            }
            return Feed.Entry(
                time: activity.clock(offset),
                (isOnePeer ? [] : activity.who(glyphs)) + activity.told(glyphs))
        }.draw(into: &grid, in: area, glyphs: glyphs)
        let unseen = feed.unseen(in: log)
        let news = unseen > 0 ? ["\(unseen) new"] : []
        let state = feed.isPaused ? ["paused"] : feed.limit == nil ? [] : ["scrolled back"]
        return (state + news).joined(separator: " \(glyphs.separator) ")
    }

    // MARK: - Details

    func drawDetails(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) -> String {
        let lines = Lines(details(columns: area.columns, glyphs: glyphs), offset: detailsOffset)
        lines.draw(into: &grid, in: area, glyphs: glyphs)
        let limit = lines.limit(rows: area.rows)
        guard limit > 0 else { return "" }
        let first = min(detailsOffset, limit)
        return "\(first + 1)-\(first + area.rows) of \(lines.lines.count)"
    }

    /// Everything known of the chosen peer, line by line.
    func details(columns: Int, glyphs: Glyphs) -> [[Span]] {
        if case .branch(let name)? = chosen {
            return [[Span("\(rows.members(of: name)) peers are shown here", .muted)]]
        }
        guard let (peer, hasLeft) = selected.flatMap(known) else {
            return [[Span("Choose a peer to see what is known of it", .muted)]]
        }
        let cell = PeerCell(peer: peer, hasLeft: hasLeft, now: now, glyphs: glyphs)
        return facts(cell, columns: columns) + recent(peer.id, columns: columns, glyphs)
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
        add("status", [cell.sign, status, Span(since, .muted)])
        lines += summary(cell, columns: columns)
        add("role", [text(peer.role)])
        let groups = peer.groups.prefix(16).map { group in
            "@\(group.name)" + (group.role.map { " (\($0))" } ?? "")
        }
        add("groups", [text(groups.joined(separator: " "))])
        let program = [peer.agent, peer.model].compactMap { $0 }.filter { !$0.isEmpty }
        add("agent", [text(program.joined(separator: " \(cell.glyphs.separator) "))])
        let recent = log.perMinute(of: peer.id, until: now)
        if recent.contains(where: { $0 > 0 }) {
            let graph = Sparkline(recent).text(columns: recent.count, glyphs: cell.glyphs)
            add("activity", [Span(graph, .accent), Span(" last \(recent.count) min", .muted)])
        }
        add("directory", [text(peer.cwd, limit: 1024)])
        add("host", [text(peer.hostname)])
        let connected = max(0, Int(now.milliseconds(since: peer.connectedAt) / 1000))
        add("connected", [Span(Age.text(seconds: connected))])
        add("type", [text(peer.peerType)])
        add("session", [text(peer.sessionID)])
        add("key", [text(peer.id)])
        if peer.memberKey != peer.id { add("member", [text(peer.memberKey)]) }
        add("speaks", [Span(peer.speaksSkein ? "skein/1" : "as clients of old do")])
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
            let label = Fitting.exactly(index == 0 ? "summary" : "", columns: Self.label)
            return [Span(label, .muted), Span(line)]
        }
    }

    /// What happened to the peer of late.
    private func recent(_ peer: String, columns: Int, _ glyphs: Glyphs) -> [[Span]] {
        let count = log.count(of: peer, below: log.end)
        guard count > 0 else { return [] }
        let entries = (0..<min(count, 50)).compactMap { line in
            log.number(of: peer, at: count - 1 - line).flatMap { log[$0] }
        }
        return [[], [Span("recent activity", .muted)]]
            + entries.map { [Span($0.clock(secondsFromUTC) + "  ", .muted)] + $0.told(glyphs) }
    }
}

extension StatusSource {
    /// Who it is that said it.
    fileprivate var explanation: String {
        switch self {
        case .hook: "said by its hooks"
        case .manual: "said by itself"
        case .inferred: "inferred"
        }
    }
}

extension Activity {
    /// The time on the wall's clock: `12:40:05`.
    func clock(_ secondsFromUTC: Int) -> String {
        let day = 86_400
        let seconds = Int(moment.milliseconds / 1000 % Int64(day)) + secondsFromUTC
        let today = (seconds % day + day) % day
        return [today / 3600, today / 60 % 60, today % 60]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    /// The peer it is about.
    func who(_ glyphs: Glyphs) -> [Span] {
        guard peer != nil else { return [] }
        return [Span(SafeText.visible(name, limit: 24, ascii: glyphs.isASCII)), Span("  ")]
    }

    /// What happened, in words.
    func told(_ glyphs: Glyphs) -> [Span] {
        func safe(_ text: String, _ role: Role = .text) -> Span {
            Span(SafeText.visible(text, limit: 256, ascii: glyphs.isASCII), role)
        }
        switch what {
        case .joined: return [Span("joined", .success)]
        case .left: return [Span("left", .statusLeft)]
        case .renamed(let from): return [Span("was called ", .muted), safe(from)]
        case .status(let from, let to):
            return [
                Span(from.rawValue, .muted), Span(" \(glyphs.arrow) ", .muted),
                Span(to.rawValue, to.role),
            ]
        case .summary(let text):
            return [safe(glyphs.openQuote + text + glyphs.closeQuote)]
        case .role(let role):
            return role.isEmpty ? [Span("has no role now", .muted)]
                : [Span("is now ", .muted), safe(role)]
        case .groups(let groups):
            return groups.isEmpty ? [Span("is in no group now", .muted)]
                : [Span("is now in ", .muted), safe(groups.map { "@\($0)" }.joined(separator: " "))]
        case .directory(let path): return [Span("works in ", .muted), safe(path)]
        case .link(.live): return [Span("live", .success)]
        case .link(.connecting): return [Span("connecting", .muted)]
        case .link(.retrying(let reason, _)):
            return [Span("offline, trying again: ", .warning), safe(reason)]
        case .link(.refused(let reason)): return [Span("refused: ", .danger), safe(reason)]
        }
    }
}

extension Status {
    /// The role it is drawn in.
    var role: Role {
        switch self {
        case .idle: .statusIdle
        case .working: .statusWorking
        case .dnd: .statusDnd
        }
    }
}
