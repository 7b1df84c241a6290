import Mesh

/// A number that two members compare by another way, to know that nobody stands between them
/// (wire protocol, section 8.3, `verify`): the same on both sides.
public enum SafetyNumber {
    /// Six groups of five digits, divided by spaces: of the SHA-256 of both keys, the lesser first,
    /// the first 15 bytes as six numbers of 20 bits, each modulo 100,000.
    public static func of(_ one: PublicKey, _ other: PublicKey) -> String {
        // Hexadecimal digits of one case sort as the bytes do.
        let digest = SHA256.of(Hex.bytes(min(one.hex, other.hex) + max(one.hex, other.hex)) ?? [])
        let groups = (0..<6).map { group in
            // 20 bits are two and a half bytes.
            let bits = (0..<20).reduce(0) { number, bit in
                let place = group * 20 + bit
                return number << 1 | Int(digest[place / 8] >> (7 - UInt8(place % 8)) & 1)
            }
            let digits = String(bits % 100_000)
            return String(repeating: "0", count: 5 - digits.count) + digits
        }
        return groups.joined(separator: " ")
    }
}
