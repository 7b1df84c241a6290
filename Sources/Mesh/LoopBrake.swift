/// Stops two agents that answer each other without a person. It counts only what an agent sends in
/// answer to mail that was put before it, from `skein/1` to `skein/1`: a chain may be so long, and
/// a pair may write so often in a while. Ends are named by their keys. Time comes in.
public struct LoopBrake: Sendable {
    /// Answers in one chain.
    public static let mostHops = 16
    /// Messages of one pair, both ways, within `window`.
    public static let budget = 8
    /// In milliseconds.
    public static let window: Int64 = 10 * 60 * 1000
    /// Pairs that are remembered.
    public static let mostPairs = 4096

    public enum Verdict: Equatable, Sendable {
        case passes
        /// The first time until the pair is free again, both ends are to be told.
        case stopped(Reason, isFirst: Bool)
    }

    public enum Reason: String, Equatable, Sendable {
        /// The chain of answers is too long.
        case hops
        /// The pair has written too often.
        case budget
    }

    private struct Pair: Hashable {
        var lesser: String
        var greater: String

        init(_ one: String, _ other: String) {
            lesser = min(one, other)
            greater = max(one, other)
        }

        func has(_ end: String) -> Bool { lesser == end || greater == end }
    }

    private struct Record {
        /// The latest `budget` times.
        var times: [Moment] = []
        /// Nothing of the pair passes until it is forgotten.
        var isStopped = false
        var isTold = false
        /// When its last message passed. It is forgotten a window after that, or when a person
        /// writes.
        var touched: Moment
    }

    private var pairs: [Pair: Record] = [:]

    public init() {}

    /// How many pairs it remembers.
    public var pairCount: Int { pairs.count }

    /// Whether an answer may go. `hops` is that of the answer: one more than that of the mail it
    /// answers. What is stopped is not counted, and what is counted cannot be taken back.
    public mutating func check(
        from sender: String, to recipient: String, hops: Int, at now: Moment
    ) -> Verdict {
        let pair = Pair(sender, recipient)
        var record = pairs[pair] ?? Record(touched: now)
        if Self.isOver(record.touched, at: now) { record = Record(touched: now) }
        defer { keep(record, of: pair, at: now) }
        record.times.removeAll { Self.isOver($0, at: now) }
        if record.times.count >= Self.budget { record.isStopped = true }
        guard !record.isStopped, hops < Self.mostHops else {
            defer { record.isTold = true }
            return .stopped(record.isStopped ? .budget : .hops, isFirst: !record.isTold)
        }
        record.times.append(now)
        record.touched = max(record.touched, now)
        return .passes
    }

    /// A person has written to this end: what it writes is new.
    public mutating func reset(_ end: String) {
        for pair in pairs.keys where pair.has(end) { pairs[pair] = nil }
    }

    /// A clock that was set back makes nothing over.
    private static func isOver(_ moment: Moment, at now: Moment) -> Bool {
        let (age, overflow) = now.milliseconds.subtractingReportingOverflow(moment.milliseconds)
        return overflow ? now > moment : age >= window
    }

    private mutating func keep(_ record: Record, of pair: Pair, at now: Moment) {
        pairs[pair] = record
        guard pairs.count > Self.mostPairs else { return }
        for (pair, record) in pairs where Self.isOver(record.touched, at: now) { pairs[pair] = nil }
        // Those that are stopped last: nobody gets by with a crowd of others.
        while pairs.count > Self.mostPairs {
            let first = pairs.min { one, other in
                (one.value.isStopped ? 1 : 0, one.value.touched)
                    < (other.value.isStopped ? 1 : 0, other.value.touched)
            }
            guard let first else { return }
            pairs[first.key] = nil
        }
    }
}
