/// A message's id, made by its sender: a UUID of version 7 (RFC 9562, section 5.7), in lower
/// case, so that ids sort as they were made.
public struct MessageID: RawRepresentable, Hashable, Sendable, Codable, Comparable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// `random` gives 10 bytes that nobody can guess.
    public init(at moment: Moment, random: [UInt8]) {
        let time = UInt64(bitPattern: max(0, moment.milliseconds))
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: time >> (40 - 8 * UInt64($0))) }
        bytes += (random + [UInt8](repeating: 0, count: 10)).prefix(10)
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
        rawValue = text
    }

    public static func < (left: MessageID, right: MessageID) -> Bool {
        left.rawValue < right.rawValue
    }
}
