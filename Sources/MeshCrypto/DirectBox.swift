import CSodium
import Mesh

/// The body of a direct message (wire protocol, section 2.4): libsodium's `crypto_box_easy`
/// (X25519, XSalsa20, Poly1305) between two ed25519 keys, converted. Base64 is the caller's.
public enum DirectBox {
    /// Bytes of a nonce, which no two messages between the same keys may share.
    public static let nonceLength = 24
    /// Bytes by which a body is longer than its text.
    public static let overhead = 16

    /// Nil unless `recipient` is a point and `nonce` has 24 bytes.
    public static func seal(
        _ text: [UInt8], nonce: [UInt8], to recipient: PublicKey, from sender: SigningKeys
    ) -> [UInt8]? {
        guard nonce.count == nonceLength, let recipient = curveKey(of: recipient) else {
            return nil
        }
        var body = [UInt8](repeating: 0, count: text.count + overhead)
        let result = withCurveSecret(of: sender) { secret in
            crypto_box_easy(&body, text, UInt64(text.count), nonce, recipient, secret)
        }
        return result == 0 ? body : nil
    }

    /// Nil where `body` was not sealed between these two keys under this nonce, or was changed.
    public static func open(
        _ body: [UInt8], nonce: [UInt8], from sender: PublicKey, to recipient: SigningKeys
    ) -> [UInt8]? {
        guard nonce.count == nonceLength, body.count >= overhead,
            let sender = curveKey(of: sender)
        else { return nil }
        var text = [UInt8](repeating: 0, count: body.count - overhead)
        let result = withCurveSecret(of: recipient) { secret in
            crypto_box_open_easy(&text, body, UInt64(body.count), nonce, sender, secret)
        }
        return result == 0 ? text : nil
    }

    /// The X25519 key of an ed25519 one (RFC 7748, section 4.1).
    private static func curveKey(of key: PublicKey) -> [UInt8]? {
        guard key.isPoint, let bytes = Hex.bytes(key.hex) else { return nil }
        var curve = [UInt8](repeating: 0, count: 32)
        return crypto_sign_ed25519_pk_to_curve25519(&curve, bytes) == 0 ? curve : nil
    }

    private static func withCurveSecret(
        of keys: SigningKeys, _ work: (UnsafePointer<UInt8>) -> Int32
    ) -> Int32 {
        let curve = SecretBytes(count: 32) { memory in
            keys.withSecret { _ = crypto_sign_ed25519_sk_to_curve25519(memory, $0) }
        }
        return curve.withBytes(work)
    }
}
