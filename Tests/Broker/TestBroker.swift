import Broker
import BrokerEngine
import Foundation
import GRDB
import Logging
import Mesh
import Synchronization

@testable import Database

/// A broker on a free port, over a store in a directory of its own, with a clock that can be
/// moved.
final class TestBroker: Sendable {
    struct Member: Sendable {
        var id: String
        var name: String
        var keys: WireKeys
    }

    static let mesh = "MeshMeshMeshMeshMeshMeshMeshMesh"
    static let ada = Member(
        id: "AdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAd", name: "Ada", keys: WireKeys(seed: 1))
    static let bob = Member(
        id: "BobBobBobBobBobBobBobBobBobBobBo", name: "Bob", keys: WireKeys(seed: 2))

    static let cyd = Member(
        id: "CydCydCydCydCydCydCydCydCydCydCy", name: "Cyd", keys: WireKeys(seed: 3))

    var server: BrokerServer { running.withLock { $0.server } }
    var port: Int { running.withLock { $0.port } }
    let database: BrokerDatabase
    private let bus = LocalBus()
    private let configuration: BrokerConfiguration
    private let directory: URL
    private let running: Mutex<(server: BrokerServer, port: Int)>
    private let offset: Offset
    private let stamp = Mutex<Int64>(0)

    /// Milliseconds that the broker's clocks are ahead of the machine's.
    private final class Offset: Sendable {
        let milliseconds = Mutex<Int64>(0)
        /// By which its calendar is wrong beside that.
        let error = Mutex<Int64>(0)
        var now: Int64 { milliseconds.withLock { $0 } }
        var wall: Int64 { now + error.withLock { $0 } }
    }

    /// On a busy machine minutes may pass between two lines of a test.
    static let patient = BrokerConfiguration(helloSeconds: 600)

    /// Runs `work` with a broker, and leaves nothing behind.
    static func run(
        _ configuration: BrokerConfiguration = patient,
        _ work: (TestBroker) async throws -> Void
    ) async throws {
        try await inDirectory { directory in
            try await run(configuration, in: directory, Offset(), work)
        }
    }

    private static func run(
        _ configuration: BrokerConfiguration, in directory: URL, _ offset: Offset,
        _ work: (TestBroker) async throws -> Void
    ) async throws {
        let broker = try await TestBroker(configuration, in: directory, offset)
        do {
            try await work(broker)
        } catch {
            await broker.end()
            throw error
        }
        await broker.end()
    }

    private static func inDirectory(_ work: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-broker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await work(directory)
    }

    private init(
        _ configuration: BrokerConfiguration, in directory: URL, _ offset: Offset
    ) async throws {
        database = try BrokerDatabase.open(at: directory.appendingPathComponent(Self.file).path)
        self.configuration = configuration
        self.directory = directory
        self.offset = offset
        let server = Self.server(configuration, database, bus, offset)
        running = Mutex((server, try await server.start()))
        let founder = try Self.record(Self.ada, .admin)
        let mesh = BrokerMesh(
            id: MeshID(rawValue: Self.mesh), name: "Test", slug: "test",
            ownerKey: founder.publicKey, createdAt: Moment(milliseconds: 1))
        try await server.ensure(mesh, founder: founder)
        try await server.ensure(mesh, founder: try Self.record(Self.bob, .member))
    }

    /// Another broker over the same store, by its port.
    func withSibling(_ work: (_ port: Int) async throws -> Void) async throws {
        let sibling = Self.server(Self.patient, database, bus, offset)
        let port = try await sibling.start()
        do {
            try await work(port)
        } catch {
            await sibling.stop()
            throw error
        }
        await sibling.stop()
    }

    private static func server(
        _ configuration: BrokerConfiguration, _ database: BrokerDatabase, _ bus: LocalBus,
        _ offset: Offset
    ) -> BrokerServer {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var configuration = configuration
        configuration.closeMilliseconds = 100
        return BrokerServer(
            configuration: configuration, store: database, bus: bus,
            now: { Moment(milliseconds: Self.machineTime + offset.wall) },
            uptime: { BrokerServer.uptime() + offset.now }, logger: logger)
    }

