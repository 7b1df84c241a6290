import DequeModule
import Mesh

/// What happened, the last so many things of it, each with a number that is never given twice.
public struct ActivityLog: Sendable {
    /// What is kept. Beyond it the oldest goes.
    public static let capacity = 5000

    private var entries: Deque<Activity> = []
    /// The number of the oldest that is kept.
    public private(set) var first = 0
    /// By peer, the numbers of what is kept about it, oldest first.
    private var byPeer: [PeerKey: Deque<Int>] = [:]

    public init() {}

    /// The number the next one gets.
    public var end: Int { first + entries.count }

    public mutating func append(_ activity: Activity) {
        if entries.count == Self.capacity { drop() }
        if let peer = activity.peer { byPeer[peer, default: []].append(end) }
        entries.append(activity)
    }

    private mutating func drop() {
        let oldest = entries.removeFirst()
        first += 1
        guard let peer = oldest.peer else { return }
        // The oldest of all is the oldest of its peer.
        byPeer[peer]?.removeFirst()
        if byPeer[peer]?.isEmpty == true { byPeer[peer] = nil }
    }

    /// What has a number, while it is kept.
    public subscript(number: Int) -> Activity? {
        number >= first && number < end ? entries[number - first] : nil
    }

    /// How many there are below a number, of one peer or of all.
    public func count(of peer: PeerKey?, below limit: Int) -> Int {
        guard let peer else { return max(0, min(limit, end) - first) }
        guard let numbers = byPeer[peer] else { return 0 }
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < limit { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The number of the one that is `place`th among those of a peer, or of all, oldest first.
    public func number(of peer: PeerKey?, at place: Int) -> Int? {
        guard let peer else { return self[first + place] == nil ? nil : first + place }
        guard let numbers = byPeer[peer], numbers.indices.contains(place) else { return nil }
        return numbers[place]
    }

    // MARK: - By the minute

    /// Minutes that are counted where nothing else is said, the one that runs among them.
    static let minutes = 15
    /// Entries of one peer that are looked at: more in a few minutes look alike.
    private static let mostCounted = 500

    /// How much happened to a peer in each of the last minutes, the newest last.
    func perMinute(of peer: PeerKey, until now: Moment, minutes: Int = minutes) -> [Int] {
        var counts = Array(repeating: 0, count: minutes)
        for number in (byPeer[peer] ?? []).reversed().prefix(Self.mostCounted) {
            guard let entry = self[number] else { break }
            let age = Self.minute(now) - Self.minute(entry.moment)
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
