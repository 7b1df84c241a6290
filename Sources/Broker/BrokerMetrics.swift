import Mesh

/// What a broker counts: the series of the wire protocol, section 4.4, and a few of its own.
struct BrokerMetrics: Equatable, Sendable {
    private(set) var connections = 0
    private(set) var refusedConnections: [String: Int] = [:]
    private(set) var routedMessages: [String: Int] = [:]
    private(set) var rejectedMessages: [String: Int] = [:]
    private(set) var droppedByGrant: [String: Int] = [:]
    private(set) var ageings: [Bool: Int] = [:]
    private(set) var leaseExpiries = 0
    private(set) var hookRequests = 0
    private(set) var limitedHookRequests = 0
    private(set) var legacyHits = 0
    private(set) var queueDepth = 0
    /// Of the oldest message that waits, in seconds.
    private(set) var queueAge = 0.0
    private(set) var deliveryLatency = Histogram()
    private(set) var commitTime = Histogram()
    /// As the store last answered.
    var isStoreHealthy = true

    // MARK: - Connections

    mutating func connected() { connections += 1 }

    mutating func refused(_ reason: String) { refusedConnections[reason, default: 0] += 1 }

    mutating func leaseExpired() { leaseExpiries += 1 }

    /// A status that was due to age was looked at.
    mutating func aged(changed: Bool) { ageings[changed, default: 0] += 1 }

    // MARK: - Messages

    mutating func routed(_ priority: MessagePriority) {
        routedMessages[priority.rawValue, default: 0] += 1
    }

    mutating func rejected(_ reason: String) { rejectedMessages[reason, default: 0] += 1 }

    /// From `send` until it was pushed.
    mutating func delivered(afterMilliseconds milliseconds: Int64) {
        deliveryLatency.record(Double(max(0, milliseconds)) / 1000)
    }

    mutating func dropped(byGrant capability: PeerGrants.Capability) {
        droppedByGrant[capability.rawValue, default: 0] += 1
    }

    // MARK: - Hooks

    mutating func hookRequested() { hookRequests += 1 }

    mutating func hookLimited() { limitedHookRequests += 1 }

    /// Something that only clients of old do, without a token of their own.
    mutating func legacyUsed() { legacyHits += 1 }

    // MARK: - The store

    mutating func committed(afterSeconds seconds: Double) { commitTime.record(max(0, seconds)) }

    mutating func queue(depth: Int, oldest: Moment?, at now: Moment) {
        queueDepth = depth
        queueAge = Double(max(0, oldest.map { now.milliseconds(since: $0) } ?? 0)) / 1000
    }
}

/// How often something took how long, in the buckets of the text format: each counts what took
/// at most its bound.
struct Histogram: Equatable, Sendable {
    /// In seconds. Mail may wait for days, a commit takes a millisecond.
    static let bounds = [
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 3600,
    ]

    /// Of each bucket alone, without those below; what exceeds the last bound is only counted.
    private(set) var counts = [Int](repeating: 0, count: bounds.count)
    private(set) var count = 0
    private(set) var sum = 0.0

    mutating func record(_ seconds: Double) {
        count += 1
        sum += seconds
        if let index = Self.bounds.firstIndex(where: { seconds <= $0 }) { counts[index] += 1 }
    }
}
