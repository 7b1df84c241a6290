import CSodium

/// SHA-256 (FIPS 180-4), where others have chosen it: invites of old, webhooks, signed requests, a
/// mesh's log.
public enum SHA256 {
    /// 32 bytes.
    public static func of(_ bytes: [UInt8]) -> [UInt8] {
        _ = Sodium.isReady
        var digest = [UInt8](repeating: 0, count: 32)
        _ = crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
        return digest
    }

    /// HMAC-SHA-256 (RFC 2104), 32 bytes; the key may be of any length.
    public static func hmac(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        _ = Sodium.isReady
        var state = crypto_auth_hmacsha256_state()
        var code = [UInt8](repeating: 0, count: 32)
        _ = crypto_auth_hmacsha256_init(&state, key, key.count)
        _ = crypto_auth_hmacsha256_update(&state, bytes, UInt64(bytes.count))
        _ = crypto_auth_hmacsha256_final(&state, &code)
        return code
    }
}
