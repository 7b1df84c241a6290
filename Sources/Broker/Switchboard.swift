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

    init(
        loop: any EventLoop, clock: Clock, registry: Registry, store: any BrokerStore,
        logger: Logger
    ) {
        self.loop = loop
        self.clock = clock
        self.registry = registry
        self.logger = logger
        queue = StoreQueue(store: store, loop: loop) { [weak self] completions in
            guard let self else { return }
            perform(self.registry.complete(completions, at: self.clock.now))
        }
    }

    // MARK: - What happened

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

    /// Does what is due now.
    func wake() {
        perform(registry.wake(at: clock.now))
    }

    func changeRoster(_ change: (inout Roster) -> Void) { change(&registry.roster) }

    /// Peers and open sockets, for the health page.
    var counts: (peers: Int, sockets: Int) {
        (registry.tables.values.reduce(0) { $0 + $1.peerCount }, sockets.count)
    }

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
            case .store(let work):
                queue?.add(work)
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
