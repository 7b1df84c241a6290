import Connection
import Database
import Mesh
import MeshProtocol

/// What one mesh's observer tells the history, and who is told what comes of it.
struct MeshHistory: Sendable {
    let mesh: MeshID
    let store: HistoryStore
    let feeds: EventFeeds
    let now: @Sendable () -> Moment
    /// Something was not taken: everybody is to be told before anything else.
    private var isBehind = false

    init(
        mesh: MeshID, store: HistoryStore, feeds: EventFeeds, now: @escaping @Sendable () -> Moment
    ) {
        self.mesh = mesh
        self.store = store
        self.feeds = feeds
        self.now = now
    }

    /// `peers` are those that are there after it, where anybody knows.
    mutating func take(_ event: LinkEvent, peers: @autoclosure () -> [Peer]?) {
        switch event {
        case .link(let state):
            record(.link(state))
        case .snapshot(let all):
            isBehind = false
            record(.snapshot(all))
        case .changed(let changes):
            if isBehind, let all = peers() {
                isBehind = false
                record(.snapshot(all))
            } else {
                record(.changed(changes))
            }
        }
    }

    /// Nobody looks at the mesh any more: from here on its past says so.
    func end() { store.record(.unwatched, of: mesh, at: now()) }

    private mutating func record(_ record: HistoryRecord) {
        if !store.record(record, of: mesh, at: now()) { isBehind = true }
    }
}
