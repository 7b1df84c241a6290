import BrokerEngine
import Mesh
import MeshProtocol

/// What the broker does by itself, now and then.
extension Registry {
    /// Milliseconds between looks for mail that waited past its time.
    static let expiryInterval: Int64 = 60_000
    /// Milliseconds between clearings of what nobody needs any more.
    static let clearingInterval: Int64 = 3_600_000
    /// Milliseconds a message's id is remembered (protocol decision 9).
    static let messageMemory: Int64 = 30 * 24 * 3_600_000
    /// Milliseconds that a code or a sign-in which ended is still told apart from one that never was.
    static let endedMemory: Int64 = 24 * 3_600_000
    /// Deliveries ended, or messages cleared, in one transaction.
    static let sweepLimit = 500

    /// The broker has started: sessions that were there before have a lease's time to come back.
    mutating func begin(at now: Instant) -> [Effect] {
        notice(now)
        deadlines.set(.expiry, at: now.uptime + Self.expiryInterval)
        deadlines.set(.clearing, at: now.uptime + Self.clearingInterval)
        deadlines.set(.absentSessions, at: now.uptime + Self.lease)
        deadlines.set(.storeWatch, at: now.uptime + Self.storeWatchInterval)
        return take(at: now)
    }

    mutating func expire(at now: Instant) {
        deadlines.set(.expiry, at: now.uptime + Self.expiryInterval)
        ask {
            try $0.expire(at: now.wall, limit: Self.sweepLimit)
        } then: { registry, result, now in
            guard case .success(let ended) = result, !ended.isEmpty else { return }
            registry.tellExpired(ended, at: now)
            if ended.count == Self.sweepLimit { registry.expire(at: now) }
        }
        serveTheUnserved()
    }

    /// Sessions whose mail could not be fetched, because the store was in trouble.
    private mutating func serveTheUnserved() {
        let waiting = mail.progress.filter { !$0.value.isFetching && $0.value.caughtUp.isEmpty }
        for key in waiting.keys { fetch(for: key) }
    }

    mutating func clear(at now: Instant) {
        deadlines.set(.clearing, at: now.uptime + Self.clearingInterval)
        ask {
            try $0.forgetEnded(before: now.wall.advanced(byMilliseconds: -Self.endedMemory))
            try $0.forgetSessions(before: now.wall.advanced(byMilliseconds: -Self.queueLife))
            return try $0.forgetMessages(
                before: now.wall.advanced(byMilliseconds: -Self.messageMemory),
                limit: Self.sweepLimit)
        } then: { registry, result, now in
            guard case .success(let count) = result, count == Self.sweepLimit else { return }
            registry.clear(at: now)
        }
    }

    /// Sessions of before this start that did not come back.
    mutating func endAbsentSessions(at now: Instant) {
        ask {
            try $0.openSessions()
        } then: { registry, result, now in
            guard case .success(let records) = result else { return }
            for record in records
            where registry.tables[record.mesh]?.holder(of: record.key) == nil {
                registry.endMail(of: record.key, record.member, in: record.mesh, at: now)
            }
        }
    }
}
