import Mesh
import Surface
import Widgets

/// When something on the screen changes by itself.
extension DashboardState {
    /// Milliseconds until a text that is on the screen changes, or somebody who left is folded
    /// away; nil if nothing does.
    public func untilChange(size: Size) -> Int64? {
        // What was does not grow any older.
        guard replay == nil, let layout = DashboardLayout(self, size) else { return nil }
        var ages: [Int64] = []
        var isGraphShown = false
        if let content = layout.panes[.peers]?.content {
            let table = parts(ofPeers: content).table
            let first = ScrollWindow.offset(
                selected: chosen.flatMap { rows.place(of: $0) }, count: rows.count,
                visible: table.rows - 1, current: top)
            let shown = shownColumns(in: table)
            for id in rows.ids(first..<(first + max(0, table.rows - 1))) {
                guard let key = id.peer, let (peer, _) = known(key) else { continue }
                if shown.contains("age") { ages.append(age(since: peer.statusSince)) }
                if shown.contains("since") { ages.append(age(since: peer.connectedAt)) }
                if shown.contains("activity") { isGraphShown = isGraphShown || isActive(key) }
            }
        }
        if layout.panes[.details] != nil, let key = selected, let (peer, _) = known(key) {
            ages += [age(since: peer.statusSince), age(since: peer.connectedAt)]
            isGraphShown = isGraphShown || isActive(key)
        }
        if layout.panes[.queue] != nil { ages += messageAges }
        let changes = ages.map { age in
            Int64(Age.secondsToChange(seconds: Int(age / 1000))) * 1000 - age % 1000
        }
        let farewell = nextFarewell.map { max(0, $0.milliseconds(since: now)) }
        let graph = isGraphShown ? ActivityLog.untilNextMinute(now) : nil
        let told = [untilLinksChange(columns: size.columns)] + overlays.map { $0.untilChange(self) }
        return (changes + ([farewell, graph] + told).compactMap { $0 }).min()
    }

    /// Whether anything happened that moves on in a graph with the next minute.
    private func isActive(_ peer: PeerKey) -> Bool {
        log.perMinute(of: peer, until: now).contains { $0 > 0 }
    }

    /// Those there is room for.
    private func shownColumns(in area: Rect) -> Set<String> {
        let table = peersTable(glyphs: .ascii)
        let widths = Table.widths(table.columns, columns: area.columns)
        return Set(zip(table.columns, widths).filter { $1 != nil }.map(\.0.title))
    }

    /// Never less than nothing, whatever the clock does.
    private func age(since moment: Moment) -> Int64 { max(0, now.milliseconds(since: moment)) }
}
