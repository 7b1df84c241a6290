import Broker
import BrokerEngine
import Database
import Foundation
import Home
import Logging
import Mesh
import MeshCrypto
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

/// A mesh on a broker of a test's own, which can be stopped and started again, with members whose
/// homes are anywhere.
actor MailMesh {
    nonisolated let id = MeshID(rawValue: RandomID.make())
    private let directory: TemporaryDirectory
    private let store: BrokerDatabase
    private let founder = SigningKeys.generate()
    private var members: [BrokerMember] = []
    private var server: BrokerServer?
    private(set) var port = 0

    static func run(_ work: (MailMesh) async throws -> Void) async throws {
        let mesh = try MailMesh()
        do {
            try await mesh.start()
            try await work(mesh)
        } catch {
            await mesh.end()
            throw error
        }
        await mesh.end()
    }

    /// A mesh with two members, `ada` and `bob`, each with a home.
    static func two(
        _ work: (MailMesh, MailHome, MailHome) async throws -> Void
    ) async throws {
        try await run { mesh in
            try await RelayHarness.run { first in
                try await RelayHarness.run { second in
                    let ada = try await MailHome(first, "ada", in: mesh)
                    let bob = try await MailHome(second, "bob", in: mesh)
                    try await work(mesh, ada, bob)
                }
            }
        }
    }

    private init() throws {
        directory = try TemporaryDirectory()
        store = try BrokerDatabase.open(at: directory.path + "/broker.sqlite")
    }

    func start() async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = BrokerServer(
            configuration: BrokerConfiguration(port: port), store: store,
            now: { RelayProcess.systemNow() }, logger: logger)
        port = try await server.start()
        self.server = server
        for member in members { try await ensure(member) }
    }

    func stop() async {
        await server?.stop()
        server = nil
    }

    private func end() async {
        await stop()
        store.close()
    }

    private func ensure(_ member: BrokerMember) async throws {
        try await server?.ensure(
            BrokerMesh(
                id: id, name: "Mail", slug: "mail", ownerKey: founder.publicKey,
                createdAt: Moment(milliseconds: 1)),
            founder: member)
    }

    /// A new member of the mesh, and its seed.
    func member(
        _ name: String, groups: [GroupMembership] = []
    ) async throws -> (membership: Membership, keys: SigningKeys) {
        let keys = SigningKeys.generate()
        var member = BrokerMember(
            id: MemberID(rawValue: RandomID.make()), mesh: id, publicKey: keys.publicKey,
            displayName: name, permission: .member, joinedAt: Moment(milliseconds: 1))
        member.groups = groups
        members.append(member)
        try await ensure(member)
        return (
            Membership(
                mesh: id, name: "Mail", slug: "mail",
                place: .broker(url: "ws://127.0.0.1:\(port)/ws"), member: member.id,
                memberKey: keys.publicKey, permission: .member,
                joinedAt: Moment(milliseconds: 1), lastUsedAt: Moment(milliseconds: 1)),
            keys
        )
    }
}

/// One member's home, with a relay on it when one is wanted.
struct MailHome: Sendable {
    let harness: RelayHarness
    let membership: Membership
    let keys: SigningKeys

    init(
        _ harness: RelayHarness, _ name: String, in mesh: MailMesh, groups: [GroupMembership] = []
    ) async throws {
        self.harness = harness
        (membership, keys) = try await mesh.member(name, groups: groups)
        try harness.home.prepare()
        try harness.home.storeMemberSeed(keys.seed, mesh: membership.mesh)
        let database = try MachineDatabase.open(
            at: harness.home.machineDatabasePath, createIfMissing: true)
        try database.add(membership)
        database.close()
    }

    /// The person's own connection.
    func person() async throws -> RelayClient { try await harness.connect() }

    /// A launch with a process of its own, registered.
    func launch(_ name: String, groups: [GroupMembership] = []) async throws -> MailLaunch {
        let process = try SleepingProcess()
        var record = try harness.launch(name, in: membership, process: process)
        record.groups = groups
        let client = try await harness.connect()
        try await client.register(record, token: RelayHarness.token)
        return MailLaunch(home: self, record: record, process: process, client: try await connect(record))
    }

    fileprivate func connect(_ record: LaunchRecord) async throws -> RelayClient {
        try await RelayClient.connect(
            home: harness.home, starting: harness.starter(),
            as: LaunchProof(id: record.id, token: RelayHarness.token), limit: .seconds(30))
    }

    func killRelay() async throws {
        let client = try await person()
        kill(client.greeting.pid, SIGKILL)
        await #expect(throws: SkeinError.self) { while true { _ = try await client.status() } }
    }
}

struct MailLaunch: Sendable {
    let home: MailHome
    let record: LaunchRecord
    let process: SleepingProcess
    /// As the launch.
    let client: RelayClient

    func again() async throws -> MailLaunch {
        MailLaunch(
            home: home, record: record, process: process, client: try await home.connect(record))
    }
}

extension RelayClient {
    @discardableResult
    func send(
        _ text: String, to target: String, in mesh: MeshID, priority: MessagePriority = .next,
        notBefore: Moment? = nil, id: MessageID? = nil
    ) async throws -> SentMessage {
        let id = id ?? MessageID(at: RelayProcess.systemNow(), random: RandomBytes.make(10))
        return try await ask(
            SendMessage(
                id: id, to: target, text, mesh: mesh, priority: priority, notBefore: notBefore))
    }

    /// Waits for at least one message; empty after 20 s.
    func inbox(seconds: Int = 20, keeps: Bool = false) async throws -> [InboxMessage] {
        try await ask(TakeInbox(seconds: seconds, keeps: keeps), limit: .seconds(seconds + 10))
            .messages
    }

    /// Exactly so many, confirmed as shown.
    func read(_ count: Int) async throws -> [InboxMessage] {
        var all: [InboxMessage] = []
        while all.count < count {
            let some = try await inbox()
            guard !some.isEmpty else { break }
            _ = try await ask(ConfirmShown(some.map(\.key)))
            all += some
        }
        return all
    }

    func report(
        _ id: MessageID, awaiting state: DeliveryState? = nil, seconds: Int = 20
    ) async throws -> MailReport {
        try await ask(
            FindMessage(id.rawValue, awaiting: state, seconds: seconds),
            limit: .seconds(seconds + 10))
    }
}
