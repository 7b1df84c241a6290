import Mesh
import MeshProtocol
import Session

@testable import Dashboard

/// What a relay keeps of its meshes: told what happens, it numbers it, and answers as a relay does.
struct TestHistory {
    struct Change {
        var number: Int64
        var at: Moment
        var mesh: MeshID
        var peers: [String: Peer]
        var link: LinkState
    }

    private(set) var number: Int64 = 0
    private(set) var changes: [Change] = []
    private(set) var events: [MeshEvent] = []
    private var now: [MeshID: Presence] = [:]

    /// What a watcher is told after the event itself.
    mutating func take(_ event: RelayEvent, of mesh: MeshID, at moment: Moment) -> RelayEvent {
        let before = now[mesh] ?? Presence()
        now[mesh, default: Presence()].take(event, at: moment)
        let told = Self.told(event, before, in: mesh, at: moment).map { record($0) }
        guard let after = now[mesh], after.isKnown, after != before || !before.isKnown else {
            return .happened(told)
        }
        number += 1
        changes.append(
            Change(number: number, at: moment, mesh: mesh, peers: after.peers, link: after.link))
        return .happened(told)
    }

    /// Something that is no change of presence.
    mutating func record(_ event: MeshEvent) -> MeshEvent {
        number += 1
        var event = event
        event.number = number
        events.append(event)
        return event
    }

    static func told(
        _ event: RelayEvent, _ before: Presence, in mesh: MeshID, at moment: Moment
    ) -> [MeshEvent] {
        switch event {
        case .snapshot(let all):
            guard before.isKnown else { return [] }
            let changes = PeerChanges(from: before.peers, to: all)
            return MeshEvent.told(by: changes, knowing: before.peers, in: mesh, at: moment)
        case .changed(let changes):
            return MeshEvent.told(by: changes, knowing: before.peers, in: mesh, at: moment)
        case .link(let link):
            guard before.isKnown || link != .live else { return [] }
            return MeshEvent.told(by: link, after: before.link, in: mesh, at: moment).map { [$0] } ?? []
        default: return []
        }
    }

    // MARK: - Answers

    func answer(_ wish: EventsWish) -> EventPage {
        page(wish.question)
    }

    func page(_ question: ListEvents) -> EventPage {
        let all = events.filter {
            (question.mesh == nil || $0.mesh == question.mesh)
                && $0.number > question.after ?? -1 && $0.number < question.before ?? .max
        }
        let some = question.after == nil ? all.suffix(question.limit) : all.prefix(question.limit)
        return EventPage(events: Array(some), hasMore: some.count < all.count)
    }

    func answer(_ wish: PastWish) -> Past {
        var meshes: [MeshID: PastMesh] = [:]
        for mesh in wish.meshes { meshes[mesh] = past(mesh, wish.place) }
        guard wish.isWithEvents, let found = wish.found(in: meshes) else { return Past(wish, meshes) }
        let shown = events.filter { event in
            guard case .at(let moment) = wish.place else { return event.number <= found.number }
            return event.number <= found.number || event.at <= moment
        }
        return Past(wish, meshes, events: shown.suffix(PastWish.events))
    }

    /// Beyond an end it is the change at that end.
    private func past(_ mesh: MeshID, _ place: AskPast.Place) -> PastMesh? {
        let all = changes.filter { $0.mesh == mesh }
        guard let first = all.first, let last = all.last else { return nil }
        let found: Change =
            switch place {
            case .at(let moment): all.last { $0.at <= moment } ?? first
            case .before(let number): all.last { $0.number < number } ?? first
            case .after(let number): all.first { $0.number > number } ?? last
            }
        var density = Array(repeating: 0, count: PastMesh.barLength)
        let span = max(1, last.at.milliseconds(since: first.at))
        for change in all {
            let part = change.at.milliseconds(since: first.at) * Int64(density.count) / span
            density[min(Int(part), density.count - 1)] += 1
        }
        return PastMesh(
            number: found.number, at: found.at, peers: Array(found.peers.values), link: found.link,
            earliest: first.at, latest: last.at, density: density)
    }
}

extension DashboardState {
    /// Tells it an event and what happened by it, and the history as well.
    mutating func live(
        _ event: RelayEvent, after seconds: Int64, in mesh: MeshID = Sample.mesh.mesh,
        _ history: inout TestHistory
    ) {
        let moment = Sample.noon.advanced(bySeconds: seconds)
        let happened = history.take(event, of: mesh, at: moment)
        ask(reduce(.relay(mesh, event, at: moment)), history)
        ask(reduce(.relay(mesh, happened, at: moment)), history)
    }

    /// Has the history answer what is asked, and what is asked then, until nothing is.
    mutating func ask(_ effects: [DashboardEffect], _ history: TestHistory) {
        var effects = effects
        while !effects.isEmpty {
            switch effects.removeFirst() {
            case .ask(.past(let wish)):
                effects += reduce(.answered(.past(history.answer(wish))))
            case .ask(.events(let wish)):
                effects += reduce(.answered(.events(history.answer(wish), for: wish)))
            default: break
            }
        }
    }
}
