import Foundation
import Mesh
import MeshProtocol

/// One mesh as its history was told it: a value, which asks no clock and writes nothing. It says
/// which rows are to be written. Every segment begins with a keyframe, and the next one begins when
/// it has as many bytes of changes: a past costs at most two keyframes to find, and all of them
/// take at most twice what the changes take.
struct HistoryTrack {
    /// Who is there; nil where nobody says.
    private(set) var peers: [String: Peer]?
    /// Nil where nobody looks.
    private(set) var link: LinkState?
    private let mesh: MeshID
    private let limits: HistoryLimits

    /// The number of the segment that is being written; nil where the next row begins one.
    private(set) var segment: Int64?
    private var entries = 0
    private var keyframeBytes = 0
    private var changeBytes = 0
    private var begunAt = Moment(milliseconds: 0)
    /// There are more peers than are kept: of these only what happens is.
    private var isTooLarge = false

    init(mesh: MeshID, limits: HistoryLimits) {
        self.mesh = mesh
        self.limits = limits
    }

    /// What was to be written was not: the next row begins anew.
    mutating func lostRows() { segment = nil }

    /// The events, numbered, and the rows. `number` is the last one that was given. A change comes
    /// after the events that it tells, so that up to its number all of them have happened.
    mutating func take(
        _ record: HistoryRecord, at moment: Moment, number: inout Int64
    ) -> (events: [MeshEvent], rows: [HistoryEntry]) {
        var writing = Writing(number: number)
        defer { number = writing.number }
        switch record {
        case .snapshot(let all):
            let changes = peers.map { PeerChanges(from: $0, to: all) }
            if let changes, !isTooLarge {
                take(changes, at: moment, &writing)
                break
            }
            // What is told anew of so many is told, and then everybody is kept.
            if let changes, let known = peers {
                let events = MeshEvent.told(by: changes, knowing: known, in: mesh, at: moment)
                write(events, nil, at: moment, &writing)
            }
            peers = Dictionary(all.map { ($0.id, $0) }) { $1 }
            begin(.keyframe, at: moment, &writing)
        case .changed(let changes): take(changes, at: moment, &writing)
        case .link(let state): take(state.short, at: moment, &writing)
        case .unwatched:
            if link != nil { take(.connecting, at: moment, &writing) }
            (peers, link, segment) = (nil, nil, nil)
        case .events(let events): write(events, nil, at: moment, &writing)
        }
        return (writing.events, writing.rows)
    }

    private struct Writing {
        var number: Int64
        var events: [MeshEvent] = []
        var rows: [HistoryEntry] = []
    }

    private mutating func take(_ changes: PeerChanges, at moment: Moment, _ writing: inout Writing) {
        guard changes != PeerChanges(),
            let events = peers.map({
                MeshEvent.told(by: changes, knowing: $0, in: mesh, at: moment)
            })
        else { return }
        let body = isTooLarge ? nil : HistoryJSON.encoded(changes)
        write(events, body.map { (.changes, $0) }, at: moment, &writing)
        apply(changes)
    }

    /// In place: a copy of ten thousand peers would cost more than all the rest.
    private mutating func apply(_ changes: PeerChanges) {
        guard var all = peers.take() else { return }
        changes.apply(to: &all)
        peers = all
    }

    private mutating func take(_ state: LinkState, at moment: Moment, _ writing: inout Writing) {
        let event = MeshEvent.told(by: state, after: link, in: mesh, at: moment)
        // Whoever is there comes in a moment; until then nobody says that it is nobody.
        let isChange = event != nil && !(peers == nil && state == .live) && !isTooLarge
        let body = isChange ? HistoryJSON.encoded(state) : nil
        write(event.map { [$0] } ?? [], body.map { (.link, $0) }, at: moment, &writing, link: state)
    }

    // MARK: - Rows

    /// Events, and the change that tells them. `link` is the one after it.
    private mutating func write(
        _ events: [MeshEvent], _ change: (kind: HistoryEntry.Kind, body: Data)?, at moment: Moment,
        _ writing: inout Writing, link state: LinkState? = nil
    ) {
        let bodies = events.map { HistoryJSON.encoded(HistoryEvent($0)) }
        let bytes = bodies.reduce(change?.body.count ?? 0) { $0 + $1.count }
        guard !bodies.isEmpty || change != nil else {
            if let state { link = state }
            return
        }
        if isDue(at: moment, bytes: bytes) { begin(.repeated, at: moment, &writing) }
        for (event, body) in zip(events, bodies) {
            var event = event
            add(.event, body, at: event.at, &writing)
            event.number = writing.number
            writing.events.append(event)
        }
        if let state { link = state }
        if let change { add(change.kind, change.body, at: moment, &writing) }
        changeBytes += bytes
    }

    private mutating func add(
        _ kind: HistoryEntry.Kind, _ body: Data, at moment: Moment, _ writing: inout Writing
    ) {
        writing.number += 1
        entries += 1
        writing.rows.append(
            HistoryEntry(
                number: writing.number, at: moment, kind: kind, body: body,
                segment: segment ?? writing.number, link: link ?? .connecting))
    }

    private func isDue(at moment: Moment, bytes: Int) -> Bool {
        guard segment != nil, entries < limits.segmentEntries else { return true }
        if moment.milliseconds(since: begunAt) >= limits.segmentAge { return true }
        return changeBytes > 0
            && changeBytes + bytes > max(keyframeBytes, limits.leastChanges)
    }

    /// A new segment, of what is known now.
    private mutating func begin(
        _ kind: HistoryEntry.Kind, at moment: Moment, _ writing: inout Writing
    ) {
        let all = (peers ?? [:]).values.sorted { $0.id < $1.id }
        var frame = HistoryKeyframe(link: link ?? .connecting, peers: all)
        var body = HistoryJSON.encoded(frame)
        isTooLarge = body.count > limits.longestKeyframe
        if isTooLarge {
            frame = HistoryKeyframe(
                link: .retrying(reason: "too many peers to keep who they were", at: moment),
                peers: [])
            body = HistoryJSON.encoded(frame)
        }
        (segment, entries, changeBytes, begunAt) = (nil, 0, 0, moment)
        keyframeBytes = body.count
        add(kind, body, at: moment, &writing)
        segment = writing.number
    }
}
