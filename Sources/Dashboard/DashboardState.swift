import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import Widgets

/// A part of the dashboard that keys can go to.
public enum Pane: String, CaseIterable, Sendable { case peers, activity, details }

/// A list above the panes.
enum DashboardOverlay: Equatable, Sendable {
    case help(offset: Int)
    /// What to sort by, and which columns to show; the chosen line of each.
    case sort(Int)
    case columns(Int)
    case palette(FieldText, Int)
}

/// The dashboard: the session, and what is looked at of it.
public struct DashboardState: Sendable {
    /// How long a peer that left stays where it was, in milliseconds, and how many at most.
    static let farewell: Int64 = 30_000
    static let mostDeparted = 1000

    public var session: SessionState
    public var meshName: String
    /// How the mesh is addressed: `name@slug`.
    public var meshSlug: String
    /// The time that ages are told for. It moves only when a visible text changes.
    public var now: Moment
    /// Seconds that the clock on the wall is ahead of UTC.
    public var secondsFromUTC = 0
    public var keymap: Keymap
    /// The window as it was last told.
    public internal(set) var size = Size(columns: 80, rows: 24)

    public internal(set) var rows = PeerRows()
    /// The chosen row: it stays chosen wherever it goes.
    public internal(set) var chosen: PeerRows.ID? {
        didSet { if chosen != oldValue { detailsOffset = 0 } }
    }
    /// The first row in sight.
    var top = 0
    /// Peers that left a moment ago, as they were.
    var departed: [String: Departed] = [:]
    /// Those in the order they left; one that came back stands here still.
    var departures: [Departed] = []
    public internal(set) var columns = PeerColumn.usual

    public internal(set) var log = ActivityLog()
    var feed = FeedPlace()

    public internal(set) var focus = Pane.peers
    /// What stands beside the peers where there is room for two.
    var second = Pane.activity
    var detailsOffset = 0
    /// How the room is shared, in hundredths: peers beside activity, both above the rest.
    var beside = 58
    var above = 60
    var dragged: DashboardLayout.Divider?

    var filter = FieldText(limit: 200)
    var isFiltering = false
    var overlay: DashboardOverlay?
    /// Said in place of the keys until the next one is pressed.
    var notice: Span?

    struct Departed: Sendable {
        var peer: Peer
        var at: Moment
    }

    public init(
        session: SessionState, meshName: String, meshSlug: String = "", now: Moment,
        keymap: Keymap = .standard
    ) {
        self.session = session
        self.meshName = meshName
        self.meshSlug = meshSlug
        self.now = now
        self.keymap = keymap
    }

    /// The chosen peer.
    public var selected: String? { chosen?.peer }

    /// A peer that is there, or was until a moment ago.
    func known(_ id: String) -> (peer: Peer, hasLeft: Bool)? {
        if let peer = session.presence.peers[id] { return (peer, false) }
        return departed[id].map { ($0.peer, true) }
    }

    /// The peers that are shown, in order.
    public var peers: [Peer] {
        rows.ids(0..<rows.count).compactMap { id in id.peer.flatMap { known($0)?.peer } }
    }

    /// The text of the filter, as typed.
    public var filterText: String { filter.text }

    /// How many peers there are, and how many do what: "9 peers", "4 working".
    public var totals: [String] {
        let all = rows.presentCount
        let byStatus = Status.allCases.compactMap { status -> String? in
            let number = rows.count(of: status)
            return number == 0 ? nil : "\(number) \(status.rawValue)"
        }
        return [all == 1 ? "1 peer" : "\(all) peers"] + byStatus
    }

    // MARK: - What the rows are made by

    /// Everybody anew, after a snapshot.
    mutating func replaceRows() {
        rows.replace(
            present: session.presence.peers.values,
            departed: departed.values.lazy.map(\.peer))
    }

    mutating func reshape(_ change: (inout PeerRows.Shape) -> Void) {
        var shape = rows.shape
        change(&shape)
        if shape != rows.shape { rows.change(shape) }
    }

    /// Sorts by a column; by the same one again, the other way.
    public mutating func sort(by column: String, ascending: Bool? = nil) {
        let isSame = rows.shape.column == column
        reshape {
            $0.order.isAscending = ascending ?? (isSame ? !$0.order.isAscending : true)
            $0.column = column
        }
        showChosen()
    }

    /// Narrows the list to what a text says; what is wrong with it is returned.
    @discardableResult
    public mutating func narrow(to text: String) -> String? {
        filter = FieldText(text, limit: 200)
        return applyFilter()
    }

    @discardableResult
    mutating func applyFilter() -> String? {
        let new = PeerFilter(filter.text)
        reshape { $0.filter = new }
        settleChosen()
        return new.problem
    }

    public mutating func group(by grouping: PeerGrouping) {
        reshape { $0.grouping = grouping }
        if let peer = selected { chosen = rows.row(of: peer) ?? chosen }
        settleChosen()
    }

    /// Which columns are shown, in their order; those that are none are left out.
    public mutating func show(columns ids: [String]) {
        let known = ids.filter { PeerColumn.called($0) != nil }
        if !known.isEmpty { columns = known }
    }
}
