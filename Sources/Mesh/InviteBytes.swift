/// The bytes under a v1 invite's signature (wire protocol, section 6.1).
public enum InviteBytes {
    /// `expiresAt` is in seconds since 1970; `rootKey` in base64url without padding.
    public static func canonical(
        mesh: String, slug: String, brokerURL: String, expiresAt: Int64, rootKey: String,
        permission: String, ownerKey: String
    ) -> [UInt8] {
        Array("1|\(mesh)|\(slug)|\(brokerURL)|\(expiresAt)|\(rootKey)|\(permission)|\(ownerKey)".utf8)
    }
}
