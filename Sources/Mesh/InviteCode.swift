/// The code of a v2 invite: 10 characters of Crockford's base32, which has no I, L, O and U, so
/// that nothing in it can be taken for something else. That is 50 bits.
public enum InviteCode {
    public static let length = 10
    static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// `nextByte` must be a cryptographic source.
    public static func make(nextByte: () -> UInt8) -> String {
        String((0..<length).map { _ in alphabet[Int(nextByte() & 31)] })
    }

    /// A code as somebody typed it: in small letters, with dashes or blanks between, an O for a
    /// zero, an I or L for a one. Nil for what is none.
    public static func read(_ text: String) -> String? {
        guard text.utf8.count <= 3 * length else { return nil }
        var code = ""
        for character in text.uppercased() where character != "-" && character != " " {
            switch character {
            case "O": code.append("0")
            case "I", "L": code.append("1")
            case _ where alphabet.contains(character): code.append(character)
            default: return nil
            }
        }
        return code.count == length ? code : nil
    }

    /// What is hashed of it: a broker keeps the hash alone.
    public static func hashed(_ code: String) -> [UInt8] { Array("skein-invite|\(code)".utf8) }
}
