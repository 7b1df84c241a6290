import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import Widgets
import Wording

/// The dashboard: the session, and what is looked at of it.
public struct DashboardState: Sendable {
    /// How long a peer that left stays where it was, in milliseconds, and how many at most.
    static let farewell: Int64 = 30_000
    static let mostDeparted = 1000

    public var session: SessionState
    /// Those that this machine has joined, the one used last first.
    public var meshes: [Membership]
    public internal(set) var scope: MeshScope
    /// The time as it was told last. It moves only when a visible text changes.
    var present: Moment
    /// The time that ages are told for: the present, or the moment that is looked at instead.
    public var now: Moment { replay?.moment ?? present }
    /// Seconds that the clock on the wall is ahead of UTC.
    public var secondsFromUTC = 0
    public var keymap: Keymap
    /// The window as it was last told.
    public internal(set) var size = Size(columns: 80, rows: 24)

    /// How the relay stood when it was asked last.
    public internal(set) var relay: RelayStatus?
    /// It has ended, and is being started again.
    var relayTrouble: RelayTrouble?
    /// It is being asked, and whether what it says will be old already.
    var isStatusAsked = false
    var isStatusStale = false

    /// How far peers' members are trusted, of those that were asked about.
    var trusts: [PeerKey: PeerTrust] = [:]
    var trustsAsked: Set<PeerKey> = []

    public internal(set) var rows = PeerRows()
    /// The chosen row: it stays chosen wherever it goes.
    public internal(set) var chosen: PeerRows.ID? {
        didSet { if chosen != oldValue { detailsOffset = 0 } }
    }
    /// The first row in sight.
    var top = 0
    /// Peers that left a moment ago, as they were.
    var departed: [PeerKey: Departed] = [:]
    /// Those in the order they left; one that came back stands here still.
    var departures: [Departed] = []
    public internal(set) var columns: [String]
    var looks = DashboardLooks()

    public internal(set) var log = ActivityLog()
    /// By mesh, what of its events has come.
    var heard: [MeshID: EventsHeard] = [:]
    /// Why no events come.
    var eventsProblem: String?
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
    var mail = MailBoard()
    /// The message that is chosen; nil is the first one.
    var chosenMessage: MessageID?
    /// What is being written, by mesh.
    public internal(set) var drafts: [MeshID: MessageDraft] = [:]
    /// What stands beside the peers where the details have room of their own.
    var upper = Pane.activity

    /// Interrupts, the topmost last.
    var overlays: [any DashboardOverlay] = []
    /// Said in place of the keys until the next one is pressed.
    var notice: Span?

    /// What is looked at instead of now; nil while everything is live.
    public internal(set) var replay: Replay?
    /// What of the past was asked for and has not come, and what is wished for after it.
    var pastAsked: PastWish?
    var pastWanted: PastMove?
    var isScrubbing = false

    struct Departed: Sendable {
        var peer: MeshPeer
        var at: Moment
    }

    public init(
        session: SessionState, meshes: [Membership], scope: MeshScope, now: Moment,
        keymap: Keymap = .standard
    ) {
        self.session = session
        self.meshes = meshes
        self.scope = scope
        present = now
        self.keymap = keymap
        columns = PeerColumn.usual(severalMeshes: scope == .all && meshes.count > 1)
        settleLook()
    }

    /// The chosen peer.
    public var selected: PeerKey? { chosen?.peer }

    var clock: WallClock { WallClock(secondsFromUTC: secondsFromUTC) }

    /// A peer that is there, or was until a moment ago.
    func known(_ key: PeerKey) -> (peer: Peer, hasLeft: Bool)? {
        if let peer = presence(of: key.mesh)?.peers[key.id] { return (peer, false) }
        // Who left a moment ago left now, not then.
        return isLive ? departed[key].map { ($0.peer.peer, true) } : nil
    }

    /// The peers that are shown, in order.
    public var peers: [MeshPeer] {
        rows.ids(0..<rows.count).compactMap { id in
            id.peer.flatMap { key in known(key).map { meshPeer($0.peer, in: key.mesh) } }
        }
    }

    /// The text of the filter, as typed.
    public var filterText: String { filter.text }

    /// How many peers there are, and how many do what: "9 peers", "1 waiting", "4 working".
    public var totals: [String] {
        let all = rows.presentCount
        let byStatus = Status.allCases.compactMap { status -> String? in
            let number = rows.count(of: status)
            return number == 0 ? nil : "\(number) \(status.rawValue)"
        }
        let waiting = rows.waiting == 0 ? [] : [translated("{1} waiting", rows.waiting)]
        return [all == 1 ? translated("1 peer") : translated("{1} peers", all)] + waiting + byStatus
    }

    // MARK: - What the rows are made by

    /// Everybody anew, after a snapshot or where others are in sight.
    mutating func replaceRows(shape: PeerRows.Shape? = nil) {
        let present = meshesInSight.flatMap { membership in
            (presence(of: membership.mesh)?.peers.values).map { peers in
                peers.map { MeshPeer($0, in: membership.mesh, called: membership.slug) }
            } ?? []
        }
        let left = isLive ? departed.values.filter { isInSight($0.peer.mesh) }.map(\.peer) : []
        rows.replace(present: present, departed: left, shape: shape)
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
