import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import Widgets
import Wording

/// Going to what was, and back. Whatever happens meanwhile is taken in as ever, and is there on the
/// return.
extension DashboardState {
    /// A step of `{` and `}`.
    static let minute: Int64 = 60_000

    public var isLive: Bool { replay == nil }
    var alreadyLive: String? { isLive && pastAsked == nil ? translated("This is live already") : nil }
    var notNow: String? { isLive ? nil : translated("Return to live first ({1})", liveKey) }

    private var liveKey: String { keymap.key(for: .live)?.label ?? KeyAction.live.rawValue }

    // MARK: - Asking

    /// Looks at another moment. While one is awaited the newest wish waits, and no other.
    mutating func look(_ move: PastMove) -> [DashboardEffect] {
        guard pastAsked == nil else {
            pastWanted = move
            return []
        }
        let wish = wish(move)
        pastAsked = wish
        return [.ask(.past(wish))]
    }

    /// Forth or back by so many milliseconds, from what is shown or already wished for. Beyond now
    /// is live.
    mutating func look(by milliseconds: Int64) -> [DashboardEffect] {
        var from = now
        if case .at(let moment)? = pastAsked?.place { from = moment }
        if case .at(let moment)? = pastWanted { from = moment }
        let moment = from.advanced(byMilliseconds: milliseconds)
        guard moment < present else {
            goLive()
            return []
        }
        return look(.at(moment))
    }

    private func wish(_ move: PastMove) -> PastWish {
        let place: AskPast.Place
        switch move {
        case .at(let moment): place = .at(moment)
        case .after: place = .after(replay?.number ?? .max)
        case .before:
            // Between two changes the one before is that which is shown.
            let isBetween = replay.map { $0.changedAt < $0.moment } ?? false
            place = .before(replay.map { $0.number + (isBetween ? 1 : 0) } ?? .max)
        }
        return PastWish(
            meshes: meshesInSight.map(\.mesh), place: place, isWithEvents: !isLogWhole)
    }

    // MARK: - What is answered

    mutating func take(_ past: Past) -> [DashboardEffect] {
        // What was given up meanwhile is not wanted any more.
        guard past.wish == pastAsked else { return [] }
        pastAsked = nil
        show(past)
        guard let wanted = pastWanted else { return [] }
        pastWanted = nil
        return look(wanted)
    }

    mutating func failed(_ wish: PastWish, _ error: SkeinError) -> [DashboardEffect] {
        guard wish == pastAsked else { return [] }
        pastAsked = nil
        pastWanted = nil
        notice = Span(error.message, .warning)
        return []
    }

    private mutating func show(_ past: Past) {
        guard let found = past.wish.found(in: past.meshes) else {
            if case .after = past.wish.place {
                notice = Span(translated("Nothing changed after this ({1} is live)", liveKey), .muted)
            } else {
                notice = Span(translated("The history begins here"), .muted)
            }
            return
        }
        if found.isBeyond {
            let since = clock.exactly(found.moment, seenFrom: present)
            notice = Span(translated("The history begins at {1}", since), .warning)
        }
        var meshes: [MeshID: Presence] = [:]
        if case .after = past.wish.place { meshes = replay?.meshes ?? [:] }
        for (mesh, then) in past.meshes where found.meshes.contains(mesh) {
            meshes[mesh] = Presence().showing(then.peers, link: then.link)
        }
        var log = past.events.map(ActivityLog.init) ?? log
        log.ceiling = ceiling(of: log, at: found, past.wish.place)
        let new = Replay(
            moment: found.moment, number: found.number, changedAt: found.changedAt,
            meshes: meshes, log: log, bar: HistoryBar(past.meshes.values),
            liveFeed: replay?.liveFeed ?? feed, lost: replay?.lost, standIn: replay?.standIn)
        move(to: new)
        feed = FeedPlace(peer: feed.peer)
    }

