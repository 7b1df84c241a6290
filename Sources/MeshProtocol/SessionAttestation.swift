import Mesh

/// A member's key and a session's key vouching for each other (protocol decision 2). Both sign
/// `AttestationBytes`.
public struct SessionAttestation: Hashable, Sendable, Codable {
    /// Milliseconds; that of the hello which carried it.
    public var timestamp: Int64
    /// 128 hexadecimal digits, by the member's key.
    public var memberSignature: String
    /// 128 hexadecimal digits, by the session's key.
    public var sessionSignature: String

    public init(timestamp: Int64, memberSignature: String, sessionSignature: String) {
        self.timestamp = timestamp
        self.memberSignature = memberSignature
        self.sessionSignature = sessionSignature
    }
}
