import Mesh

/// What happened, oldest first: the last `limit` events whose number is below `before`, or with
/// `after` the first ones whose number is above it.
public struct ListEvents: RelayQuestion {
    public typealias Answer = EventPage
    public static let word = "events"
    public static let isForPersonOnly = true
    /// Nil for every mesh.
    public var mesh: MeshID?
    public var before: Int64?
    public var after: Int64?
    /// 1 to 5,000.
    public var limit: Int

    public init(mesh: MeshID? = nil, before: Int64? = nil, after: Int64? = nil, limit: Int = 500) {
        self.mesh = mesh
        self.before = before
        self.after = after
        self.limit = limit
    }
}

public struct EventPage: Codable, Equatable, Sendable {
    public var events: [MeshEvent]
    /// There is more in the direction that was asked for.
    public var hasMore: Bool

    public init(events: [MeshEvent], hasMore: Bool) {
        self.events = events
        self.hasMore = hasMore
    }
}

/// Who was on a mesh at a moment, as far back as the relay's history reaches.
public struct AskPast: RelayQuestion {
    public typealias Answer = PastMesh
    public static let word = "past"
    public static let isForPersonOnly = true
    public var mesh: MeshID
    public var place: Place

    public enum Place: Codable, Equatable, Sendable {
        case at(Moment)
        /// The change before the one with this number, and the one after it.
        case before(Int64)
        case after(Int64)
    }

    public init(mesh: MeshID, _ place: Place) {
        self.mesh = mesh
        self.place = place
    }
}

/// A mesh as it was after one change of its presence.
public struct PastMesh: Codable, Equatable, Sendable {
    /// That of the change. Changes and events are numbered together: what happened up to then has
    /// numbers up to this.
    public var number: Int64
    public var at: Moment
    public var peers: [Peer]
    public var link: LinkState
    /// The moments between which the history of this mesh reaches.
    public var earliest: Moment
    public var latest: Moment
    /// Changes in each of `barLength` equal parts of that time, for a bar.
    public var density: [Int]

    public static let barLength = 120

    public init(
        number: Int64, at: Moment, peers: [Peer], link: LinkState, earliest: Moment,
        latest: Moment, density: [Int]
    ) {
        self.number = number
        self.at = at
        self.peers = peers
        self.link = link
        self.earliest = earliest
        self.latest = latest
        self.density = density
    }
}
