import CSodium
import Mesh

extension PublicKey {
    /// The X25519 key of this ed25519 one (RFC 7748, section 4.1). Nil for what is no point.
    var curveBytes: [UInt8]? {
        guard isPoint, let bytes = Hex.bytes(hex) else { return nil }
        var curve = [UInt8](repeating: 0, count: 32)
        return crypto_sign_ed25519_pk_to_curve25519(&curve, bytes) == 0 ? curve : nil
    }
}

extension SigningKeys {
    /// The secret half as an X25519 key, for as long as `work` runs.
    func withCurveSecret<Value>(_ work: (UnsafePointer<UInt8>) -> Value) -> Value {
        let curve = SecretBytes(count: 32) { memory in
            withSecret { _ = crypto_sign_ed25519_sk_to_curve25519(memory, $0) }
        }
        return curve.withBytes(work)
    }
}
