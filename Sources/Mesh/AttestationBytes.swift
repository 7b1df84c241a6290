/// The bytes by which a member's key and a session's key vouch for each other (protocol
/// decision 2). Both sign the same ones.
public enum AttestationBytes {
    /// UTF-8 of `skein-session|<mesh>|<sessionPubkey>|<sessionId>|<timestamp>`, the timestamp in
    /// decimal milliseconds.
    public static func canonical(
        mesh: String, sessionKey: String, sessionID: String, timestamp: Int64
    ) -> [UInt8] {
        Array("skein-session|\(mesh)|\(sessionKey)|\(sessionID)|\(timestamp)".utf8)
    }
}
