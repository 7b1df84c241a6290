import Foundation
import GRDB
import Mesh
import MeshProtocol

/// What the history is asked. It remembers the last past it found, so that a step on from it, or
/// back within its segment, costs the changes alone. Not for two threads at once.
struct HistoryReader {
    /// Bytes of the events of one answer.
    private static let answerBytes = 4 << 20
    /// Events of one answer.
    private static let mostEvents = 5000

    // MARK: - Events

    func events(_ question: ListEvents, in database: Database) throws -> EventPage {
        let db = StoreConnection(database)
        let limit = min(max(question.limit, 1), Self.mostEvents)
        let isForward = question.after != nil && question.before == nil
        var sql = """
            SELECT entry.number, at, body, mesh.name FROM entry JOIN mesh ON mesh.id = entry.mesh
            WHERE kind = 4
            """
        var arguments: StatementArguments = []
        if let mesh = question.mesh {
            sql += " AND entry.mesh = (SELECT id FROM mesh WHERE name = ?)"
            arguments += [mesh.rawValue]
        }
        if let after = question.after {
            sql += " AND entry.number > ?"
            arguments += [after]
        }
        if let before = question.before {
            sql += " AND entry.number < ?"
            arguments += [before]
        }
        sql += " ORDER BY entry.number \(isForward ? "ASC" : "DESC") LIMIT ?"
        arguments += [limit + 1]
        var events: [MeshEvent] = []
        var room = Self.answerBytes
        let rows = try db.cursor(sql, arguments)
        while let row = try rows.next() {
            let body: Data = row[2]
            // One is always given.
            guard events.count < limit, body.count <= room || events.isEmpty else {
                return page(events, isForward, hasMore: true)
            }
            room -= body.count
            events.append(Self.event(row, body))
        }
        return page(events, isForward, hasMore: false)
    }

    private func page(_ events: [MeshEvent], _ isForward: Bool, hasMore: Bool) -> EventPage {
        EventPage(events: isForward ? events : events.reversed(), hasMore: hasMore)
    }

    private static func event(_ row: Row, _ body: Data) -> MeshEvent {
        // A later program's words are not understood by an earlier one.
        let kept = try? JSONDecoder().decode(HistoryEvent.self, from: body)
        return MeshEvent(
            number: row[0], mesh: MeshID(rawValue: row[3]), at: Moment(milliseconds: row[1]),
            peer: kept?.peer, name: kept?.name ?? "", what: kept?.what ?? .other("?"))
    }

    // MARK: - The past

    private struct Known {
        var segment: Int64
        var keyframe: [String: Peer]
        var keyframeLink: LinkState
        var number: Int64
        var peers: [String: Peer]
        var link: LinkState
    }
    private var known: Known?
    private var bar: (mesh: Int64, earliest: Int64, last: Int64, density: [Int])?

    /// Nil where nothing is kept of the mesh.
    mutating func past(_ question: AskPast, in database: Database) throws -> PastMesh? {
        let db = StoreConnection(database)
        guard
            let mesh: Int64 = try db.value(
                "SELECT id FROM mesh WHERE name = ?", [question.mesh.rawValue]),
            let first = try db.row(
                "SELECT number, begunAt FROM segment WHERE mesh = ? ORDER BY number LIMIT 1",
                [mesh]),
            let last = try db.row(
                "SELECT endedAt FROM segment WHERE mesh = ? ORDER BY number DESC LIMIT 1", [mesh])
        else { return nil }
        let place = try found(question.place, mesh, in: db)
        let number: Int64 = place?[0] ?? first[0]
        let at: Int64 = place?[1] ?? first[1]
        guard
            let segment: Int64 = try db.value(
                "SELECT max(number) FROM segment WHERE mesh = ? AND number <= ?", [mesh, number]),
            let past = try replay(mesh, segment, to: number, in: db)
        else { return nil }
        let (earliest, latest): (Int64, Int64) = (first[1], max(last[0], first[1]))
        return PastMesh(
            number: number, at: Moment(milliseconds: at),
            peers: past.peers.values.sorted { ($0.connectedAt, $0.id) < ($1.connectedAt, $1.id) },
            link: past.link, earliest: Moment(milliseconds: earliest),
            latest: Moment(milliseconds: latest),
            density: try density(mesh, from: earliest, to: latest, in: db))
    }

