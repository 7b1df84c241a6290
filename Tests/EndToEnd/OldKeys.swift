import CSodium
import Foundation

/// A client of old's ed25519 pair, and what it does with it (wire protocol, sections 1.3, 2.4 and
/// 6.1), by libsodium alone.
struct OldKeys {
    private let publicKey: [UInt8]
    private let secretKey: [UInt8]

    init(seed: [UInt8]) throws {
        var (publicKey, secretKey) = (
            [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 64)
        )
        guard sodium_init() >= 0, seed.count == 32,
            crypto_sign_seed_keypair(&publicKey, &secretKey, seed) == 0
        else { throw OldClient.Failure(description: "no keys") }
        (self.publicKey, self.secretKey) = (publicKey, secretKey)
    }

    /// The public half, 64 digits.
    var hex: String { Self.hex(publicKey) }

    /// A detached signature, 128 digits.
    func sign(_ text: String) -> String {
        var signature = [UInt8](repeating: 0, count: 64)
        let bytes = Array(text.utf8)
        crypto_sign_detached(&signature, nil, bytes, UInt64(bytes.count), secretKey)
        return Self.hex(signature)
    }

    /// The nonce and the body of a direct message, each in base64.
    func seal(_ text: String, to recipient: String) throws -> (nonce: String, body: String) {
        var nonce = [UInt8](repeating: 0, count: 24)
        randombytes_buf(&nonce, nonce.count)
        let plain = Array(text.utf8)
        var body = [UInt8](repeating: 0, count: plain.count + 16)
        guard
            crypto_box_easy(
                &body, plain, UInt64(plain.count), nonce, try Self.curve(recipient), curveSecret)
                == 0
        else { throw OldClient.Failure(description: "not sealed") }
        return (Data(nonce).base64EncodedString(), Data(body).base64EncodedString())
    }

    /// Nil where it was not for this key.
    func open(_ body: String, nonce: String, from sender: String) throws -> String? {
        guard let body = Data(base64Encoded: body), let nonce = Data(base64Encoded: nonce),
            nonce.count == 24, body.count >= 16
        else { return nil }
        var plain = [UInt8](repeating: 0, count: body.count - 16)
        let result = crypto_box_open_easy(
            &plain, Array(body), UInt64(body.count), Array(nonce), try Self.curve(sender),
            curveSecret)
        return result == 0 ? String(decoding: plain, as: UTF8.self) : nil
    }

    private var curveSecret: [UInt8] {
        var curve = [UInt8](repeating: 0, count: 32)
        _ = crypto_sign_ed25519_sk_to_curve25519(&curve, secretKey)
        return curve
    }

    private static func curve(_ key: String) throws -> [UInt8] {
        var (bytes, curve) = ([UInt8](), [UInt8](repeating: 0, count: 32))
        for index in stride(from: 0, to: key.utf8.count - 1, by: 2) {
            let start = key.index(key.startIndex, offsetBy: index)
            bytes.append(UInt8(key[start...].prefix(2), radix: 16) ?? 0)
        }
        guard bytes.count == 32, crypto_sign_ed25519_pk_to_curve25519(&curve, bytes) == 0 else {
            throw OldClient.Failure(description: "no key: \(key)")
        }
        return curve
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
