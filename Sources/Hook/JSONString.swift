/// Strings as JSON writes them.
enum JSONString {
    /// What the bytes between two quotes mean. Half a surrogate pair becomes U+FFFD. They were
    /// scanned before, so that no escape in them is broken; where one is cut off, the rest is
    /// left out.
    static func decode(_ raw: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var at = raw.startIndex
        while at < raw.endIndex {
            let byte = raw[at]
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                at += 1
                continue
            }
            guard at + 1 < raw.endIndex else { return result }
            let escape = raw[at + 1]
            guard escape == UInt8(ascii: "u") else {
                result.append(plain(escape))
                at += 2
                continue
            }
            guard let unit = unit(raw, at: at) else { return result }
            at += 6
            var scalar = UInt32(unit)
            if (0xD800..<0xDC00).contains(unit), let low = self.unit(raw, at: at),
                (0xDC00..<0xE000).contains(low)
            {
                scalar = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
                at += 6
            }
            let meant = Unicode.Scalar(scalar) ?? "\u{FFFD}"
            result.append(contentsOf: UTF8.encode(meant) ?? UTF8.encodedReplacementCharacter)
        }
        return result
    }

    /// Between quotes, as JSON.
    static func write(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): line += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                line += "\\u00".utf8
                line.append(digit(byte >> 4))
                line.append(digit(byte & 0xF))
            default: line.append(byte)
            }
        }
        line.append(UInt8(ascii: "\""))
    }

    static func hexDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case 0x30...0x39: UInt16(byte - 0x30)
        case 0x41...0x46: UInt16(byte - 0x41 + 10)
        case 0x61...0x66: UInt16(byte - 0x61 + 10)
        default: nil
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    private static func plain(_ escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: escape
        }
    }

    /// The UTF-16 unit of the `\uXXXX` at `at`.
    private static func unit(_ raw: ArraySlice<UInt8>, at: Int) -> UInt16? {
        guard at + 5 < raw.endIndex, raw[at] == UInt8(ascii: "\\"),
            raw[at + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for place in (at + 2)...(at + 5) {
            guard let digit = hexDigit(raw[place]) else { return nil }
            unit = unit << 4 | digit
        }
        return unit
    }
}
