import CSodium
import Mesh

/// Ids that cannot be guessed, from the system's cryptographic source.
public enum RandomID {
    /// Base62 characters (protocol decision 9): 32 of them are 190 bits.
    public static func make(length: Int = 32) -> String {
        var bytes: ArraySlice<UInt8> = []
        return Base62.id(length: length) {
            if bytes.isEmpty { bytes = RandomBytes.make(length + length / 4)[...] }
            return bytes.popFirst() ?? 255
        }
    }

    /// A random UUID (RFC 9562, section 5.4) in lower case.
    public static func uuid() -> String {
        var bytes = RandomBytes.make(16)
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let hex = Array(Hex.text(bytes))
        let parts = [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]]
        return parts.map { String($0) }.joined(separator: "-")
    }
}
