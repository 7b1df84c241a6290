import DequeModule
import Mesh
import MeshProtocol

/// What happened, the last so many things of it, in the order of their numbers, each once.
public struct ActivityLog: Sendable {
    /// What is kept. Beyond it the oldest goes.
    public static let capacity = 5000

    /// Which of it is meant.
    enum Part: Hashable, Sendable {
        case all
        case mesh(MeshID)
        case peer(PeerKey)
    }

    private struct Mark: Sendable {
        var number: Int64
        var at: Moment
    }

    private var entries: Deque<MeshEvent> = []
    /// By mesh and by peer, what is kept about it, oldest first.
    private var marks: [Part: Deque<Mark>] = [:]
    /// What has this number, or a higher one, is not shown: it lies after the moment that is
    /// looked at.
    var ceiling: Int64?
    /// Something was kept, and went.
    private(set) var hasDropped = false

    public init() {}

    init(_ events: [MeshEvent]) {
        for event in events { insert(event) }
    }

    /// Above the number of all that are shown.
    var end: Int64 { min(ceiling ?? .max, entries.last.map { $0.number + 1 } ?? 0) }

    /// Puts it where its number belongs. One that is here already, or that is older than all where
    /// there is no room, is left out. Mostly it is the newest; one that is not costs the distance
    /// to the nearer end.
    mutating func insert(_ event: MeshEvent) {
        guard event.number >= 0, event.number < .max else { return }
        let isNewest = entries.last.map { $0.number < event.number } ?? true
        var place = isNewest ? entries.count : self.place(of: event.number)
        if !isNewest, entries[place].number == event.number { return }
        if entries.count == Self.capacity {
            guard place > 0 else {
                hasDropped = true
                return
            }
            drop()
            place -= 1
        }
        entries.insert(event, at: place)
        let mark = Mark(number: event.number, at: event.at)
        for part in Self.parts(of: event) {
            let count = marks[part]?.count ?? 0
            let place = isNewest ? count : Self.count(in: marks[part], below: event.number)
            marks[part, default: []].insert(mark, at: place)
        }
    }

    /// What is older of a mesh goes: there is a hole above it.
    mutating func forget(_ mesh: MeshID, below number: Int64) {
        let kept = entries.filter { $0.mesh != mesh || $0.number >= number }
        let ceiling = ceiling
        self = ActivityLog(Array(kept))
        self.ceiling = ceiling
        hasDropped = true
    }

    private mutating func drop() {
        let oldest = entries.removeFirst()
        hasDropped = true
        for part in Self.parts(of: oldest) {
            // The oldest of all is the oldest of its mesh and of its peer.
            marks[part]?.removeFirst()
            if marks[part]?.isEmpty == true { marks[part] = nil }
        }
    }

    private static func parts(of event: MeshEvent) -> [Part] {
        let mesh = Part.mesh(event.mesh)
        return event.peer.map { [mesh, .peer(PeerKey($0, in: event.mesh))] } ?? [mesh]
    }

    /// What has a number, while it is kept.
    public subscript(number: Int64) -> MeshEvent? {
        guard number < end else { return nil }
        let place = place(of: number)
        return place < entries.count && entries[place].number == number ? entries[place] : nil
    }

    /// How many of a part there are below a number.
    func count(of part: Part, below limit: Int64) -> Int {
        let limit = min(limit, end)
        return part == .all ? place(of: limit) : Self.count(in: marks[part], below: limit)
    }

    /// The number of the one that is `place`th of a part, oldest first.
    func number(of part: Part, at place: Int) -> Int64? {
        let number: Int64?
        if part == .all {
            number = entries.indices.contains(place) ? entries[place].number : nil
        } else {
            number = marks[part].flatMap { $0.indices.contains(place) ? $0[place].number : nil }
        }
        return number.flatMap { $0 < end ? $0 : nil }
    }

    /// The number of the first one from `number` on that happened after a moment.
    func firstNumber(from number: Int64, after moment: Moment) -> Int64? {
        entries[place(of: number)...].first { $0.at > moment }?.number
    }

    private func place(of number: Int64) -> Int {
        Self.search(entries.count) { entries[$0].number < number }
    }

    private static func count(in marks: Deque<Mark>?, below limit: Int64) -> Int {
        guard let marks else { return 0 }
        return search(marks.count) { marks[$0].number < limit }
    }

    /// How many at the beginning are so, where all that are so come first.
    private static func search(_ count: Int, _ isSo: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isSo(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: - By the minute

    /// Minutes that are counted where nothing else is said, the one that runs among them.
    static let minutes = 15
    /// Entries of one peer that are looked at: more in a few minutes look alike.
    private static let mostCounted = 500

    /// How much happened to a peer in each of the last minutes, the newest last.
    func perMinute(of peer: PeerKey, until now: Moment, minutes: Int = minutes) -> [Int] {
        var counts = Array(repeating: 0, count: minutes)
        guard let all = marks[.peer(peer)] else { return counts }
        let shown = Self.count(in: all, below: end)
        for mark in all[..<shown].reversed().prefix(Self.mostCounted) {
            let age = Self.minute(now) - Self.minute(mark.at)
            guard age < minutes else { break }
            counts[minutes - 1 - max(0, age)] += 1
        }
        return counts
    }

    /// Milliseconds until the minute of a moment is over.
    static func untilNextMinute(_ moment: Moment) -> Int64 {
        60_000 - (moment.milliseconds % 60_000 + 60_000) % 60_000
    }

    private static func minute(_ moment: Moment) -> Int { Int(moment.milliseconds / 60_000) }
}

/// What of a log is looked at.
struct LogPart {
    var log: ActivityLog
    var part: ActivityLog.Part

    var end: Int64 { log.end }
    var count: Int { log.count(of: part, below: log.end) }
    func count(below limit: Int64) -> Int { log.count(of: part, below: limit) }
    func number(at place: Int) -> Int64? { log.number(of: part, at: place) }
    subscript(number: Int64) -> MeshEvent? { log[number] }
}
