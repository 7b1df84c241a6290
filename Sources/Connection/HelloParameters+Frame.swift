import Mesh
import MeshCrypto
import MeshProtocol

extension HelloParameters {
    /// The hello as it is sent at this moment, signed, with the two keys' attestation.
    func frame(at moment: Moment) -> HelloFrame {
        let timestamp = moment.milliseconds
        let signature = memberKeys.sign(
            HelloBytes.canonical(
                mesh: mesh.rawValue, member: member.rawValue,
                publicKey: memberKeys.publicKey.hex, timestamp: timestamp))
        return HelloFrame(
            meshID: mesh.rawValue, memberID: member.rawValue,
            publicKey: memberKeys.publicKey.hex, sessionKey: sessionKeys?.publicKey.hex,
            displayName: displayName, sessionID: sessionID, pid: Int64(pid), cwd: cwd,
            hostname: hostname, peerType: peerType, channel: channel, model: model,
            groups: groups, timestamp: timestamp, signature: Hex.text(signature),
            capabilities: [FrameLimits.skein1], kind: isObserver ? HelloFrame.observer : nil,
            role: role, agent: agent, attestation: attestation(timestamp))
    }

    private func attestation(_ timestamp: Int64) -> SessionAttestation? {
        guard let sessionKeys else { return nil }
        let message = AttestationBytes.canonical(
            mesh: mesh.rawValue, sessionKey: sessionKeys.publicKey.hex, sessionID: sessionID,
            timestamp: timestamp)
        return SessionAttestation(
            timestamp: timestamp, memberSignature: Hex.text(memberKeys.sign(message)),
            sessionSignature: Hex.text(sessionKeys.sign(message)))
    }
}
