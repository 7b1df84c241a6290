import Database
import Foundation
import Home
import Mesh
import MeshCrypto
import MeshProtocol
import RelayClient
import TestSupport
import Testing

/// A home of a test's own, and the relays that run on it.
struct RelayHarness: Sendable {
    let directory: TemporaryDirectory
    let home: Home

    /// Runs `work` on a new home; no relay of it is left afterwards.
    static func run(_ work: (RelayHarness) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let harness = RelayHarness(directory: directory, home: try Home(root: directory.path))
        defer { harness.end() }
        try await work(harness)
    }

    /// A relay holds its lock for as long as it lives, so its pid is nobody else's then.
    private func end() {
        guard FileManager.default.fileExists(atPath: home.relayLockPath) else { return }
        let lock = try? FileLock.acquire(home.relayLockPath)
        if lock == nil, let pid = lockHolder { kill(pid, SIGKILL) }
    }

    /// The pid that the last relay wrote into its lock.
    var lockHolder: pid_t? {
        FileLock.note(at: home.relayLockPath)?.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    /// The program beside the tests.
    static var fixture: String {
        #if os(Linux)
            let tests = (try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        #else
            let tests = Bundle.allBundles.map(\.bundlePath).first { $0.hasSuffix(".xctest") }
                ?? CommandLine.arguments[0]
        #endif
        return (tests as NSString).deletingLastPathComponent + "/RelayFixture"
    }

    /// `options` are those of the fixture.
    func starter(idle milliseconds: Int? = nil, options: [String] = []) -> RelayStarter {
        let idle = milliseconds.map { ["--idle", String($0)] } ?? []
        return RelayStarter(
            executable: Self.fixture, arguments: ["relay", "run"] + idle + options,
            environment: ProcessInfo.processInfo.environment)
    }

    func connect(idle: Int? = nil, options: [String] = []) async throws -> RelayClient {
        try await RelayClient.connect(
            home: home, starting: starter(idle: idle, options: options), limit: .seconds(30))
    }

    /// Joins a mesh of this machine, as taking Launch does.
    func joinMesh(
        _ slug: String = "payments", at place: Membership.Place = .thisMachine
    ) throws -> Membership {
        try home.prepare()
        let keys = SigningKeys.generate()
        let membership = Membership(
            mesh: MeshID(rawValue: RandomID.make()), name: slug, slug: slug, place: place,
            member: MemberID(rawValue: RandomID.make()), memberKey: keys.publicKey,
            permission: .admin, joinedAt: Moment(milliseconds: 1),
            lastUsedAt: Moment(milliseconds: 1))
        try home.storeMemberSeed(keys.seed, mesh: membership.mesh)
        let database = try MachineDatabase.open(
            at: home.machineDatabasePath, createIfMissing: true)
        try database.add(membership)
        database.close()
        return membership
    }

    func store(_ launch: LaunchRecord) throws {
        let database = try MachineDatabase.open(
            at: home.machineDatabasePath, createIfMissing: false)
        try database.store(launch)
        database.close()
    }

    func set(_ key: String, to value: String) throws {
        let database = try MachineDatabase.open(
            at: home.machineDatabasePath, createIfMissing: false)
        try database.set(key, to: value)
        database.close()
    }

    func launch(
        _ name: String, in membership: Membership, process: SleepingProcess
    ) throws -> LaunchRecord {
        let running = try #require(RunningProcess(pid: process.pid))
        return LaunchRecord(
            id: LaunchID(rawValue: RandomID.uuid()), mesh: membership.mesh, name: name,
            role: "reviewer", groups: [GroupMembership(name: "backend")], agent: "sh",
            arguments: [], directory: "/src", hostname: "laptop", agentSession: nil,
            pid: running.pid, processStart: running.start, startedAt: Moment(milliseconds: 5))
    }

    static let token = "a token of enough length"
}

/// A process that does nothing until it is killed.
final class SleepingProcess: Sendable {
    let pid: pid_t
    private let process: Process

    init() throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["600"]
        try process.run()
        pid = process.processIdentifier
    }

    // SIGKILL: another signal may be blocked in it, as it is in the thread that started it.
    func end() {
        if process.isRunning { kill(pid, SIGKILL) }
    }

    deinit { end() }
}

/// A port of loopback that somebody listens on.
final class TakenPort {
    let port: Int
    private var fd: Int32

    init() throws {
        #if os(Linux)
            fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            fd = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { [fd] in
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(fd, $0, length) == 0 && listen(fd, 1) == 0
                    && getsockname(fd, $0, &length) == 0
            }
        }
        guard result else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func free() {
        if fd >= 0 { close(fd) }
        fd = -1
    }

    deinit { free() }
}
