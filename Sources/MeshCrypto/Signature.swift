import CSodium
import Mesh

/// Checking detached ed25519 signatures (RFC 8032).
public enum Signature {
    /// False too where `signature` has not 64 bytes or `key` is no key.
    public static func isValid(_ signature: [UInt8], of message: [UInt8], by key: PublicKey)
        -> Bool
    {
        guard Sodium.isReady, signature.count == SigningKeys.signatureLength,
            let key = Hex.bytes(key.hex), key.count == 32
        else { return false }
        return crypto_sign_verify_detached(signature, message, UInt64(message.count), key) == 0
    }
}
