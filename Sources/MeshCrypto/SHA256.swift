import CSodium

/// SHA-256 (FIPS 180-4), 32 bytes long.
public enum SHA256 {
    public static func of(_ bytes: [UInt8]) -> [UInt8] {
        _ = Sodium.isReady
        var digest = [UInt8](repeating: 0, count: 32)
        _ = crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
        return digest
    }
}
