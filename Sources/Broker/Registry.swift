import BrokerEngine
import Mesh
import MeshProtocol

/// Who is connected and present, by the rules of the protocol: a value. Sockets, clocks and
/// randomness are outside; time comes in with each call, and what is to be done comes out.
struct Registry: Sendable {
    static let pingInterval: Int64 = 30_000
    /// How long a presence lasts without a pong.
    static let lease: Int64 = 90_000
    /// Nothing happening for this long, although pings were due, means that the broker itself was
    /// stopped.
    static let absence = pingInterval + 15_000
    /// The malformed frame that ends a socket.
    static let badFrameLimit = 3

    /// What is due at some time.
    enum Due: Hashable, Sendable {
        case hello(SocketID)
        case ping(SocketID)
        case lease(SessionKey)
        case ageing(SessionKey)
        case deltas(MeshID)
        /// Pushes that nobody acknowledged.
        case claims
        case expiry
        case clearing
        case absentSessions
        case storeWatch
    }

    struct Socket: Sendable {
        /// Nil before its hello.
        var session: SessionKey?
        var speaksSkein = false
        var badFrames = 0
        /// When anything came from it last, by uptime.
        var heardAt: Int64 = 0
    }

    /// Ids nobody can guess.
    struct Ids: Sendable {
        /// 32 base62 characters.
        var presence: @Sendable () -> String
        /// A UUID.
        var message: @Sendable () -> String
        /// 64 hexadecimal digits.
        var secret: @Sendable () -> String

        /// An id for whatever the broker names.
        func base62() -> String { presence() }
    }

    var roster: Roster
    let sessionsPerMesh: Int?
    /// From accepting a socket to its hello.
    let helloSeconds: Int
    let ids: Ids
    /// How each member was when its last session ended.
    var saved: [MemberID: SavedPresence]
    /// Whether a member's latest client spoke skein/1, since this broker runs.
    var spokeSkein: [MemberID: Bool] = [:]
    /// How the broker is called from outside, without a slash at its end.
    var publicURL = ""
    var sockets: [SocketID: Socket] = [:]
    var tables: [MeshID: PresenceTable] = [:]
    /// By uptime.
    var deadlines = DeadlineQueue<Due>()
    var replays = ReplayCache()
    var mail = Mailroom()
    /// Whether other brokers share the store.
    var hasBus = false
    /// How often each member may send; nil is no bound.
    var sends: BucketTable<MemberID>?
    /// Bytes that may wait in one mesh; nil is no bound.
    var queueBytesPerMesh: Int?
    var effects: [Effect] = []
    var lastWork: UInt64 = 0
    var metrics = BrokerMetrics()
    var pages = PageDesk()
    /// When anything happened last, by uptime.
    private var lastSeen: Int64?
    /// Meshes with changes their watchers have not been told.
    private var news: Set<MeshID> = []

    init(
        roster: Roster, sessionsPerMesh: Int?, helloSeconds: Int = 10, ids: Ids,
        saved: [SavedPresence] = []
    ) {
        self.roster = roster
        self.sessionsPerMesh = sessionsPerMesh
        self.helloSeconds = helloSeconds
        self.ids = ids
        self.saved = Dictionary(saved.map { ($0.member, $0) }) { $1 }
    }

    /// When `wake` has something to do, by uptime.
    var nextDeadline: Int64? { deadlines.next }

    mutating func connected(_ socket: SocketID, at now: Instant) -> [Effect] {
        notice(now)
        sockets[socket] = Socket()
        deadlines.set(.hello(socket), at: now.uptime + Int64(helloSeconds) * 1000)
        return take(at: now)
    }

    mutating func received(_ bytes: [UInt8], from socket: SocketID, at now: Instant) -> [Effect] {
        notice(now)
        guard sockets[socket] != nil else { return [] }
        sockets[socket]?.heardAt = now.uptime
        if let frame = ClientFrame.parse(bytes) {
            handle(frame, bytes: bytes, from: socket, at: now)
        } else {
            badFrame(from: socket, at: now)
        }
        return take(at: now)
    }

    mutating func ponged(_ socket: SocketID, at now: Instant) -> [Effect] {
        notice(now)
        sockets[socket]?.heardAt = now.uptime
        if let key = sockets[socket]?.session {
            deadlines.set(.lease(key), at: now.uptime + Self.lease)
        }
        return []
    }

    /// The client sent a close frame: its presence ends with it.
    mutating func closed(_ socket: SocketID, at now: Instant) -> [Effect] {
        notice(now)
        if let key = sockets[socket]?.session { end(key, at: now) }
        forget(socket)
        return take(at: now)
    }

    /// The socket ended without a close frame: the presence stays for its lease, silently.
    mutating func dropped(_ socket: SocketID, at now: Instant) -> [Effect] {
        notice(now)
        if let key = sockets[socket]?.session { detach(key, from: socket, at: now) }
        forget(socket)
        return take(at: now)
    }

