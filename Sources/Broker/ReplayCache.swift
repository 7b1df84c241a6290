import Mesh
import MeshCrypto

/// The hellos accepted within the window in which a hello is valid (protocol decision 1).
struct ReplayCache: Sendable {
    enum Verdict: Equatable, Sendable {
        case new
        /// The very same bytes.
        case replayed
        /// The same signature in another frame: a second session of a member said hello in the
        /// same millisecond, or somebody altered what the signature does not cover.
        case signatureSeen
    }

    private struct Entry {
        var hello: HelloFingerprint
        var expires: Moment
    }

    private var entries: [[UInt8]: Entry] = [:]
    private var order: [(signature: [UInt8], expires: Moment)] = []
    private var start = 0

    func verdict(signature: [UInt8], hello: HelloFingerprint) -> Verdict {
        guard let seen = entries[signature] else { return .new }
        return seen.hello == hello ? .replayed : .signatureSeen
    }

    /// `timestamp` is the hello's own. It is kept for as long as it could be accepted again.
    mutating func record(
        signature: [UInt8], hello: HelloFingerprint, timestamp: Moment, now: Moment
    ) {
        prune(at: now)
        let expires = timestamp.advanced(bySeconds: HelloCheck.skewSeconds)
        entries[signature] = Entry(hello: hello, expires: expires)
        order.append((signature, expires))
    }

    var count: Int { entries.count }

    private mutating func prune(at now: Moment) {
        // In order of arrival, which is not quite that of expiry: one that lasts longer only
        // keeps those behind it a while more.
        while start < order.count, order[start].expires < now {
            entries[order[start].signature] = nil
            start += 1
        }
        if start > 1024, start * 2 > order.count {
            order.removeFirst(start)
            start = 0
        }
    }
}

/// The bytes of a hello as it was sent, told apart by their digest.
struct HelloFingerprint: Hashable, Sendable {
    private var digest: [UInt8]

    init(of bytes: [UInt8]) { digest = Digest.of(bytes) }
}
