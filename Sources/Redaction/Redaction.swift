/// Takes secrets of known shapes out of a text that is about to be kept or sent. It is the second
/// net: the first is that only allow-listed fields get so far. One pass, in time linear in the
/// text, with nothing that could be made to go back; it needs nothing but the standard library.
public enum Redaction {
    /// What stands where a secret stood.
    public static let mark = "[redacted]"

    public static func clean(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let clean = clean(bytes) else { return text }
        return String(decoding: clean, as: UTF8.self)
    }

    /// Nil where there was nothing to take out.
    public static func clean(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var kept = 0
        var at = 0
        while at < bytes.count {
            guard let secret = secret(in: bytes, at: at) else {
                at += 1
                continue
            }
            result += bytes[kept..<secret.lowerBound]
            result += mark.utf8
            kept = secret.upperBound
            at = secret.upperBound
        }
        guard kept > 0 else { return nil }
        return result + bytes[kept...]
    }

    /// The bytes to take out where a secret's shape, or what announces one, begins at `at`. Its
    /// end is never before `at` + 1.
    private static func secret(in bytes: [UInt8], at: Int) -> Range<Int>? {
        switch bytes[at] {
        case UInt8(ascii: "-"): return PrivateKeyShape.find(in: bytes, at: at)
        case UInt8(ascii: ":"): return ConnectionShape.find(in: bytes, at: at)
        default: break
        }
        guard at == 0 || !isWord(bytes[at - 1]) else { return nil }
        if let token = TokenShape.find(in: bytes, at: at) { return token }
        return NamedShape.find(in: bytes, at: at)
    }

    static func isWord(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || byte == 0x5F }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}

extension [UInt8] {
    func has(_ text: StaticString, at start: Int) -> Bool {
        guard start + text.utf8CodeUnitCount <= count else { return false }
        return text.withUTF8Buffer { wanted in
            for (offset, byte) in wanted.enumerated() where self[start + offset] != byte {
                return false
            }
            return true
        }
    }

    /// ASCII letters of either case; `text` is in lower case.
    func hasIgnoringCase(_ text: StaticString, at start: Int) -> Bool {
        guard start + text.utf8CodeUnitCount <= count else { return false }
        return text.withUTF8Buffer { wanted in
            for (offset, byte) in wanted.enumerated() {
                let own = self[start + offset]
                let lower = (0x41...0x5A).contains(own) ? own | 0x20 : own
                if lower != byte { return false }
            }
            return true
        }
    }

    /// Where a run that begins at `start` ends.
    func end(from start: Int, while isMeant: (UInt8) -> Bool) -> Int {
        var at = start
        while at < count, isMeant(self[at]) { at += 1 }
        return at
    }
}