    private func end() async {
        await server.stop()
        database.close()
    }

    private static let file = "b.db"

    /// Stops the broker as it should be, and starts another over the same store. The clients there
    /// are read when a test says so: that is no time to wait for their goodbye.
    func restart() async throws {
        await server.stop()
        let server = Self.server(configuration, database, bus, offset)
        let port = try await server.start()
        running.withLock { $0 = (server, port) }
    }

    /// A broker that finds the disk as it is at this moment, as after a power cut.
    func afterPowerCut(_ work: (TestBroker) async throws -> Void) async throws {
        try await Self.inDirectory { copy in
            for name in [Self.file, Self.file + "-wal"] {
                let source = directory.appendingPathComponent(name)
                guard FileManager.default.fileExists(atPath: source.path) else { continue }
                try FileManager.default.copyItem(
                    at: source, to: copy.appendingPathComponent(name))
            }
            try await Self.run(configuration, in: copy, offset, work)
        }
    }

    /// The disk has room for nothing more, or has room again.
    func fillDisk(_ isFull: Bool) async throws {
        try await database.pool.writeWithoutTransaction { connection in
            try connection.execute(
                sql: "PRAGMA max_page_count = \(isFull ? 1 : 1_073_741_823)")
        }
    }

    /// One more member.
    func admit(_ member: Member) async throws {
        let founder = try Self.record(Self.ada, .admin)
        let mesh = BrokerMesh(
            id: MeshID(rawValue: Self.mesh), name: "Test", slug: "test",
            ownerKey: founder.publicKey, createdAt: Moment(milliseconds: 1))
        try await server.ensure(mesh, founder: try Self.record(member, .member))
    }

    private static func record(_ member: Member, _ permission: Permission) throws -> BrokerMember {
        guard let key = PublicKey(hex: member.keys.publicHex) else {
            throw WireClient.Failure(description: "no key")
        }
        return BrokerMember(
            id: MemberID(rawValue: member.id), mesh: MeshID(rawValue: mesh), publicKey: key,
            displayName: member.name, permission: permission,
            joinedAt: Moment(milliseconds: 2))
    }

    /// Moves the broker's clocks, and has it do what is due then.
    func advance(seconds: Int64) async {
        offset.milliseconds.withLock { $0 += seconds * 1000 }
        await server.wake()
    }

    /// Sets the broker's calendar by so much, while its uptime goes on as it did.
    func setCalendar(secondsWrong: Int64) async {
        offset.error.withLock { $0 = secondsWrong * 1000 }
        await server.wake()
    }

    /// Now, by the broker's clock, and never twice the same: a hello's signature is over it.
    func timestamp() -> Int64 {
        stamp.withLock { last in
            let now = Self.machineTime + offset.wall
            // A calendar that was set back goes back.
            last = abs(now - last) < 30_000 ? max(last + 1, now) : now
            return last
        }
    }

    private static var machineTime: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    // MARK: - Clients

    func hello(_ member: Member, session: UInt8? = nil) -> WireHello {
        WireHello(member, session: session, at: timestamp())
    }

    /// A client of old with its hello accepted.
    func join(
        _ member: Member, session: UInt8? = nil, answersPings: Bool = true,
        _ change: (inout WireHello) -> Void = { _ in }
    ) async throws -> WireClient {
        let (client, ack) = try await greet(
            hello(member, session: session).changed(change), answersPings: answersPings)
        guard ack.type == "hello_ack" else { throw WireClient.Failure(description: "\(ack)") }
        return client
    }

    /// A client that speaks skein/1 with its hello accepted.
    func joinSkein(
        _ member: Member, session: UInt8? = nil, _ change: (inout WireHello) -> Void = { _ in }
    ) async throws -> WireClient {
        try await join(member, session: session) {
            $0.speaksSkein = true
            change(&$0)
        }
    }

    /// A client and the first frame that answered its hello.
    func greet(_ hello: WireHello, answersPings: Bool = true) async throws -> (WireClient, Json) {
        let client = try await WireClient.connect(port: port, answersPings: answersPings)
        client.send(hello.json)
        return (client, try await client.frame())
    }
}
