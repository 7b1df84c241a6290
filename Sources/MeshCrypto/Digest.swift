import CSodium

/// BLAKE2b (RFC 7693) over bytes, 32 bytes long.
public enum Digest {
    public static func of(_ bytes: [UInt8]) -> [UInt8] {
        _ = Sodium.isReady
        var digest = [UInt8](repeating: 0, count: 32)
        _ = crypto_generichash(&digest, digest.count, bytes, UInt64(bytes.count), nil, 0)
        return digest
    }
}