    /// What happened after the change and up to the moment has happened, too.
    private func ceiling(
        of log: ActivityLog, at found: PastWish.Place, _ place: AskPast.Place
    ) -> Int64? {
        guard case .at = place, !found.isBeyond else { return found.number + 1 }
        return log.firstNumber(from: found.number, after: found.moment)
    }

    // MARK: - The rows

    mutating func goLive() {
        pastAsked = nil
        pastWanted = nil
        guard let replay else { return }
        feed = feed.peer == replay.liveFeed.peer ? replay.liveFeed : FeedPlace(peer: feed.peer)
        foldAway()
        move(to: nil)
    }

    /// Shows another moment, or now. The choice follows its peer; where that was not there yet, or
    /// not any more, its neighbour stands in for it.
    private mutating func move(to new: Replay?) {
        let place = ChosenPlace(self)
        var lost = replay.flatMap { $0.standIn == chosen ? $0.lost : nil }
        let before = replay
        replay = new
        if let before, let new {
            changeRows(from: before.meshes, to: new.meshes)
        } else {
            replaceRows()
        }
        if let id = lost, let peer = id.peer, known(peer) != nil {
            chosen = rows.place(of: id) != nil ? id : rows.row(of: peer) ?? chosen
            lost = nil
        }
        let wanted = chosen
        keep(place)
        if chosen != wanted, lost == nil { lost = wanted }
        replay?.lost = lost
        replay?.standIn = lost == nil ? nil : chosen
    }

    /// Only what differs: a step costs what it changes.
    private mutating func changeRows(
        from old: [MeshID: Presence], to new: [MeshID: Presence]
    ) {
        var changed: [MeshPeer] = []
        var gone: [PeerKey] = []
        for mesh in meshesInSight.map(\.mesh) {
            let before = old[mesh]?.peers ?? [:]
            let after = new[mesh]?.peers ?? [:]
            for (id, peer) in after where before[id] != peer {
                changed.append(meshPeer(peer, in: mesh))
            }
            gone += before.keys.filter { after[$0] == nil }.map { PeerKey($0, in: mesh) }
        }
        guard changed.count + gone.count < max(64, rows.known / 4) else { return replaceRows() }
        for key in gone { rows.remove(key) }
        for peer in changed { rows.put(peer) }
    }

    // MARK: - The bar

    /// The line of time beneath the panes.
    var timeBar: TimeBar? {
        replay.map { replay in
            TimeBar(
                density: replay.bar.density, cursor: replay.bar.position(of: replay.moment),
                from: clock.label(replay.bar.earliest, seenFrom: present),
                to: clock.label(replay.bar.latest, seenFrom: present))
        }
    }

    /// What the mouse does on the bar; nil where it is about something else.
    mutating func scrub(_ event: MouseEvent) -> [DashboardEffect]? {
        switch event.kind {
        case .release:
            isScrubbing = false
            return nil
        case .press:
            let point = Point(column: event.column, row: event.row)
            guard overlay == nil, let bar = layout?.bar, bar.contains(point) else { return nil }
            isScrubbing = true
            notice = nil
        case .drag: guard isScrubbing else { return nil }
        case .wheelUp, .wheelDown: return nil
        }
        guard let area = layout?.bar, let bar = timeBar, let replay else { return [] }
        return look(.at(replay.bar.moment(at: bar.position(atColumn: event.column, in: area))))
    }

    /// What says at every width that this is not now, and whether nobody knew who was there.
    func replaySpan(_ replay: Replay, isShort: Bool) -> Span {
        let isKnown = meshesInSight.allSatisfy { isLinked($0.mesh) }
        let exact = clock.exactly(replay.moment, seenFrom: present)
        let time = isShort && !isKnown ? clock.time(replay.moment) : exact
        let text = isKnown ? translated("{1}, not live", time) : translated("{1}, not live, offline", time)
        return Span(isShort && !isKnown ? text : " \(text) ", .warning, [.bold, .reverse])
    }
}
