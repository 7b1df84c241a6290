import Broker
import BrokerEngine
import Connection
import Database
import Foundation
import Logging
import Mesh
import MeshProtocol

/// A broker in the process of the tests, for a mesh that a relay joined; its connections can be
/// made to hear nothing any more.
final class FarMesh: Sendable {
    let forwarder: Forwarder
    let membership: Membership
    let port: Int
    private let server: BrokerServer
    private let store: BrokerDatabase

    init(_ harness: RelayHarness) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        store = try BrokerDatabase.open(at: harness.directory.path + "/far.sqlite")
        server = BrokerServer(
            configuration: BrokerConfiguration(), store: store, now: { FarMesh.now },
            logger: logger)
        let port = try await server.start()
        self.port = port
        forwarder = try await Forwarder { port }
        membership = try harness.joinMesh(
            "far", at: .broker(url: "ws://127.0.0.1:\(forwarder.port)/ws"))
        try await server.ensure(
            BrokerMesh(
                id: membership.mesh, name: "far", slug: "far", ownerKey: membership.memberKey,
                createdAt: Self.now),
            founder: BrokerMember(
                id: membership.member, mesh: membership.mesh, publicKey: membership.memberKey,
                displayName: "me", permission: .admin, joinedAt: Self.now))
    }

    func stop() async {
        await forwarder.stop()
        await server.stop()
        store.close()
    }

    static var now: Moment {
        Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}
