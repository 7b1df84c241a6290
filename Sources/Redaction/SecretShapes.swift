/// A PEM private key: all of it, or all that is left where its end was cut off.
enum PrivateKeyShape {
    private static let begin: StaticString = "-----BEGIN "
    private static let label: StaticString = "PRIVATE KEY-----"
    private static let end: StaticString = "-----END "
    /// The longest label is OpenSSH's or an encrypted key's.
    private static let longestKind = 32

    static func find(in bytes: [UInt8], at start: Int) -> Range<Int>? {
        guard bytes.has(begin, at: start),
            let body = afterLabel(in: bytes, from: start + begin.utf8CodeUnitCount)
        else { return nil }
        var at = body
        while at < bytes.count {
            if bytes[at] == 0x2D, bytes.has(end, at: at) {
                return start..<(afterLabel(in: bytes, from: at + end.utf8CodeUnitCount) ?? at)
            }
            at += 1
        }
        return start..<bytes.count
    }

    private static func afterLabel(in bytes: [UInt8], from start: Int) -> Int? {
        var at = start
        while at <= start + longestKind, at < bytes.count {
            if bytes.has(label, at: at) { return at + label.utf8CodeUnitCount }
            guard (0x41...0x5A).contains(bytes[at]) || bytes[at] == 0x20 else { return nil }
            at += 1
        }
        return nil
    }
}

/// The password of `scheme://user:password@host`. The rest may be told.
enum ConnectionShape {
    /// Further than this nobody's name and password reach.
    private static let longest = 512

    static func find(in bytes: [UInt8], at start: Int) -> Range<Int>? {
        guard start > 0, Redaction.isLetterOrDigit(bytes[start - 1]), bytes.has("://", at: start)
        else { return nil }
        var colon: Int?
        var atSign: Int?
        var at = start + 3
        scan: while at < bytes.count, at < start + longest {
            switch bytes[at] {
            case UInt8(ascii: ":"): colon = colon ?? at
            case UInt8(ascii: "@"): atSign = at
            case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"),
                UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"):
                break scan
            default: break
            }
            at += 1
        }
        guard let colon, let atSign, atSign > colon + 1 else { return nil }
        return (colon + 1)..<atSign
    }
}

/// What is named before it is written: `Bearer …`, `password=…`, a JSON Web Token's `eyJ…`.
enum NamedShape {
    static func find(in bytes: [UInt8], at start: Int) -> Range<Int>? {
        switch bytes[start] | 0x20 {
        case UInt8(ascii: "b"): bearer(in: bytes, at: start)
        case UInt8(ascii: "p"): password(in: bytes, at: start)
        case UInt8(ascii: "e"): webToken(in: bytes, at: start)
        default: nil
        }
    }

    /// RFC 6750, section 2.1.
    private static func bearer(in bytes: [UInt8], at start: Int) -> Range<Int>? {
        guard bytes.hasIgnoringCase("bearer", at: start) else { return nil }
        let from = bytes.end(from: start + 6) { $0 == 0x20 || $0 == 0x09 }
        guard from > start + 6 else { return nil }
        let end = bytes.end(from: from) { byte in
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
                UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                true
            default: Redaction.isLetterOrDigit(byte)
            }
        }
        return end - from >= 16 ? from..<end : nil
    }

    private static func password(in bytes: [UInt8], at start: Int) -> Range<Int>? {
        for name: StaticString in ["password=", "passwd=", "pwd="]
        where bytes.hasIgnoringCase(name, at: start) {
            let from = start + name.utf8CodeUnitCount
            let end = bytes.end(from: from) { byte in
                switch byte {
                case 0...0x20, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "\""),
                    UInt8(ascii: "'"):
                    false
                default: true
                }
            }
            return end > from ? from..<end : nil
        }
        return nil
    }

    /// Three parts, of which the first two are JSON objects (RFC 7515, section 3.1).
    private static func webToken(in bytes: [UInt8], at start: Int) -> Range<Int>? {
        // Inside of a longer run every start would read the rest of it anew.
        guard start == 0 || bytes[start - 1] != 0x2D, bytes.has("eyJ", at: start) else { return nil }
        let isBase64URL = TokenShape.Alphabet.wordAndDash.has
        let first = bytes.end(from: start, while: isBase64URL)
        guard first < bytes.count, bytes[first] == 0x2E, bytes.has("eyJ", at: first + 1) else {
            return nil
        }
        let second = bytes.end(from: first + 1, while: isBase64URL)
        guard second < bytes.count, bytes[second] == 0x2E else { return nil }
        return start..<bytes.end(from: second + 1, while: isBase64URL)
    }
}
