import Broker
import BrokerEngine
import Connection
import Database
import Foundation
import Logging
import Mesh
import MeshCrypto
import MeshProtocol

/// A mesh of two members on a real broker, which can be stopped and started again on its port.
actor TestMesh {
    static let mesh = MeshID(rawValue: "MeshMeshMeshMeshMeshMeshMeshMesh")

    struct Member: Sendable {
        var id: MemberID
        var name: String
        var keys: SigningKeys
    }

    let ada: Member
    let bob: Member
    private let tls: TLSFiles?
    private let hosts: [String]
    private let directory: URL
    private let database: BrokerDatabase
    private var server: BrokerServer?
    private(set) var port = 0
    private var links: [BrokerLink] = []

    /// Runs `work` with a mesh, and leaves nothing behind.
    static func run(
        tls: TLSFiles? = nil, hosts: [String] = [],
        _ work: (TestMesh) async throws -> Void
    ) async throws {
        let mesh = try TestMesh(tls: tls, hosts: hosts)
        do {
            try await mesh.startBroker()
            try await work(mesh)
        } catch {
            await mesh.end()
            throw error
        }
        await mesh.end()
    }

    private init(tls: TLSFiles?, hosts: [String]) throws {
        self.tls = tls
        self.hosts = hosts
        directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-connection-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        database = try BrokerDatabase.open(at: directory.appendingPathComponent("b.db").path)
        ada = Member(id: MemberID(rawValue: "Ada"), name: "Ada", keys: .generate())
        bob = Member(id: MemberID(rawValue: "Bob"), name: "Bob", keys: .generate())
    }

    func startBroker() async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = BrokerServer(
            configuration: BrokerConfiguration(port: port, publicHosts: hosts, tls: tls),
            store: database,
            now: { TestMesh.now }, logger: logger)
        port = try await server.start()
        self.server = server
        let mesh = BrokerMesh(
            id: Self.mesh, name: "Test", slug: "test", ownerKey: ada.keys.publicKey,
            createdAt: Self.now)
        for member in [ada, bob] {
            try await server.ensure(
                mesh,
                founder: BrokerMember(
                    id: member.id, mesh: Self.mesh, publicKey: member.keys.publicKey,
                    displayName: member.name, permission: .admin, joinedAt: Self.now))
        }
    }

    func stopBroker() async {
        await server?.stop()
        server = nil
    }

    private func end() async {
        for link in links { await link.stop() }
        await stopBroker()
        database.close()
        try? FileManager.default.removeItem(at: directory)
    }

    static var now: Moment {
        Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    func hello(_ member: Member, observer: Bool = false) -> HelloParameters {
        HelloParameters(
            mesh: Self.mesh, member: member.id, memberKeys: member.keys,
            sessionKeys: observer ? nil : .generate(), displayName: member.name,
            sessionID: "session", pid: 7, cwd: "/work", hostname: "host", peerType: "ai",
            role: observer ? nil : "reviewer", agent: "sh",
            groups: observer ? [] : [GroupMembership(name: "ops", role: "lead")],
            isObserver: observer)
    }

    /// A link that is not started. It waits no longer than a tenth of what it may between tries.
    func link(
        _ hello: HelloParameters, watches: Bool = false, to endpoint: BrokerEndpoint? = nil,
        by network: NetworkSettings = .plain,
        now: @escaping @Sendable () -> Moment = { TestMesh.now }
    ) -> BrokerLink {
        let link = BrokerLink(
            endpoint: endpoint ?? .loopback(port: port), by: network, hello: hello,
            watchesPresence: watches, now: now, random: { 0.01 })
        links.append(link)
        return link
    }

    /// A link whose hello was acknowledged.
    func live(_ hello: HelloParameters, watches: Bool = false) async throws -> BrokerLink {
        let link = link(hello, watches: watches)
        await link.start()
        try await link.firstHello()
        return link
    }
}

/// What a link tells, read one by one.
struct EventReader {
    private var iterator: AsyncStream<LinkEvent>.Iterator

    init(_ link: BrokerLink) { iterator = link.events.makeAsyncIterator() }

    /// The next event that is one of these.
    mutating func next<Value>(_ pick: (LinkEvent) -> Value?) async -> Value? {
        while let event = await iterator.next() {
            if let value = pick(event) { return value }
        }
        return nil
    }

    mutating func snapshot() async -> [Peer]? {
        await next { if case .snapshot(let peers) = $0 { peers } else { nil } }
    }

    mutating func changes() async -> PeerChanges? {
        await next { if case .changed(let changes) = $0 { changes } else { nil } }
    }

    mutating func link() async -> LinkState? {
        await next { if case .link(let state) = $0 { state } else { nil } }
    }
}
