/// The bytes a sender signs in a message to a group, whose box does not say who wrote it
/// (protocol decision 11).
public enum GroupBytes {
    /// UTF-8 of `skein-group|<mesh>|<message id>|<target spec>|`, then the 32 bytes of the
    /// content's SHA-256.
    public static func canonical(
        mesh: String, messageID: String, target: String, contentDigest: [UInt8]
    ) -> [UInt8] {
        Array("skein-group|\(mesh)|\(messageID)|\(target)|".utf8) + contentDigest
    }
}
