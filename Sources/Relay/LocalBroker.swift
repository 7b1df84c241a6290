import Broker
import BrokerEngine
import Connection
import Database
import Foundation
import Home
import Logging
import Mesh
import MeshProtocol

/// The broker of this machine's meshes, run inside the relay from the moment one of them is
/// wanted. Its port is chosen once, stored and reused, because it stands in invites.
actor LocalBroker {
    private let home: Home
    private let database: MachineDatabase
    private let now: @Sendable () -> Moment
    private let logger: Logger

    private var server: BrokerServer?
    private var store: BrokerDatabase?
    private var starting: Task<Result<Int, SkeinError>, Never>?
    private var ensured: Set<MeshID> = []
    private var isStopped = false
    private(set) var port: Int?

    private static let portSetting = "broker.port"

    /// What the person is called where no launch says it.
    static var personName: String {
        let name = NSUserName()
        return name.isEmpty ? "me" : name
    }

    init(
        home: Home, database: MachineDatabase, now: @escaping @Sendable () -> Moment,
        logger: Logger
    ) {
        self.home = home
        self.database = database
        self.now = now
        self.logger = logger
    }

    /// Where a mesh of this machine is reached; the broker knows the mesh and its founder by then.
    func endpoint(for membership: Membership) async throws(SkeinError) -> BrokerEndpoint {
        let port = try await started()
        if !ensured.contains(membership.mesh), let server {
            try await server.ensure(
                BrokerMesh(
                    id: membership.mesh, name: membership.name, slug: membership.slug,
                    ownerKey: membership.memberKey, createdAt: membership.joinedAt),
                founder: BrokerMember(
                    id: membership.member, mesh: membership.mesh,
                    publicKey: membership.memberKey, displayName: Self.personName,
                    permission: .admin, joinedAt: membership.joinedAt))
            ensured.insert(membership.mesh)
        }
        return .loopback(port: port)
    }

    func stop() async {
        isStopped = true
        _ = await starting?.value
        await server?.stop()
        store?.close()
        server = nil
        port = nil
    }

    private func started() async throws(SkeinError) -> Int {
        guard !isStopped else { throw SkeinError(.relayUnreachable, "the relay is stopping") }
        if let port { return port }
        let task = starting ?? Task { await start() }
        starting = task
        let result = await task.value
        // A failure is not kept: the port may be free by the next request.
        starting = nil
        return try result.get()
    }

    private func start() async -> Result<Int, SkeinError> {
        do throws(SkeinError) {
            let stored = try database.setting(Self.portSetting).flatMap { Int($0) }
            let store = try BrokerDatabase.open(at: home.brokerDatabasePath)
            self.store = store
            let server = BrokerServer(
                configuration: BrokerConfiguration(port: stored ?? 0), store: store, now: now,
                logger: logger)
            let port = try await server.start()
            if stored != port { try database.set(Self.portSetting, to: String(port)) }
            self.server = server
            self.port = port
            logger.info("this machine's broker listens", metadata: ["port": "\(port)"])
            return .success(port)
        } catch {
            store?.close()
            store = nil
            logger.error("this machine's broker: \(error.message)")
            return .failure(error)
        }
    }
}
