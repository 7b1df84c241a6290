import Mesh
import MeshProtocol

/// One session's or observer's connection to a broker, kept up: it says hello, follows presence
/// where asked to, comes back by itself after a loss, and gives up only where the broker refuses
/// for good.
public actor BrokerLink {
    /// For one reader. One that falls far behind is given a snapshot in place of what it missed.
    public nonisolated let events: AsyncStream<LinkEvent>

    /// For one reader. What is dropped because nobody reads was not acknowledged either, so the
    /// broker tells it again.
    public nonisolated let mail: AsyncStream<LinkMail>

    /// From opening a socket to the broker's answer to the hello.
    static let helloLimit = Duration.seconds(5)
    /// For the answer to a request, and for the first hello.
    public static let requestLimit = Duration.seconds(10)
    /// What may wait for the reader of `events`.
    static let eventBuffer = 64
    /// What may wait for the reader of `mail`.
    static let mailBuffer = 4096

    /// A link that was live for less than this has gained nothing: the waits between tries go on
    /// growing, so that a broker that takes everybody in and drops them makes no storm.
    static let steadiness = Duration.seconds(5)

    public nonisolated let endpoint: BrokerEndpoint
    let network: NetworkSettings
    let watchesPresence: Bool
    let now: @Sendable () -> Moment
    private let random: @Sendable () -> Double
    private let continuation: AsyncStream<LinkEvent>.Continuation
    nonisolated let mailbag: AsyncStream<LinkMail>.Continuation

    /// Groups follow what was joined and left since.
    var hello: HelloParameters
    /// Told again to a broker that has forgotten the presence.
    var summary: String?
    var isBusy = false
    var isHidden = false

    var state = LinkState.connecting
    var view = PresenceView()
    var socket: BrokerSocket?
    /// The broker speaks `skein/1`.
    var brokerSpeaksSkein = false
    var lastError: ErrorFrame?
    var waiting = Waiting<Void>()
    var requests = Waiting<ServerFrame.Body>()
    var lastRequest = 0
    /// Who waits for the answer to a ping.
    var proofs = Waiting<Void>()
    var retriesAtOnce = false
    var opening: (attempt: OpeningAttempt, since: ContinuousClock.Instant)?

    private var runner: Task<Void, Never>?
    private var pause: Task<Void, Never>?
    private(set) var isStopping = false

    /// `random` answers a number from 0 up to 1, for the waits between tries.
    public init(
        endpoint: BrokerEndpoint, by network: NetworkSettings = .plain, hello: HelloParameters,
        watchesPresence: Bool, now: @escaping @Sendable () -> Moment,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.endpoint = endpoint
        self.network = network
        self.hello = hello
        self.watchesPresence = watchesPresence
        self.now = now
        self.random = random
        (events, continuation) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingNewest(Self.eventBuffer))
        (mail, mailbag) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(Self.mailBuffer))
    }

    /// Connects, and keeps connected until `stop` or a refusal for good. A second call does
    /// nothing.
    public func start() {
        guard runner == nil, !isStopping else { return }
        runner = Task { await run() }
    }

    /// Answers when the broker has acknowledged a hello. `E_BROKER_REFUSED` where it refused for
    /// good, `E_BROKER_UNREACHABLE` where it could not be reached within the limit.
    public func firstHello(
        within limit: Duration = BrokerLink.requestLimit
    ) async throws(SkeinError) {
        try await untilLive(within: limit)
    }

    /// Tries now instead of waiting for the next try.
    public func retryNow() { pause?.cancel() }

    /// Says goodbye and ends, within a second. The link cannot be started again.
    public func stop() async {
        guard !isStopping else { return }
        isStopping = true
        pause?.cancel()
        failAll(Self.stopped)
        await socket?.close()
        runner?.cancel()
        continuation.finish()
        mailbag.finish()
    }

    // MARK: - The loop

    private func run() async {
        var attempt = 0
        var skews = 0
        while !isStopping {
            publish(.connecting)
            let (end, liveFor) = await connection()
            if isStopping { return }
            if let liveFor {
                skews = 0
                if liveFor >= Self.steadiness { attempt = 0 }
            }
            if retriesAtOnce {
                // It was found dead; whoever waits for its next try does not wait longer.
                retriesAtOnce = false
                if case .dropped = end { continue }
            }
            switch end {
            case .refused(let reason):
                publish(.refused(reason: reason))
                return failAll(SkeinError(.brokerRefused, reason))
            case .skewed where skews < 3:
                skews += 1
                await sleep(milliseconds: Int64(100 * random()))
            case .skewed:
                let reason = "this machine's clock and the broker's differ by more than a minute"
                await retry(reason, attempt: &attempt)
            case .limited(let reason, let seconds):
                await retry(reason, attempt: &attempt, after: seconds * 1000)
            case .dropped(let reason):
                await retry(reason, attempt: &attempt)
            }
        }
    }

    /// Waits a random time up to a ceiling that doubles with every failed try (wire protocol,
    /// section 1.2), so that many clients do not all come back at once; and `least` milliseconds
    /// before it.
    private func retry(_ reason: String, attempt: inout Int, after least: Int64 = 0) async {
        let ceilings: [Int64] = [1000, 2000, 4000, 8000, 16_000, 30_000]
        let ceiling = ceilings[min(attempt, ceilings.count - 1)]
        attempt += 1
        let wait = least + Int64(Double(ceiling) * random())
        publish(.retrying(reason: reason, at: Moment(milliseconds: now().milliseconds + wait)))
        await sleep(milliseconds: wait)
    }

    private func sleep(milliseconds: Int64) async {
        let task = Task { _ = try? await Task.sleep(for: .milliseconds(milliseconds)) }
        pause = task
        await task.value
        pause = nil
    }

    /// One connection, from opening to its end, and how long it was live, if it was.
    private func connection() async -> (end: LinkEnd, liveFor: Duration?) {
        let opened: BrokerSocket
        let attempt = OpeningAttempt()
        opening = (attempt, .now)
        defer { opening = nil }
        do {
            opened = try await BrokerSocket.open(endpoint, by: network, attempt: attempt)
            opening = nil
        } catch {
            return (.dropped(reason: error.message), nil)
        }
        guard !isStopping else {
            await opened.close()
            return (.dropped(reason: "stopped"), nil)
        }
        socket = opened
        lastError = nil
        view.restart()
        _ = opened.send(ClientFrame(.hello(hello.frame(at: now()))).json)
        let limit = Task {
            try await Task.sleep(for: Self.helloLimit)
            opened.drop()
        }
        var end = LinkEnd.dropped(reason: "the connection to the broker was lost")
        var liveSince: ContinuousClock.Instant?
        for await event in opened.events {
            switch event {
            case .messages(let messages):
                for message in messages {
                    guard let frame = ServerFrame.parse(message) else { continue }
                    if case .helloAck = frame.body {
                        limit.cancel()
                        liveSince = liveSince ?? .now
                    }
                    receive(frame)
                }
                opened.resume()
            case .pong(let number): proofs.answer(Int(clamping: number), .success(()))
            case .ended(let code, let reason):
                end = LinkEnd(error: lastError, closeCode: code, closeReason: reason)
            }
        }
        limit.cancel()
        socket = nil
        requests.failAll(SkeinError(.brokerUnreachable, Self.lost))
        proofs.failAll(SkeinError(.brokerUnreachable, Self.lost))
        return (end, liveSince.map { $0.duration(to: .now) })
    }

    // MARK: - Telling

    func publish(_ newState: LinkState) {
        state = newState
        emit(.link(newState))
        if newState == .live { waiting.succeedAll(()) }
    }

    func emit(_ event: LinkEvent) {
        guard case .dropped = continuation.yield(event) else { return }
        // The reader has missed something: what is true now replaces it.
        if watchesPresence { continuation.yield(.snapshot(view.all)) }
        continuation.yield(.link(state))
    }

    private func failAll(_ error: SkeinError) {
        waiting.failAll(error)
        requests.failAll(error)
        proofs.failAll(error)
    }
}