    /// Does what is due.
    mutating func wake(at now: Instant) -> [Effect] {
        notice(now)
        while let due = deadlines.pop(at: now.uptime) {
            switch due {
            case .hello(let socket):
                guard let state = sockets[socket], state.session == nil else { continue }
                refuse(socket, HelloRefusal("hello_timeout", "no hello within \(helloSeconds) seconds"))
            case .ping(let socket):
                guard sockets[socket] != nil else { continue }
                effects.append(.ping(socket))
                deadlines.set(.ping(socket), at: now.uptime + Self.pingInterval)
            case .lease(let key):
                let socket = tables[key.mesh]?.sessions[key]?.socket
                metrics.leaseExpired()
                end(key, at: now)
                if let socket {
                    close(socket, CloseCode.violation, "lease_expired")
                }
            case .ageing(let key):
                let before = tables[key.mesh]?.sessions[key]?.status.status
                update(key, at: now) { $0.status.age(to: now.wall) }
                let after = tables[key.mesh]?.sessions[key]?.status.status
                metrics.aged(changed: before != after)
            case .storeWatch: askQueueDepth(at: now)
            case .deltas: break
            case .claims: endClaims(at: now)
            case .expiry: expire(at: now)
            case .clearing: clear(at: now)
            case .absentSessions: endAbsentSessions(at: now)
            }
        }
        return take(at: now)
    }

    // MARK: -

    /// While the broker was away nobody could answer its pings: every connected session is given
    /// another lease to do so.
    mutating func notice(_ now: Instant) {
        defer { lastSeen = now.uptime }
        guard let lastSeen, now.uptime - lastSeen > Self.absence else { return }
        for state in sockets.values {
            if let key = state.session {
                deadlines.set(.lease(key), at: now.uptime + Self.lease)
            }
        }
    }

    /// A socket that is gone, by whomever.
    mutating func forget(_ socket: SocketID) {
        guard let state = sockets.removeValue(forKey: socket) else { return }
        deadlines.remove(.hello(socket))
        deadlines.remove(.ping(socket))
        if let mesh = state.session?.mesh { tables[mesh]?.unwatch(socket) }
    }

    mutating func close(_ socket: SocketID, _ code: UInt16, _ reason: String) {
        forget(socket)
        effects.append(.close(socket, code: code, reason: reason))
    }

    mutating func refuse(_ socket: SocketID, _ refusal: HelloRefusal) {
        metrics.refused(refusal.code)
        send(.error(ErrorFrame(code: refusal.code, message: refusal.message)), to: [socket])
        close(socket, refusal.closeCode, refusal.reason)
    }

    mutating func send(_ body: ServerFrame.Body, requestID: String? = nil, to sockets: [SocketID]) {
        guard !sockets.isEmpty else { return }
        effects.append(.send(ServerFrame(body, requestID: requestID), to: sockets))
    }

    /// The session stays, without a socket; an observer has nothing to stay for.
    mutating func detach(_ key: SessionKey, from socket: SocketID, at now: Instant) {
        guard var session = tables[key.mesh]?.sessions[key], session.socket == socket else {
            return
        }
        if session.isObserver { return end(key, at: now) }
        session.heardAt = sockets[socket]?.heardAt ?? now.uptime
        session.socket = nil
        put(session)
        stopServing(key)
    }

    mutating func put(_ session: Session) {
        tables[session.key.mesh, default: PresenceTable()].put(session)
        news.insert(session.key.mesh)
    }

    mutating func remove(_ key: SessionKey) {
        tables[key.mesh]?.remove(key)
        pages.hooks.forget(key)
        news.insert(key.mesh)
        deadlines.remove(.lease(key))
        deadlines.remove(.ageing(key))
    }

    /// Changes a session and has everybody told who should be.
    mutating func update(
        _ key: SessionKey, at now: Instant, _ change: (inout Session) -> Void
    ) {
        guard var session = tables[key.mesh]?.sessions[key] else { return }
        change(&session)
        session.showStatus()
        put(session)
        if let end = session.status.agesAt {
            let wait = max(0, end.milliseconds(since: now.wall))
            deadlines.set(.ageing(key), at: now.uptime + wait)
        } else {
            deadlines.remove(.ageing(key))
        }
        heedGate(of: key)
    }

    /// Deltas that are due go out, then everything that was gathered is handed over.
    mutating func take(at now: Instant) -> [Effect] {
        for mesh in roster.takeChanges() { publish(.roster(mesh)) }
        for mesh in news {
            if tables[mesh]?.isEmpty == true { tables[mesh] = nil }
            guard tables[mesh]?.hasNews == true, let toldAt = tables[mesh]?.toldAt else {
                news.remove(mesh)
                continue
            }
            if now.uptime - toldAt >= PresenceTable.joinWindow {
                tell(mesh, at: now)
                news.remove(mesh)
            } else {
                deadlines.set(.deltas(mesh), at: toldAt + PresenceTable.joinWindow)
            }
        }
        defer { effects = [] }
        return effects
    }

    mutating func tell(_ mesh: MeshID, at now: Instant) {
        deadlines.remove(.deltas(mesh))
        guard tables[mesh]?.hasNews == true,
            let deltas = tables[mesh]?.takeDeltas(at: now.uptime)
        else { return }
        for (delta, watchers) in deltas { send(.delta(delta), to: watchers) }
    }
}
