import MeshCrypto

/// The code a person compares and types: eight letters of twenty, so that none is a vowel or looks
/// like another (RFC 8628, section 6.1).
struct UserCode: Hashable, Sendable {
    static let letters = Array("BCDFGHJKLMNPQRSTVWXZ")
    static let length = 8

    /// As it is compared.
    let bare: String

    /// As it was typed: case, spaces and dashes do not count. Nil where it is none.
    init?(_ typed: String) {
        guard typed.utf8.count <= 64 else { return nil }
        let letters = typed.uppercased().filter { !$0.isWhitespace && $0 != "-" && $0 != "‐" }
        guard letters.count == Self.length, letters.allSatisfy(Self.letters.contains) else {
            return nil
        }
        bare = letters
    }

    /// A new one. `nextByte` must be a cryptographic source; bytes of 240 and above are thrown
    /// away, so that every letter is equally likely.
    init(nextByte: () -> UInt8) {
        var text = ""
        while text.count < Self.length {
            let byte = nextByte()
            if byte < 240 { text.append(Self.letters[Int(byte) % Self.letters.count]) }
        }
        bare = text
    }

    static func make() -> UserCode {
        var bytes: ArraySlice<UInt8> = []
        return UserCode {
            if bytes.isEmpty { bytes = RandomBytes.make(16)[...] }
            return bytes.popFirst() ?? 255
        }
    }

    /// As it is shown: `XXXX-XXXX`.
    var text: String { bare.prefix(4) + "-" + bare.suffix(4) }
}
