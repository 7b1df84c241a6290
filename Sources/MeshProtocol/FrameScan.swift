/// A look at a frame's bytes before they are parsed: one pass, so that what is
/// hostile costs nothing more.
public enum FrameScan {
    /// Whether `bytes` are UTF-8 and open no more than `FrameLimits.depth` arrays and objects
    /// inside each other. It does not tell whether they are JSON.
    public static func isSound(_ bytes: some Collection<UInt8>) -> Bool {
        var depth = 0
        var isInString = false
        var isEscaped = false
        var isAfterComma = false
        for byte in bytes {
            if isInString {
                // RFC 8259, section 7; Foundation lets them through.
                if byte < 0x20 { return false }
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                continue
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > FrameLimits.depth { return false }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // Foundation lets it through.
                if isAfterComma { return false }
                depth -= 1
            default: break
            }
            isAfterComma = byte == UInt8(ascii: ",")
        }
        return !isInString && depth == 0 && String(validating: bytes, as: UTF8.self) != nil
    }
}
