import Mesh
import MeshProtocol

/// What of a mesh's events has been asked of the relay, and come.
struct EventsHeard: Sendable {
    /// An answer is awaited; one question at a time.
    var isAsked = false
    /// Something was missed since it was asked.
    var isWanted = false
    /// The answer came: everything that happens is known from here on.
    var isKnown = false
    /// There was nothing before what is known.
    var isWhole = false
    /// The peers have come once: coming again, they may come after a gap.
    var hasPeers = false
    /// The highest number that came.
    var last: Int64?
}

/// Asks what happened on a mesh: the last of it, or with `after` what came after that number.
public struct EventsWish: Equatable, Sendable {
    /// What is asked of a mesh that comes into sight.
    static let usual = 500

    public var mesh: MeshID
    public var after: Int64?
    /// All that is kept of it has gone by since `after`: the last is asked, whatever lies between.
    public var isLatest: Bool
    public var limit: Int

    init(_ mesh: MeshID, after: Int64? = nil, isLatest: Bool = false) {
        self.mesh = mesh
        self.after = after
        self.isLatest = isLatest
        limit = after == nil ? Self.usual : ActivityLog.capacity
    }

    /// As the relay is asked.
    public var question: ListEvents {
        ListEvents(mesh: mesh, after: isLatest ? nil : after, limit: limit)
    }
}

extension DashboardState {
    /// What happened, up to the moment that is looked at.
    var shownLog: ActivityLog { replay?.log ?? log }

    /// What of it the feed is about.
    var feedLog: LogPart {
        let scoped: ActivityLog.Part =
            switch scope {
            case .one(let mesh): .mesh(mesh)
            case .all: .all
            }
        return LogPart(log: shownLog, part: feed.peer.map { .peer($0) } ?? scoped)
    }

    /// What stands in the feed while nothing does.
    var emptyFeedText: String {
        if let eventsProblem { return eventsProblem }
        if replay != nil { return "Nothing is kept of what happened before" }
        let isKnown = meshesInSight.contains { heard[$0.mesh]?.isKnown ?? false }
        return isKnown ? "Nothing has happened yet" : ""
    }

    /// All that is known to have happened on the meshes in sight is in the log.
    var isLogWhole: Bool {
        !log.hasDropped && meshesInSight.allSatisfy { heard[$0.mesh]?.isWhole ?? false }
    }

    // MARK: - Hearing of it

    mutating func hear(_ events: [MeshEvent], of mesh: MeshID) {
        for event in events where event.mesh == mesh {
            log.insert(event)
            heard[mesh, default: EventsHeard()].last = max(
                event.number, heard[mesh]?.last ?? event.number)
        }
    }

    /// What happened before one came is asked with the first word of a mesh, also of one that is
    /// offline; what happened meanwhile, with every other snapshot.
    mutating func askEvents(of mesh: MeshID, after event: RelayEvent) -> [DashboardEffect] {
        switch event {
        case .snapshot:
            let now = heard[mesh] ?? EventsHeard()
            heard[mesh, default: EventsHeard()].hasPeers = true
            return now.hasPeers || !(now.isAsked || now.isKnown) ? askEvents(of: mesh) : []
        case .link: return heard[mesh] == nil ? askEvents(of: mesh) : []
        case .changed, .mail, .receipt, .state, .happened: return []
        }
    }

    private mutating func askEvents(of mesh: MeshID) -> [DashboardEffect] {
        var now = heard[mesh] ?? EventsHeard()
        defer { heard[mesh] = now }
        guard !now.isAsked else {
            now.isWanted = true
            return []
        }
        now.isAsked = true
        now.isWanted = false
        return [.ask(.events(EventsWish(mesh, after: now.isKnown ? now.last : nil)))]
    }

    mutating func take(_ page: EventPage, for wish: EventsWish) -> [DashboardEffect] {
        let mesh = wish.mesh
        eventsProblem = nil
        if wish.after != nil, !wish.isLatest, page.hasMore {
            // More than is kept: what was known before is too old by now.
            return [.ask(.events(EventsWish(mesh, after: wish.after, isLatest: true)))]
        }
        if wish.isLatest, page.hasMore, let first = page.events.first?.number,
            let after = wish.after, first > after
        {
            log.forget(mesh, below: first)
        }
        hear(page.events, of: mesh)
        heard[mesh, default: EventsHeard()].isAsked = false
        if wish.after == nil { heard[mesh]?.isWhole = !page.hasMore }
        heard[mesh]?.isKnown = true
        return heard[mesh]?.isWanted == true ? askEvents(of: mesh) : []
    }

    /// A relay that refuses to know what events are is an older one.
    mutating func failed(_ wish: EventsWish, _ error: SkeinError) {
        heard[wish.mesh]?.isAsked = false
        eventsProblem =
            error.code == .relayRefused ? "This relay is older and tells no events" : error.message
    }
}
