/// The bytes a hello signs (wire protocol, section 1.3).
public enum HelloBytes {
    /// UTF-8 of `<meshId>|<memberId>|<pubkey>|<timestamp>`, each as it was sent, the timestamp in
    /// decimal milliseconds.
    public static func canonical(
        mesh: String, member: String, publicKey: String, timestamp: Int64
    ) -> [UInt8] {
        Array("\(mesh)|\(member)|\(publicKey)|\(timestamp)".utf8)
    }
}
