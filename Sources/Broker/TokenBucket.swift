/// How often somebody may do something: a burst, and then so many a minute.
struct TokenBucket: Sendable {
    let capacity: Double
    let perMinute: Double
    private var tokens: Double
    private(set) var touchedAt: Int64

    /// Full. Times are in milliseconds, by uptime.
    init(capacity: Int, perMinute: Int, at now: Int64) {
        self.capacity = Double(capacity)
        self.perMinute = Double(perMinute)
        tokens = Double(capacity)
        touchedAt = now
    }

    /// Whether it may be done once more; it is counted if so.
    mutating func take(at now: Int64) -> Bool {
        tokens = min(capacity, tokens + Double(max(0, now - touchedAt)) * perMinute / 60_000)
        touchedAt = max(touchedAt, now)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
