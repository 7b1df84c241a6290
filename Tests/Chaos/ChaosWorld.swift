import BrokerEngine
import Database
import Foundation
import Home
import Mesh
import MeshCrypto
import MeshProtocol
import Synchronization
import TestSupport

/// A broker, and two people with a home each, all reached through sockets that can be cut.
struct ChaosWorld: Sendable {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let skein: String
    let root: String
    let brokerPort: Int
    let cutter: SocketCutter
    /// Who runs until it is killed.
    let started = Started()
    /// Of the persons' homes; empty where none can be had.
    let disks: [SmallDisk]

    final class Started: Sendable {
        let pids = Mutex<Set<Int32>>([])
    }

    static let mesh = MeshID(rawValue: "chaosmesh0000000000000000000000a")
    static let slug = "chaos"
    static let people = ["ana", "bob"]
    /// The program that is a relay whose clock can be set.
    static let relayProgram = Products.path(of: "RelayFixture")

    func home(of person: String) -> String { root + "/" + person }

    /// What a person's relay takes the time for is wrong by so many milliseconds.
    func setClock(of person: String, offBy offset: Int) {
        try? String(offset).write(toFile: clock(of: person), atomically: true, encoding: .utf8)
    }

    func clock(of person: String) -> String { root + "/\(person).clock" }

    func environment(of person: String) -> [String: String] {
        [
            "SKEIN_HOME": home(of: person), "HOME": root, "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8", "USER": person,
        ]
    }

    static func make(skein: String) async throws -> ChaosWorld {
        var template = Array("/tmp/skein-chaos-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "no directory") }
        let root = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let port = try FreePort.find()
        let cutter = try SocketCutter(to: port)
        let disks = people.compactMap { SmallDisk(at: root + "/" + $0) }
        if disks.isEmpty { say("no disk is filled: none can be mounted here") }
        let world = ChaosWorld(
            skein: skein, root: root, brokerPort: port, cutter: cutter, disks: disks)
        try await world.found()
        return world
    }

    /// The mesh, its two members, and what their machines know of it.
    private func found() async throws {
        let now = Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        try FileManager.default.createDirectory(
            atPath: root + "/broker", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let store = try BrokerDatabase.open(at: root + "/broker/broker.db")
        defer { store.close() }
        var members: [BrokerMember] = []
        for (index, person) in Self.people.enumerated() {
            let keys = SigningKeys.generate()
            let member = BrokerMember(
                id: MemberID(rawValue: "member\(index)"), mesh: Self.mesh,
                publicKey: keys.publicKey, displayName: person,
                permission: index == 0 ? .admin : .member, joinedAt: now)
            members.append(member)
            let home = try Home(root: home(of: person))
            try home.prepare()
            try home.storeMemberSeed(keys.seed, mesh: Self.mesh)
            let machine = try MachineDatabase.open(
                at: home.machineDatabasePath, createIfMissing: true)
            try machine.add(
                Membership(
                    mesh: Self.mesh, name: "Chaos", slug: Self.slug,
                    place: .broker(url: "ws://127.0.0.1:\(cutter.port)/ws"), member: member.id,
                    memberKey: keys.publicKey, permission: member.permission, joinedAt: now,
                    lastUsedAt: now))
            machine.close()
        }
        let (founder, other) = (members[0], members[1])
        try await store.perform { transaction in
            try transaction.ensure(
                BrokerMesh(
                    id: Self.mesh, name: "Chaos", slug: Self.slug, ownerKey: founder.publicKey,
                    createdAt: now), founder: founder)
            try transaction.add(other)
        }
    }

    /// The relay's process of a person, from its lock; nil where none runs.
    func relay(of person: String) -> Int32? {
        guard let home = try? Home(root: home(of: person)),
            let note = FileLock.note(at: home.relayLockPath),
            let pid = note.split(separator: "\n").first.flatMap({ Int32($0) }), kill(pid, 0) == 0
        else { return nil }
        return pid
    }

    func leave(keeping isKept: Bool) {
        for pid in started.pids.withLock({ $0 }) { kill(pid, SIGKILL) }
        for person in Self.people {
            if let relay = relay(of: person) { kill(relay, SIGKILL) }
        }
        cutter.close()
        for disk in disks {
            disk.free()
            if isKept { disk.keep() }
            disk.unmount()
        }
        if isKept {
            say("what is left stands in \(root)")
        } else {
            try? FileManager.default.removeItem(atPath: root)
        }
    }
}
