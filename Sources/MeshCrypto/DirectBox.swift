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
        guard nonce.count == nonceLength, let recipient = recipient.curveBytes else {
            return nil
        }
        var body = [UInt8](repeating: 0, count: text.count + overhead)
        let result = sender.withCurveSecret { secret in
            crypto_box_easy(&body, text, UInt64(text.count), nonce, recipient, secret)
        }
        return result == 0 ? body : nil
    }

    /// Nil where `body` was not sealed between these two keys under this nonce, or was changed.
    public static func open(
        _ body: [UInt8], nonce: [UInt8], from sender: PublicKey, to recipient: SigningKeys
    ) -> [UInt8]? {
        guard nonce.count == nonceLength, body.count >= overhead,
            let sender = sender.curveBytes
        else { return nil }
        var text = [UInt8](repeating: 0, count: body.count - overhead)
        let result = recipient.withCurveSecret { secret in
            crypto_box_open_easy(&text, body, UInt64(body.count), nonce, sender, secret)
        }
        return result == 0 ? text : nil
    }
}
