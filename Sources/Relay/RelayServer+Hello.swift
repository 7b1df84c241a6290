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

    /// The person's own eyes and mouth: nobody's peer, and the same session in every relay, so that
    /// what answers the person finds it. It has no name but the member's own: under another one
    /// nobody could write back.
    func observerHello(_ membership: Membership) throws(SkeinError) -> HelloParameters {
        let signer = try signer(of: nil, in: membership.mesh)
        return HelloParameters(
            mesh: membership.mesh, member: membership.member,
            memberKeys: signer.member, sessionKeys: signer.keys,
            displayName: "", sessionID: signer.session, pid: greeting.pid,
            cwd: "/", hostname: nil, peerType: "human", channel: "skein",
            isObserver: true)
    }
}
