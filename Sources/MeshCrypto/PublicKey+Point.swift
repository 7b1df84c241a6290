import CSodium
import Mesh

extension PublicKey {
    /// Whether the bytes are a point that can sign and be written to: on the curve, in its main
    /// subgroup, in canonical form. A key that is none makes existing clients fail outright.
    public var isPoint: Bool {
        guard Sodium.isReady, let bytes = Hex.bytes(hex), bytes.count == 32 else { return false }
        return crypto_core_ed25519_is_valid_point(bytes) == 1
    }
}
