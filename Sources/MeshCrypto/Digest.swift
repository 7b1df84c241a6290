import CSodium

/// Digests of bytes, 32 bytes long.
public enum Digest {
    /// BLAKE2b (RFC 7693).
    public static func of(_ bytes: [UInt8]) -> [UInt8] {
        _ = Sodium.isReady
        var digest = [UInt8](repeating: 0, count: 32)
        _ = crypto_generichash(&digest, digest.count, bytes, UInt64(bytes.count), nil, 0)
        return digest
    }
}
