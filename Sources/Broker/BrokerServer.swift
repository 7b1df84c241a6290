import BrokerEngine
import Logging
import Mesh
import MeshCrypto
import MeshProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A broker: HTTP and WebSocket on one port, presence in memory, meshes and members on disk. It
/// owns its listening socket and those of its clients.
public actor BrokerServer {
    private let configuration: BrokerConfiguration
    private let store: any BrokerStore
    private let bus: (any BrokerBus)?
    private let clock: Clock
    private let logger: Logger
    private let loop: any EventLoop
    private var running: Running?

    private struct Running {
        var listener: any Channel
        var switchboard: NIOLoopBound<Switchboard>
        var line: BusLine?
    }

    /// Without a bus the broker has its store to itself. `now` is the calendar's time; `uptime`, in milliseconds, runs only forward.
    public init(
        configuration: BrokerConfiguration, store: any BrokerStore,
        bus: (any BrokerBus)? = nil, now: @escaping @Sendable () -> Moment,
        uptime: @escaping @Sendable () -> Int64 = BrokerServer.uptime, logger: Logger
    ) {
        self.configuration = configuration
        self.store = store
        self.bus = bus
        self.logger = logger
        clock = Clock(wall: now, uptime: uptime)
        // Every socket of a broker lives on one thread: order without locks.
        loop = MultiThreadedEventLoopGroup.singleton.next()
    }

    /// Milliseconds since the machine started, not counting its sleep.
    public static let uptime: @Sendable () -> Int64 = {
        Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000)
    }

    /// Answers the port it listens on. `E_PORT_TAKEN` where another program has it,
    /// `E_STORE_CORRUPT` where the store cannot be read.
    public func start() async throws(SkeinError) -> Int {
        if let port = running?.listener.localAddress?.port { return port }
        let tls = try configuration.tls?.load()
        let (roster, saved) = try await store.perform { transaction in
            (
                Roster(meshes: try transaction.meshes(), members: try transaction.members()),
                try transaction.savedPresences()
            )
        }
        var registry = Registry(
            roster: roster, sessionsPerMesh: configuration.sessionsPerMesh,
            helloSeconds: configuration.helloSeconds,
            ids: Registry.Ids(
                presence: { RandomID.make() }, message: { RandomID.uuid() },
                secret: { Hex.text(RandomBytes.make(32)) }),
            saved: saved)
        registry.pages = PageDesk(pageSettings)
        registry.mail.windowBytes = configuration.outboundBytes / 2
        registry.queueBytesPerMesh = configuration.queueBytesPerMesh
        registry.sends = configuration.sendsPerMinute.map { BucketTable(perMinute: $0) }
        registry.hasBus = bus != nil
        let (told, telling) = AsyncStream.makeStream(of: BusEvent.self)
        let switchboard: NIOLoopBound<Switchboard>
        do {
            switchboard = try await loop.submit {
                [loop, clock, logger, store, registry, configuration] in
                let switchboard = Switchboard(
                    loop: loop, clock: clock, registry: registry, store: store,
                    connectionsPerMinute: configuration.connectionsPerMinute, logger: logger,
                    publish: { telling.yield($0) })
                switchboard.begin()
                return NIOLoopBound(switchboard, eventLoop: loop)
            }.get()
        } catch {
            throw SkeinError(.internal, "the broker could not start: \(error)")
        }
        let listener = try await listen(switchboard, tls)
        var line: BusLine?
        if let bus {
            line = await BusLine(bus, outgoing: told, continuation: telling) { [loop] event in
                loop.execute { switchboard.value.heard(event) }
            }
        }
        running = Running(listener: listener, switchboard: switchboard, line: line)
        let port = listener.localAddress?.port ?? configuration.port
        logger.info("broker listening", metadata: ["port": "\(port)"])
        return port
    }

    /// Closes every socket with 1001 and lets go of the port. Presence ends with it.
    public func stop() async {
        guard let running else { return }
        self.running = nil
        await running.line?.close()
        try? await running.listener.close()
        try? await loop.flatSubmit { running.switchboard.value.stop() }.get()
        logger.info("broker stopped")
    }

    /// Makes the mesh and its founding member where they are not yet: on the disk when it
    /// returns. `E_MESH_EXISTS` where the id belongs to somebody else.
    public func ensure(_ mesh: BrokerMesh, founder: BrokerMember) async throws(SkeinError) {
        try await store.perform { try $0.ensure(mesh, founder: founder) }
        guard let running else { return }
        // Without a wait the next hello could come before the roster knows its member.
        try? await loop.submit {
            running.switchboard.value.changeRoster { roster in
                if roster.mesh(mesh.id) == nil { roster.put(mesh) }
                if roster.member(mesh.id, key: founder.publicKey.hex) == nil {
                    roster.put(founder)
                }
            }
        }.get()
    }

    /// Does what is due now. A broker does so by itself; who moves its clock calls this after.
    public func wake() async {
        guard let running else { return }
        try? await loop.submit { running.switchboard.value.wake() }.get()
    }

    private var pageSettings: PageDesk.Settings {
        var settings = PageDesk.Settings()
        settings.metricsToken = configuration.metricsToken
        settings.legacyHooks = configuration.legacyHooks
        settings.joinsPerMinute = configuration.joinsPerMinute
        settings.operatorToken = configuration.operatorToken
        settings.accounts = configuration.accounts
        settings.startedAt = clock.wall()
        settings.hostname = Self.hostname
        return settings
    }

    /// As the system has it, which is what clients tell.
    private static var hostname: String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
        let name = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }

    private func listen(
        _ switchboard: NIOLoopBound<Switchboard>, _ tls: NIOSSLContext?
    ) async throws(SkeinError) -> any Channel {
        let host = configuration.host
        let door = Door(
            hosts: HostRule(bound: host, others: configuration.publicHosts),
            switchboard: switchboard, tls: tls, requestSeconds: configuration.helloSeconds,
            closeLimit: .milliseconds(configuration.closeMilliseconds))
        let bootstrap = ServerBootstrap(group: loop, childGroup: loop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(
                    low: configuration.outboundBytes / 2, high: configuration.outboundBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try door.open(on: channel) }
            }
        do {
            return try await bootstrap.bind(host: host, port: configuration.port).map {
                [configuration] listener in
                // On the loop that accepts: before the first client.
                let port = listener.localAddress?.port ?? configuration.port
                switchboard.value.listens(at: configuration.url(port: port))
                return listener
            }.get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            let holder = PortHolder.description(ofPort: configuration.port)
            throw SkeinError(
                .portTaken,
                "port \(configuration.port) of \(host) is taken by \(holder ?? "another program")",
                hint: "Stop that program, or choose another port")
        } catch let error as IOError where error.errnoCode == EACCES {
            throw SkeinError(.forbidden, "port \(configuration.port) may not be opened here")
        } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL {
            throw Self.notOurs(host)
        } catch is SocketAddressError {
            throw Self.notOurs(host)
        } catch {
            throw SkeinError(
                .internal, "the broker could not listen on \(host):\(configuration.port): \(error)")
        }
    }

    private static func notOurs(_ host: String) -> SkeinError {
        SkeinError(
            .arguments, "\(host) is no address of this machine",
            hint: "Give --host an address of its own, or 0.0.0.0 for all of them")
    }
}
