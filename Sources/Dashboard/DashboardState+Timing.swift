import Mesh
import Surface
import Widgets

/// When something on the screen changes by itself.
extension DashboardState {
    /// Milliseconds until a text that is on the screen changes, or somebody who left is folded
    /// away; nil if nothing does.
    public func untilChange(size: Size) -> Int64? {
        guard let layout = DashboardLayout(self, size) else { return nil }
        var ages: [Int64] = []
        if let content = layout.panes[.peers]?.content {
            let table = parts(ofPeers: content).table
            let first = ScrollWindow.offset(
                selected: chosen.flatMap { rows.place(of: $0) }, count: rows.count,
                visible: table.rows - 1, current: top)
            for id in rows.ids(first..<(first + max(0, table.rows - 1))) {
                guard let (peer, _) = id.peer.flatMap(known) else { continue }
                if columns.contains("age") { ages.append(age(since: peer.statusSince)) }
                if columns.contains("since") { ages.append(age(since: peer.connectedAt)) }
            }
        }
        if layout.panes[.details] != nil, let (peer, _) = selected.flatMap(known) {
            ages += [age(since: peer.statusSince), age(since: peer.connectedAt)]
        }
        let changes = ages.map { age in
            Int64(Age.secondsToChange(seconds: Int(age / 1000))) * 1000 - age % 1000
        }
        let farewell = nextFarewell.map { max(0, $0.milliseconds(since: now)) }
        return (changes + [farewell].compactMap { $0 }).min()
    }

    /// Never less than nothing, whatever the clock does.
    private func age(since moment: Moment) -> Int64 { max(0, now.milliseconds(since: moment)) }
}
