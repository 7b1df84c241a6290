import BrokerEngine
import DequeModule
import Mesh

/// Mail that is on its way: what was pushed to whom and is not yet done with, and how far each
/// session has been served. What is not in here waits in the store, and nowhere else.
struct Mailroom: Sendable {
    /// How long a `skein/1` client has to acknowledge a push, in milliseconds (protocol decision 8).
    static let claimLease: Int64 = 30_000
    /// Pushes to one session that may be unacknowledged.
    static let window = 256
    /// And their bytes: with half of what a socket may have waiting, nobody who reads is closed
    /// for the mail that waited for it.
    var windowBytes = 4 << 20

    /// A delivery that one session has been given.
    struct Claim: Sendable {
        var session: SessionKey
        var messageID: String
        var sender: Sender
        var pushedAt: Moment
        /// Bytes, about.
        var size: Int
        /// When it is taken back, by uptime; nil from a client of old, whose socket answers.
        var until: Int64?
        /// It is done with, and the store is being told: until it knows, it may still offer the
        /// delivery.
        var isFinished = false
    }

    /// Who is told how a delivery goes.
    struct Sender: Sendable {
        var mesh: MeshID
        var member: MemberID
        /// The key the sender goes by.
        var key: String
    }

    /// How far one connected session has been served.
    struct Progress: Sendable {
        /// Whatever waits in the store of these priorities has been given to it.
        var caughtUp: PrioritySet = []
        /// The store is being asked for it.
        var isFetching = false
        /// Something changed meanwhile: the store is asked again.
        var asksAgain = false
        /// More waits than it may be given at once.
        var hasMore = false
        /// Its claims, by the message's id.
        var claims: [String: DeliveryID] = [:]
        /// Theirs.
        var claimedBytes = 0
    }

    private(set) var claims: [DeliveryID: Claim] = [:]
    /// Claims in the order in which they end; those that were released are still in it.
    private var ending: Deque<(until: Int64, delivery: DeliveryID)> = []
    var progress: [SessionKey: Progress] = [:]
    /// Which session fetched a member's own mail last: it goes on to (protocol decision 13).
    var takers: [MemberID: SessionKey] = [:]

    /// False where some session has it already.
    mutating func claim(_ delivery: DeliveryID, _ claim: Claim) -> Bool {
        guard claims[delivery] == nil else { return false }
        claims[delivery] = claim
        if let until = claim.until { ending.append((until, delivery)) }
        progress[claim.session, default: Progress()].claims[claim.messageID] = delivery
        progress[claim.session]?.claimedBytes += claim.size
        return true
    }

    @discardableResult
    mutating func release(_ delivery: DeliveryID) -> Claim? {
        guard let claim = claims.removeValue(forKey: delivery) else { return nil }
        if !claim.isFinished { giveUp(claim, of: delivery) }
        return claim
    }

    private mutating func giveUp(_ claim: Claim, of delivery: DeliveryID) {
        guard var progress = progress[claim.session] else { return }
        progress.claimedBytes = max(0, progress.claimedBytes - claim.size)
        if progress.claims[claim.messageID] == delivery {
            progress.claims[claim.messageID] = nil
        }
        self.progress[claim.session] = progress
    }

    /// Whether a session has as much as it may be given at once.
    func isFull(_ session: SessionKey) -> Bool {
        guard let progress = progress[session] else { return false }
        return progress.claims.count >= Self.window || progress.claimedBytes >= windowBytes
    }

    /// The session is done with it; the delivery stays claimed until it is released.
    mutating func finish(_ delivery: DeliveryID) {
        guard let claim = claims[delivery], !claim.isFinished else { return }
        claims[delivery]?.isFinished = true
        claims[delivery]?.until = nil
        giveUp(claim, of: delivery)
    }

    /// What a session had been given goes back, and nothing is known of it any more.
    mutating func releaseAll(of session: SessionKey) {
        for delivery in progress.removeValue(forKey: session)?.claims.values ?? [:].values {
            claims[delivery] = nil
        }
    }

    /// The store has answered: the session has been given what it has of these priorities, unless
    /// something changed meanwhile or there is more.
    mutating func fetched(for session: SessionKey, upTo open: PrioritySet, hasMore: Bool) {
        guard var progress = progress[session] else { return }
        progress.caughtUp = progress.asksAgain || hasMore ? [] : open
        progress.isFetching = false
        progress.asksAgain = false
        progress.hasMore = hasMore
        self.progress[session] = progress
    }

    /// When the next claim may end, by uptime.
    var nextEnd: Int64? { ending.first?.until }

    /// Claims whose time is over, taken back.
    mutating func endClaims(at now: Int64) -> [SessionKey] {
        var sessions: [SessionKey] = []
        while let first = ending.first, first.until <= now {
            ending.removeFirst()
            guard claims[first.delivery]?.until == first.until,
                let claim = release(first.delivery)
            else { continue }
            sessions.append(claim.session)
        }
        return sessions
    }
}
