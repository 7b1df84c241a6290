/// What stands for a person's account at a broker: a session of a signed-in machine, or a token
/// made by hand for a script.
///
/// `sk_session_` or `sk_pat_`, 30 base62 characters from a cryptographic source (178 bits), and 6
/// base62 characters that are the CRC-32 of everything before them. The checksum proves nothing to
/// a broker; it lets a person's typing error, and a scanner's false alarm, be known with no network.
public struct AccountToken: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Of one signed-in machine; it is refreshed, and ends with a sign-out.
        case session
        /// Of a script; it may do less, and is never refreshed.
        case personal = "pat"

        public var prefix: String { "sk_\(rawValue)_" }
    }

    public var kind: Kind
    /// The whole token, as it goes into an `Authorization` header. It is a secret.
    public let text: String

    /// How many characters are random.
    public static let randomLength = 30
    /// How many characters the checksum has: 62⁶ is more than 2³².
    public static let checksumLength = 6
    /// The longest token there is, in bytes.
    public static let longest =
        Kind.session.prefix.utf8.count + randomLength + checksumLength

    /// Nil unless `text` is a token of a known kind, exactly, with the right checksum.
    public init?(_ text: String) {
        // Before anything is looked at: a pasted file is not a token.
        guard text.utf8.count <= Self.longest,
            let kind = Kind.allCases.first(where: { text.hasPrefix($0.prefix) })
        else { return nil }
        let bytes = Array(text.utf8)
        let body = bytes[kind.prefix.utf8.count...]
        guard body.count == Self.randomLength + Self.checksumLength,
            body.allSatisfy(Base62.has)
        else { return nil }
        let checked = bytes.dropLast(Self.checksumLength)
        guard bytes.suffix(Self.checksumLength).elementsEqual(Self.checksum(of: checked).utf8)
        else { return nil }
        self.kind = kind
        self.text = text
    }

    /// A new one. `nextByte` must be a cryptographic source.
    public static func make(_ kind: Kind, nextByte: () -> UInt8) -> AccountToken {
        let open = kind.prefix + Base62.id(length: randomLength, nextByte: nextByte)
        return AccountToken(kind: kind, whole: open + checksum(of: Array(open.utf8)[...]))
    }

    private init(kind: Kind, whole: String) {
        self.kind = kind
        text = whole
    }

    /// Six base62 digits, the most significant first.
    private static func checksum(of bytes: ArraySlice<UInt8>) -> String {
        Base62.digits(CRC32.of(bytes), width: checksumLength)
    }
}

/// So that no log or failed test tells it.
extension AccountToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { kind.prefix + "…" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The checksum of IEEE 802.3, as zlib computes it.
enum CRC32 {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var value: UInt32 = 0xffff_ffff
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xedb8_8320 }
        }
        return ~value
    }
}

extension Base62 {
    static func has(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
