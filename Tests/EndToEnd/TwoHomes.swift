import Database
import Foundation
import Home
import Mesh
import MeshCrypto
import TestSupport

/// Two people with a home each, members of one mesh on a `skein broker`. Whoever else is to come
/// in, a client of old for one, comes by the token.
struct TwoHomes: Sendable {
    let ana: Place
    let bob: Place
    let port: Int
    /// Of the broker that runs when it begins.
    let broker: RunningBroker
    /// A v1 token of ana's, who owns the mesh.
    let token: String
    let owner: OldClient.Member
    let bobsMember: OldClient.Member
    /// The broker's store.
    private let data: String

    static let slug = "team"

    static func with(_ work: (TwoHomes) async throws -> Void) async throws {
        try await Place.with { ana in
            try await Place.with { bob in
                let world = try await make(ana: ana, bob: bob)
                try await work(world)
                if kill(world.broker.pid, 0) == 0 { kill(world.broker.pid, SIGTERM) }
            }
        }
    }

    private static func make(ana: Place, bob: Place) async throws -> TwoHomes {
        let data = ana.root + "/broker"
        let owner = try await ana.addMesh(slug, data: data)
        let broker = try await RunningBroker.start(ana, ["--data", data, "--sends-per-minute", "0"])
        let expiresAt = Int64(Date().timeIntervalSince1970) + 3600
        let token = try OldClient.token(
            by: owner, slug: slug, port: broker.port, expiresAt: expiresAt)
        let machine = try OldClient(port: broker.port)
        _ = try machine.hello(
            owner, named: "ana", ["capabilities": ["skein/1"], "kind": "observer"])
        _ = try machine.ask("invite_keep", ["token": token, "maxUses": 20])
        try machine.leave()
        let (member, answer) = try OldClient.join(
            token: token, seed: [UInt8](repeating: 8, count: 32), named: "bob", port: broker.port)
        guard answer["ok"] as? Bool == true else {
            throw OldClient.Failure(description: "bob is not let in: \(answer)")
        }
        try keep(owner, .admin, in: ana, port: broker.port)
        try keep(member, .member, in: bob, port: broker.port)
        return TwoHomes(
            ana: ana, bob: bob, port: broker.port, broker: broker, token: token, owner: owner,
            bobsMember: member, data: data)
    }

    /// What a machine has after it has joined.
    private static func keep(
        _ member: OldClient.Member, _ permission: Permission, in place: Place, port: Int
    ) throws {
        guard let keys = SigningKeys(seed: member.seed) else {
            throw OldClient.Failure(description: "no keys")
        }
        let now = Mesh.Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let mesh = MeshID(rawValue: member.mesh)
        let home = try Home(root: place.home)
        try home.prepare()
        try home.storeMemberSeed(keys.seed, mesh: mesh)
        let machine = try MachineDatabase.open(at: home.machineDatabasePath, createIfMissing: true)
        try machine.add(
            Membership(
                mesh: mesh, name: "Team", slug: slug,
                place: .broker(url: "ws://127.0.0.1:\(port)/ws"),
                member: MemberID(rawValue: member.id), memberKey: keys.publicKey,
                permission: permission, joinedAt: now, lastUsedAt: now))
        machine.close()
    }

    /// Another broker of the same store, where the one before it was.
    func startBroker() async throws -> RunningBroker {
        try await RunningBroker.start(
            ana, ["--data", data, "--sends-per-minute", "0", "--port", String(port)])
    }

    /// A client of old that joins and says hello, with a session key of its own.
    func oldClient(_ name: String, seed byte: UInt8) throws -> OldClient {
        let seed = [UInt8](repeating: byte, count: 32)
        let (member, answer) = try OldClient.join(
            token: token, seed: seed, named: name, port: port)
        guard answer["ok"] as? Bool == true else {
            throw OldClient.Failure(description: "\(name) is not let in: \(answer)")
        }
        let client = try OldClient(port: port)
        let session = (0..<32).map { _ in UInt8.random(in: 0...255) }
        let ack = try client.hello(member, named: name, session: session)
        guard ack["type"] as? String == "hello_ack" else {
            throw OldClient.Failure(description: "\(ack)")
        }
        return client
    }
}
