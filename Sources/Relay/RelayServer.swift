import Broker
import Connection
import Database
import Home
import Logging
import Mesh
import MeshProtocol
import NIOPosix

public struct RelayOptions: Sendable {
    /// With nothing to do for this long, the relay ends.
    public var idleLimit: Duration
    /// How long a mesh is watched after the last who asked.
    public var observerLinger: Duration
    public var programVersion: String
    /// How brokers are reached.
    public var network: NetworkSettings
    /// How often it looks whether it was away, and whether its home still is where it was.
    public var wakePeriod = Duration.seconds(2)
    /// What happens is kept on the disk, else in memory alone.
    public var keepsHistory = true

    public init(
        idleLimit: Duration = .seconds(600), observerLinger: Duration = .seconds(60),
        programVersion: String = SkeinVersion.current, network: NetworkSettings = .plain
    ) {
        self.network = network
        self.idleLimit = idleLimit
        self.observerLinger = observerLinger
        self.programVersion = programVersion
    }
}

/// What the relay holds: the presence of every launch whose process lives, one observer for each
/// mesh that is looked at, and the broker of this machine's meshes. It answers the programs on
/// its socket, and ends by itself when none of this is wanted any more.
public actor RelayServer {
    let home: Home
    let options: RelayOptions
    let now: @Sendable () -> Moment
    let logger: Logger
    let database: MachineDatabase
    let startedAt: Moment
    private let lock: FileLock

    var launches: [LaunchID: LiveLaunch] = [:]
    var observers: [MeshID: MeshObserver] = [:]
    var observerUses: [MeshID: ContinuousClock.Instant] = [:]
    let localBroker: LocalBroker
    var isStopping = false
    var lastSerial = 0
    /// When the invites made so far end, in seconds since 1970.
    var inviteEnds: Set<Int64> = []

    var wakeWatch: WakeWatch?
    var networkWatch: NetworkWatch?
    private var place: RelayPlace?
    /// The hooks' spool is being waited for, and was looked for once at least.
    var isWaitingForSpool = false
    var hasLookedForSpool = false
    let mail: MailDesk
    let history: HistoryStore
    let eventFeeds = EventFeeds()
    var postmen: [MeshID: MailPostman] = [:]
    /// By session key.
    var launchKeys: [String: LaunchKey] = [:]
    var afterLinks: [LaunchID: AfterLink] = [:]
    /// Readers of the observers' mail.
    var mailReaders: [MeshID: Task<Void, Never>] = [:]
    var mailTellers: [MeshID: Task<Void, Never>] = [:]
    var mailToTell: Set<MeshID> = []
    /// How often a link to a broker came up.
    var linksMade = 0
    /// Of the person's programs, those that look into the inbox now.
    var personsWaiting = 0
    private var upkeep: Task<Void, Never>?

    private var listener: RelayListener?
    private var serving: Task<Void, Never>?
    private var connections = 0
    private var lastConnection = 0
    private var idleTimer: Task<Void, Never>?
    private var endWaiters: [CheckedContinuation<Void, Never>] = []
    private var isFinished = false

    /// The lock is the home's `relayLockPath`, held by this process: who has it is the one relay.
    public init(
        home: Home, lock: FileLock, options: RelayOptions = RelayOptions(),
        now: @escaping @Sendable () -> Moment, logger: Logger
    ) throws(SkeinError) {
        self.home = home
        self.lock = lock
        self.options = options
        self.now = now
        self.logger = logger
        database = try MachineDatabase.open(at: home.machineDatabasePath, createIfMissing: true)
        let store = try MailStore.open(at: home.mailDatabasePath)
        mail = MailDesk(store: store, now: now)
        if let moved = store.movedAside {
            logger.warning("the mail's store was damaged and is now \(moved)")
        }
        history = Self.history(
            of: home, isKept: options.keepsHistory, feeds: eventFeeds, logger: logger)
        localBroker = LocalBroker(home: home, database: database, now: now, logger: logger)
        startedAt = now()
        if let moved = database.movedAside {
            logger.warning("the machine's store was damaged and is now \(moved)")
        }
    }

    /// Returns when the socket listens. Launches that still live get their presence back after
    /// that, with nobody waiting for it.
    public func start() async throws(SkeinError) {
        let restored = try restoredLaunches()
        let listener = try await RelayListener(
            path: home.socketPath, group: MultiThreadedEventLoopGroup.singleton)
        lock.note("\(greeting.pid)\n\(home.socketPath)\n")
        self.listener = listener
        let place = RelayPlace(lock: lock, socketPath: home.socketPath)
        self.place = place
        serving = Task { [weak self, logger] in
            await listener.run(
                { [weak self] connection in
                    guard let server = self, let number = await server.enter() else {
                        return try await connection.executeThenClose { _, _ in }
                    }
                    defer { Task { await server.leave(number) } }
                    let process = await RelayListener.process(at: connection.channel)
                    try await RelayConnection(
                        server: server, channel: connection, number: number, process: process
                    ).serve()
                }, logger: logger)
        }
        startWatches(place)
        logger.info("listening", metadata: ["launches": "\(restored.count)"])
        for launch in restored { connectInBackground(launch.record.id) }
        takeInSpool()
        upkeep = Task { [weak self] in
            await self?.resumeMail()
            while let self, await self.isRunning {
                await self.sweep()
                do { try await Task.sleep(for: .seconds(6 * 3600)) } catch { return }
            }
        }
        armIdleTimer()
    }

    /// Says goodbye for every launch and closes everything, then lets `waitUntilEnded` return.
    public func stop() async {
        await shutDown()
        finish()
    }

    public func waitUntilEnded() async {
        await withCheckedContinuation { continuation in
            if isFinished { continuation.resume() } else { endWaiters.append(continuation) }
        }
    }

    // MARK: - the end

    /// The keys of launches that still live stay, so that the next relay can bring them back.
    func shutDown() async {
        guard !isStopping else { return }
        isStopping = true
        idleTimer?.cancel()
        upkeep?.cancel()
        // Before anything takes time: whoever comes now starts another relay.
        listener?.close()
        stopWatches()
        // Another's socket, which stands there by now, stays.
        if place?.isSocketOurs == true { home.removeSocket() }
        logger.info("stopping", metadata: ["launches": "\(launches.count)"])
        for postman in postmen.values { await postman.stop() }
        let links = launches.values.compactMap(\.link) + afterLinks.values.map(\.link)
        for launch in launches.values { launch.stopWatching() }
        launches = [:]
        await withTaskGroup(of: Void.self) { group in
            for link in links { group.addTask { await link.stop() } }
            for observer in observers.values { group.addTask { await observer.stop() } }
        }
        observers = [:]
        for after in afterLinks.values { await end(after) }
        afterLinks = [:]
        await localBroker.stop()
    }

    func finish() {
        guard !isFinished else { return }
        isFinished = true
        serving?.cancel()
        database.close()
        mail.store.close()
        history.close()
        for waiter in endWaiters { waiter.resume() }
        endWaiters = []
    }

    var isRunning: Bool { !isStopping }

    // MARK: - who is here

    var greeting: RelayGreeting {
        RelayGreeting(
            programVersion: options.programVersion, pid: RunningProcess.current?.pid ?? 0)
    }

    /// Nil when it is too late.
    private func enter() -> ConnectionNumber? {
        guard !isStopping else { return nil }
        // Whose home was moved or removed a moment ago answers nobody any more.
        if let place, !place.isOurs {
            Task { await endWithoutPlace() }
            return nil
        }
        connections += 1
        lastConnection += 1
        idleTimer?.cancel()
        return ConnectionNumber(number: lastConnection)
    }

    private func leave(_ number: ConnectionNumber) async {
        connections -= 1
        armIdleTimer()
        // What was lent and not shown is offered again.
        await mail.store.end(LoanNumber(number: number.number))
        mail.bell.ringInboxes()
    }

    /// Ends the relay when nothing has been wanted of it for the whole limit.
    func armIdleTimer() {
        idleTimer?.cancel()
        guard !isStopping, connections == 0, launches.isEmpty else { return }
        idleTimer = Task { [weak self, limit = options.idleLimit] in
            do { try await Task.sleep(for: limit) } catch { return }
            await self?.endIfIdle()
        }
    }

    private func endIfIdle() async {
        guard !Task.isCancelled, connections == 0, launches.isEmpty else { return }
        guard await !hasMailToSend() else { return armIdleTimer() }
        guard !Task.isCancelled, connections == 0, launches.isEmpty else { return }
        logger.info("nothing to do")
        // Not in the timer's own task, which stopping cancels.
        Task { await stop() }
    }
}
