import BrokerEngine
import Logging
import Mesh
import MeshProtocol
import NIOCore

/// Carries out what the registry wants done, and tells it what happened. It lives on one event
/// loop, with every socket of the broker, so that nothing needs a lock and order is kept.
final class Switchboard {
    private let loop: any EventLoop
    private let clock: Clock
    private let logger: Logger
    private var registry: Registry
    private var sockets: [SocketID: ClientSocket] = [:]
    private var lastSocket: UInt64 = 0
    private var timer: Scheduled<Void>?
    private var timerAt: Int64?
    private var isStopping = false
    private var queue: StoreQueue?
    private var hashes: HashQueue?
    /// Requests over HTTP that wait for their answer.
    private var waiting: [PageID: (PageAnswer) -> Void] = [:]
    private var lastPage: UInt64 = 0
    private var attempts: BucketTable<String>
    private let publish: @Sendable (BusEvent) -> Void

    init(
        loop: any EventLoop, clock: Clock, registry: Registry, store: any BrokerStore,
        connectionsPerMinute: Int, logger: Logger,
        publish: @escaping @Sendable (BusEvent) -> Void = { _ in }
    ) {
        self.publish = publish
        attempts = BucketTable(perMinute: connectionsPerMinute)
        self.loop = loop
        self.clock = clock
        self.registry = registry
        self.logger = logger
        queue = StoreQueue(store: store, loop: loop) { [weak self] completions, seconds in
            guard let self else { return }
            self.registry.metrics.committed(afterSeconds: seconds)
            perform(self.registry.complete(completions, at: self.clock.now))
        }
        hashes = HashQueue(loop: loop) { [weak self] completion in
            guard let self, !isStopping else { return }
            perform(self.registry.complete([completion], at: self.clock.now))
        }
    }

    // MARK: - What happened

    /// Whether one more connection is taken from there. This machine's own are not counted.
    func admits(_ remote: RemoteAddress) -> Bool {
        remote.isLoopback || attempts.take(remote.text, at: clock.uptime())
    }

    /// A request over HTTP is there as a whole; `answer` is called once, now or later.
    func requested(
        _ request: PageRequest, answer: @escaping (PageAnswer) -> Void
    ) {
        lastPage += 1
        var request = request
        request.id = PageID(number: lastPage)
        waiting[request.id] = answer
        perform(registry.requested(request, at: clock.now))
    }

    /// Nil where the broker is stopping.
    func opened(_ socket: ClientSocket) -> SocketID? {
        guard !isStopping else { return nil }
        lastSocket += 1
        let id = SocketID(number: lastSocket)
        sockets[id] = socket
        perform(registry.connected(id, at: clock.now))
        return id
    }

    func received(_ bytes: [UInt8], from socket: SocketID) {
        perform(registry.received(bytes, from: socket, at: clock.now))
    }

    func ponged(_ socket: SocketID) {
        perform(registry.ponged(socket, at: clock.now))
    }

    /// The client sent a close frame.
    func closed(_ socket: SocketID) {
        sockets[socket] = nil
        perform(registry.closed(socket, at: clock.now))
    }

    /// The socket ended without one.
    func dropped(_ socket: SocketID) {
        sockets[socket] = nil
        perform(registry.dropped(socket, at: clock.now))
    }

    /// Sessions of before this start have a while to come back.
    func begin() { perform(registry.begin(at: clock.now)) }

    /// Another broker of the store did something.
    func heard(_ event: BusEvent) { perform(registry.heard(event, at: clock.now)) }

    /// Does what is due now.
    func wake() {
        perform(registry.wake(at: clock.now))
    }

    /// It listens, and clients call it so. Before this nobody is let in.
    func listens(at url: String) { registry.publicURL = url }

    func changeRoster(_ change: (inout Roster) -> Void) { change(&registry.roster) }

    /// Says goodbye to everybody. Answers when every socket is closed and the store has all there
    /// was to write.
    func stop() -> EventLoopFuture<Void> {
        isStopping = true
        timer?.cancel()
        timer = nil
        let closings = sockets.values.map {
            $0.close(code: CloseCode.shuttingDown, reason: "shutting down")
        }
        sockets = [:]
        for case .store(let work) in registry.stop(at: clock.now) { queue?.add(work) }
        let written = queue?.drained() ?? loop.makeSucceededVoidFuture()
        return EventLoopFuture.andAllComplete(closings + [written], on: loop)
    }

    private func wrote(_ delivery: DeliveryID, to socket: SocketID) {
        perform(registry.wrote([delivery], to: socket, at: clock.now))
    }

    // MARK: - What is to be done

    private func perform(_ effects: [Effect]) {
        var written: Set<SocketID> = []
        for effect in effects {
            switch effect {
            case .send(let frame, let ids):
                let bytes = ByteBuffer(bytes: frame.json)
                for id in ids {
                    sockets[id]?.write(bytes)
                    written.insert(id)
                }
            case .deliver(let frame, let id, let delivery):
                guard let socket = sockets[id] else { continue }
                socket.deliver(ByteBuffer(bytes: frame.json)).assumeIsolated().whenSuccess {
                    [weak self] in self?.wrote(delivery, to: id)
                }
                written.insert(id)
            case .publish(let event): publish(event)
            case .store(let work):
                queue?.add(work)
            case .hash(let work): hashes?.add(work)
            case .answer(let id, let answer):
                waiting.removeValue(forKey: id)?(answer)
            case .ping(let id):
                sockets[id]?.ping()
                written.insert(id)
            case .close(let id, let code, let reason):
                logger.debug("closing a socket", metadata: ["reason": "\(reason)"])
                _ = sockets.removeValue(forKey: id)?.close(code: code, reason: reason)
                written.remove(id)
            case .allowLargeFrames(let id):
                sockets[id]?.allowFrames(of: FrameLimits.skeinFrame)
            }
        }
        for id in written { sockets[id]?.flush() }
        queue?.start()
        arm()
    }

    /// One timer, for the next thing due.
    private func arm() {
        guard !isStopping, let next = registry.nextDeadline else { return }
        if let timerAt, timerAt <= next { return }
        timer?.cancel()
        timerAt = next
        let wait = max(0, next - clock.uptime())
        timer = loop.assumeIsolated().scheduleTask(in: .milliseconds(wait)) { [weak self] in
            self?.timerAt = nil
            self?.wake()
        }
    }
}
