import Mesh
import MeshProtocol
import Session

/// The moment that is looked at instead of now.
public struct Replay: Sendable {
    /// The time that is shown.
    public internal(set) var moment: Moment
    /// That of the last change up to then, and its time.
    var number: Int64
    var changedAt: Moment
    /// Who was there, by mesh. A mesh that is not among them has no history that reaches so far.
    var meshes: [MeshID: Presence]
    /// What happened up to then.
    var log: ActivityLog
    var bar: HistoryBar
    /// Where the feed stood before, to be gone back to.
    var liveFeed: FeedPlace
    /// Who was chosen and is not there at this moment, and who is chosen in its stead.
    var lost: PeerRows.ID?
    var standIn: PeerRows.ID?
}

/// Where to go from what is shown.
enum PastMove: Equatable, Sendable {
    case before, after
    case at(Moment)
}

/// Asks who was on the meshes in sight at a moment, or at the change before or after one.
public struct PastWish: Equatable, Sendable {
    /// Events that are asked for with it.
    public static let events = 500

    public var meshes: [MeshID]
    public var place: AskPast.Place
    /// What happened up to then is not known here.
    public var isWithEvents: Bool

    /// Where an answer leads.
    public struct Place: Equatable, Sendable {
        public var moment: Moment
        public var number: Int64
        var changedAt: Moment
        /// The meshes that are to be shown as they are in the answer.
        var meshes: Set<MeshID>
        /// What was asked for lies before everything that is kept.
        var isBeyond = false
    }

    /// Nil where there is no change before, or after.
    public func found(in all: [MeshID: PastMesh]) -> Place? {
        func place(_ some: [MeshID: PastMesh], at moment: Moment? = nil) -> Place? {
            guard let last = some.values.max(by: { $0.number < $1.number }) else { return nil }
            return Place(
                moment: moment ?? last.at, number: last.number, changedAt: last.at,
                meshes: Set(some.keys))
        }
        switch self.place {
        case .before(let number):
            // Each is as it was before that number: together they are one moment.
            return place(all.filter { $0.value.number < number })
        case .after(let number):
            // The next one alone: the others change later.
            let next = all.values.map(\.number).filter { $0 > number }.min()
            return place(all.filter { $0.value.number == next })
        case .at(let moment):
            if let found = place(all.filter { $0.value.at <= moment }, at: moment) { return found }
            guard let first = all.values.map(\.at).min() else { return nil }
            var found = place(all.filter { $0.value.at == first })
            found?.isBeyond = true
            return found
        }
    }
}

/// What the relay answered to a wish.
public struct Past: Equatable, Sendable {
    public var wish: PastWish
    public var meshes: [MeshID: PastMesh]
    /// Up to the moment that was found; nil where they were not asked for.
    public var events: [MeshEvent]?

    public init(_ wish: PastWish, _ meshes: [MeshID: PastMesh], events: [MeshEvent]? = nil) {
        self.wish = wish
        self.meshes = meshes
        self.events = events
    }
}

/// The time that the history of the meshes in sight takes, and how much happened when.
struct HistoryBar: Equatable, Sendable {
    var earliest: Moment
    var latest: Moment
    var density: [Int]

    init(_ meshes: some Collection<PastMesh>) {
        earliest = meshes.map(\.earliest).min() ?? Moment(milliseconds: 0)
        latest = max(earliest, meshes.map(\.latest).max() ?? earliest)
        density = Array(repeating: 0, count: PastMesh.barLength)
        for mesh in meshes { add(mesh) }
    }

    private mutating func add(_ mesh: PastMesh) {
        let parts = mesh.density.prefix(PastMesh.barLength)
        let span = Double(mesh.latest.milliseconds(since: mesh.earliest))
        for (part, number) in parts.enumerated() where number > 0 {
            let share = (Double(part) + 0.5) / Double(parts.count)
            let moment = mesh.earliest.advanced(byMilliseconds: Int64(share * span))
            let place = Int(position(of: moment) * Double(density.count))
            density[min(place, density.count - 1)] += number
        }
    }

    /// 0 is the beginning, 1 the end.
    func position(of moment: Moment) -> Double {
        let span = latest.milliseconds(since: earliest)
        guard span > 0 else { return 1 }
        return min(max(0, Double(moment.milliseconds(since: earliest)) / Double(span)), 1)
    }

    func moment(at position: Double) -> Moment {
        let span = Double(latest.milliseconds(since: earliest))
        return earliest.advanced(byMilliseconds: Int64((position * span).rounded()))
    }
}
