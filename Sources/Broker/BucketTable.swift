/// A token bucket for each of many askers: a burst of a minute's worth, and then so many a minute.
struct BucketTable<Key: Hashable & Sendable>: Sendable {
    /// Askers remembered at once: one that is full again is forgotten, and where all of them are
    /// busy a new one is refused, so that inventing names costs no memory.
    static var limit: Int { 1 << 16 }

    let perMinute: Int
    private var buckets: [Key: TokenBucket] = [:]
    private var sweptAt = Int64.min / 2

    init(perMinute: Int) { self.perMinute = perMinute }

    var count: Int { buckets.count }

    /// Whether `key` may once more; it is counted if so. `now` is in milliseconds, by uptime.
    mutating func take(_ key: Key, at now: Int64) -> Bool {
        if buckets[key] == nil {
            sweep(at: now)
            guard buckets.count < Self.limit else { return false }
        }
        let fresh = TokenBucket(capacity: perMinute, perMinute: perMinute, at: now)
        return buckets[key, default: fresh].take(at: now)
    }

    private mutating func sweep(at now: Int64) {
        guard now - sweptAt >= 1000, buckets.count >= 1024 || now - sweptAt >= 60_000 else {
            return
        }
        sweptAt = now
        // After a minute without a request a bucket is full.
        buckets = buckets.filter { now - $0.value.touchedAt < 60_000 }
    }
}
