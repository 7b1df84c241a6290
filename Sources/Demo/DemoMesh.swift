import BrokerEngine
import Database
import Home
import Mesh
import MeshCrypto
import MeshProtocol

/// The mesh of a demo as it is laid down in a throwaway home: its founder, who is the person
/// that looks on, and one member for each simulated peer.
struct DemoMesh {
    let membership: Membership
    let peers: [SimulatedPeer]

    /// Writes the keys, what the machine remembers, and what the broker knows. `directory` is
    /// where the person is: there the wizard finds every answer given already.
    static func make(
        in home: Home, directory: String, now: @escaping @Sendable () -> Moment
    ) throws(SkeinError) -> DemoMesh {
        let keys = SigningKeys.generate()
        let mesh = MeshID(rawValue: RandomID.make())
        let moment = now()
        let membership = Membership(
            mesh: mesh, name: "demo", slug: "demo", place: .thisMachine,
            member: MemberID(rawValue: RandomID.make()), memberKey: keys.publicKey,
            permission: .admin, joinedAt: moment, lastUsedAt: moment)
        try home.storeMemberSeed(keys.seed, mesh: mesh)

        let machine = try MachineDatabase.open(at: home.machineDatabasePath, createIfMissing: true)
        defer { machine.close() }
        try machine.add(membership)
        try machine.remember(
            account: .thisMachine,
            answers: LastAnswers(mesh: mesh, name: "you", role: "lead", groups: [], agent: "sh"),
            directory: directory, at: moment)

        let peers = SimulatedPeer.Profile.all.enumerated().map { index, profile in
            SimulatedPeer(index: index, profile: profile, mesh: mesh, now: now)
        }
        try admit(peers, to: membership, in: home)
        return DemoMesh(membership: membership, peers: peers)
    }

    private static func admit(
        _ peers: [SimulatedPeer], to membership: Membership, in home: Home
    ) throws(SkeinError) {
        let broker = try BrokerDatabase.open(at: home.brokerDatabasePath)
        defer { broker.close() }
        let mesh = BrokerMesh(
            id: membership.mesh, name: membership.name, slug: membership.slug,
            ownerKey: membership.memberKey, createdAt: membership.joinedAt)
        try broker.performBlocking { transaction in
            for peer in peers {
                try transaction.ensure(
                    mesh,
                    founder: BrokerMember(
                        id: peer.member, mesh: membership.mesh,
                        publicKey: peer.memberKeys.publicKey, displayName: peer.profile.name,
                        permission: .member, joinedAt: membership.joinedAt))
            }
        }
    }
}
