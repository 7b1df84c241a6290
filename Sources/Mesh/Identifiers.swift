/// A mesh's opaque id: 32 base62 characters for those Skein makes (protocol decision 9).
public struct MeshID: RawRepresentable, Hashable, Sendable, Codable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A member's opaque id within a broker: 32 base62 characters.
public struct MemberID: RawRepresentable, Hashable, Sendable, Codable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// An ed25519 public key, 32 bytes, written as 64 lower-case hexadecimal characters.
public struct PublicKey: Hashable, Sendable, Codable, CustomStringConvertible {
    public let hex: String

    /// Nil unless `hex` is exactly 64 lower-case hexadecimal characters.
    public init?(hex: String) {
        let isHex = hex.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard hex.utf8.count == 64, isHex else { return nil }
        self.hex = hex
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let key = PublicKey(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not 64 lower-case hexadecimal characters")
        }
        self = key
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    public var description: String { hex }
}

/// A launch's id: a UUID in lower case.
public struct LaunchID: RawRepresentable, Hashable, Sendable, Codable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A random id in 32 base62 characters, from bytes given by the caller.
public enum Base62 {
    private static let alphabet = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

    /// `nextByte` must be a cryptographic source; bytes of 248 and above are thrown away so that
    /// every character is equally likely.
    public static func id(length: Int = 32, nextByte: () -> UInt8) -> String {
        var text = ""
        while text.utf8.count < length {
            let byte = nextByte()
            if byte < 248 { text.append(alphabet[Int(byte) % 62]) }
        }
        return text
    }

    /// A number in `width` digits, the most significant first; what does not fit is left out.
    static func digits(_ number: UInt32, width: Int) -> String {
        var (rest, text) = (number, "")
        for _ in 0..<width {
            text.append(alphabet[Int(rest % 62)])
            rest /= 62
        }
        return String(text.reversed())
    }
}
