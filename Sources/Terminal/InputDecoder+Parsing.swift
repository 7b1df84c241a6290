import Keys

extension InputDecoder {
    /// What the bytes at the start of a buffer are.
    enum Outcome: Equatable {
        /// Not known yet; more bytes would tell.
        case incomplete
        /// The first `count` bytes, which mean `token`, or nothing.
        case complete(_ count: Int, _ token: Token?)
        /// The first `count` bytes begin a bracketed paste.
        case paste(_ count: Int)
        /// A control string has begun: OSC, DCS, SOS, PM or APC.
        case string

        static func key(_ count: Int, _ key: Key?) -> Outcome {
            .complete(count, key.map { .event(.key($0)) })
        }
    }

    /// Decides about the start of a buffer that is not empty.
    static func parse(_ bytes: [UInt8]) -> Outcome {
        switch bytes[0] {
        case 0x1B: parseEscape(bytes)
        case 0x00..<0x20, 0x7F: .key(1, control(bytes[0]))
        default: parseCharacter(bytes, at: 0) { .text(String($0)) }
        }
    }

    private static func parseEscape(_ bytes: [UInt8]) -> Outcome {
        guard bytes.count > 1 else { return .incomplete }
        switch bytes[1] {
        case UInt8(ascii: "["): return parseControlSequence(bytes)
        case UInt8(ascii: "O"): return parseSingleShift(bytes)
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
            UInt8(ascii: "_"):
            // One more byte tells a string from Alt with that character.
            return bytes.count > 2 ? .string : .incomplete
        case 0x1B:
            // The first was the key; the second may begin anything.
            return .key(1, .escape)
        case 0x00..<0x20, 0x7F:
            if bytes[1] == 0x0A || bytes[1] == 0x0D { return .key(2, .altEnter) }
            // Alt with a key that has no Alt of its own.
            return .key(2, control(bytes[1]))
        default: return parseCharacter(bytes, at: 1) { .alt($0) }
        }
    }

    /// One code point of UTF-8. Bytes that are no UTF-8 mean nothing.
    private static func parseCharacter(
        _ bytes: [UInt8], at start: Int, _ key: (Character) -> Key
    ) -> Outcome {
        guard let length = UTF8Length.of(bytes[start]) else { return .complete(start + 1, nil) }
        let end = min(start + length, bytes.count)
        for index in (start + 1)..<max(start + 1, end) where bytes[index] & 0xC0 != 0x80 {
            return .complete(index, nil)
        }
        guard bytes.count >= start + length else { return .incomplete }
        guard let text = String(validating: bytes[start..<(start + length)], as: UTF8.self),
            let character = text.first, !isControl(character)
        else { return .complete(start + length, nil) }
        return .key(start + length, key(character))
    }

    /// U+0080 to U+009F, which a terminal never sends for a key.
    private static func isControl(_ character: Character) -> Bool {
        character.unicodeScalars.contains { (0x80..<0xA0).contains($0.value) }
    }

    static func control(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x00: .control(" ")
        case 0x08, 0x7F: .backspace
        case 0x09: .tab
        case 0x0D: .enter
        case 0x1B: .escape
        case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
        case 0x1C...0x1F: .control(Character(Unicode.Scalar(byte + 0x40)))
        default: nil
        }
    }

    static func alt(_ byte: UInt8) -> Key? {
        (0x20..<0x7F).contains(byte) ? .alt(Character(Unicode.Scalar(byte))) : nil
    }
}

/// How many bytes a character of UTF-8 has (RFC 3629).
enum UTF8Length {
    /// By its first byte, or nil for a byte that begins none.
    static func of(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x00..<0x80: 1
        case 0xC2..<0xE0: 2
        case 0xE0..<0xF0: 3
        case 0xF0..<0xF5: 4
        default: nil
        }
    }
}
