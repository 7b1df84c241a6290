import Connection
import Home
import Mesh
import MeshCrypto
import MeshProtocol

extension RelayServer {
    /// A launch as its mesh sees it. The session's key and id are the same whenever its relay or
    /// its link comes back, so that it stays the same peer.
    func launchHello(
        _ membership: Membership, _ launch: LiveLaunch
    ) throws(SkeinError) -> HelloParameters {
        guard let session = SigningKeys(seed: launch.secrets.sessionSeed) else {
            throw SkeinError(.internal, "a launch's session key is not one")
        }
        let record = launch.record
        return HelloParameters(
            mesh: membership.mesh, member: membership.member,
            memberKeys: try memberKeys(membership), sessionKeys: session,
            displayName: record.name, sessionID: record.id.rawValue, pid: record.pid,
            cwd: record.directory, hostname: record.hostname, peerType: "ai", channel: "skein",
            role: record.role.isEmpty ? nil : record.role, agent: record.agent,
            groups: record.groups)
    }

    /// The person's own eyes: nobody's peer, of a new session in every relay.
    func observerHello(_ membership: Membership) throws(SkeinError) -> HelloParameters {
        HelloParameters(
            mesh: membership.mesh, member: membership.member,
            memberKeys: try memberKeys(membership), sessionKeys: SigningKeys.generate(),
            displayName: LocalBroker.personName, sessionID: RandomID.uuid(), pid: greeting.pid,
            cwd: "/", hostname: nil, peerType: "human", channel: "skein",
            isObserver: true)
    }
}