    /// The number and the time of a change. Beyond an end it is the one at that end; nil before
    /// the first, where only a keyframe is left of what was.
    private func found(
        _ place: AskPast.Place, _ mesh: Int64, in db: StoreConnection
    ) throws -> Row? {
        let start = "SELECT number, at FROM entry WHERE kind < 3 AND mesh = ?"
        switch place {
        case .at(let moment):
            return try db.row(
                start + " AND at <= ? ORDER BY at DESC, number DESC LIMIT 1",
                [mesh, moment.milliseconds])
        case .before(let number):
            return try db.row(
                start + " AND number < ? ORDER BY number DESC LIMIT 1", [mesh, number])
        case .after(let number):
            let next = try db.row(
                start + " AND number > ? ORDER BY number LIMIT 1", [mesh, number])
            return try next ?? db.row(start + " ORDER BY number DESC LIMIT 1", [mesh])
        }
    }

    private mutating func replay(
        _ mesh: Int64, _ segment: Int64, to number: Int64, in db: StoreConnection
    ) throws -> (peers: [String: Peer], link: LinkState)? {
        if known?.segment != segment {
            guard let body: Data = try db.value("SELECT body FROM entry WHERE number = ?", [segment]),
                let frame = try? JSONDecoder().decode(HistoryKeyframe.self, from: body)
            else { return nil }
            let peers = Dictionary(frame.peers.map { ($0.id, $0) }) { $1 }
            known = Known(
                segment: segment, keyframe: peers, keyframeLink: frame.link, number: segment,
                peers: peers, link: frame.link)
        }
        guard var now = known.take() else { return nil }
        if now.number > number {
            (now.number, now.peers, now.link) = (segment, now.keyframe, now.keyframeLink)
        }
        let rows = try db.cursor(
            """
            SELECT number, kind, body FROM entry
            WHERE mesh = ? AND number > ? AND number <= ? AND kind < 3 ORDER BY number
            """, [mesh, now.number, number])
        while let row = try rows.next() {
            let body: Data = row[2]
            if row[1] == HistoryEntry.Kind.link.rawValue {
                now.link = (try? JSONDecoder().decode(LinkState.self, from: body)) ?? now.link
            } else if let changes = try? JSONDecoder().decode(PeerChanges.self, from: body) {
                changes.apply(to: &now.peers)
            }
            now.number = row[0]
        }
        now.number = max(now.number, number)
        known = now
        return (now.peers, now.link)
    }

    private mutating func density(
        _ mesh: Int64, from earliest: Int64, to latest: Int64, in db: StoreConnection
    ) throws -> [Int] {
        let last: Int64 = try db.value(
            "SELECT max(number) FROM entry WHERE kind < 3 AND mesh = ?", [mesh]) ?? 0
        if let bar, bar.mesh == mesh, bar.earliest == earliest, bar.last == last {
            return bar.density
        }
        var parts = [Int](repeating: 0, count: PastMesh.barLength)
        let span = max(1, latest - earliest)
        let rows = try db.cursor(
            """
            SELECT max(0, min(?, (at - ?) * ? / ?)), count(*) FROM entry
            WHERE kind < 3 AND mesh = ? GROUP BY 1
            """, [PastMesh.barLength - 1, earliest, PastMesh.barLength, span, mesh])
        while let row = try rows.next() { parts[row[0]] += row[1] as Int }
        bar = (mesh, earliest, last, parts)
        return parts
    }
}
