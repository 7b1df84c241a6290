import Mesh

/// Whether a member's key and a session's key vouch for each other (protocol decision 2): a broker
/// vouches for nobody.
public enum Attestation {
    /// The signatures are 128 hexadecimal digits each; `timestamp` is in milliseconds. False too
    /// for what is no key or no signature.
    public static func isValid(
        mesh: MeshID, memberKey: String, sessionKey: String, sessionID: String, timestamp: Int64,
        memberSignature: String, sessionSignature: String
    ) -> Bool {
        guard let member = PublicKey(hex: memberKey), let session = PublicKey(hex: sessionKey),
            let byMember = Hex.bytes(memberSignature), let bySession = Hex.bytes(sessionSignature)
        else { return false }
        let bytes = AttestationBytes.canonical(
            mesh: mesh.rawValue, sessionKey: sessionKey, sessionID: sessionID,
            timestamp: timestamp)
        return Signature.isValid(byMember, of: bytes, by: member)
            && Signature.isValid(bySession, of: bytes, by: session)
    }
}
