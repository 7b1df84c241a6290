/// Reads the commonest frames without the general decoder, which takes many times as long: one JSON
/// object (RFC 8259) whose values are strings without escapes, `true`, `false` or `null`. Anything
/// else, sound or not, is left to the decoder.
struct FlatObject {
    enum Value: Equatable {
        case string(String)
        case bool(Bool)
        case null
    }

    private(set) var fields: [(name: Substring.UTF8View, value: Value)] = []

    /// Nil for what is not such an object.
    init?(_ text: String) {
        var rest = text.utf8[...]
        guard Self.take(UInt8(ascii: "{"), from: &rest) else { return nil }
        repeat {
            guard let name = Self.takeString(from: &rest),
                Self.take(UInt8(ascii: ":"), from: &rest),
                let value = Self.takeValue(from: &rest),
                !fields.contains(where: { $0.name.elementsEqual(name) })
            else { return nil }
            fields.append((name, value))
        } while Self.take(UInt8(ascii: ","), from: &rest)
        guard Self.take(UInt8(ascii: "}"), from: &rest) else { return nil }
        Self.skipSpace(&rest)
        guard rest.isEmpty else { return nil }
    }

    subscript(name: StaticString) -> Value? {
        fields.first { field in
            name.withUTF8Buffer { field.name.elementsEqual($0) }
        }?.value
    }

    private static func skipSpace(_ rest: inout Substring.UTF8View) {
        while let byte = rest.first, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d {
            rest.removeFirst()
        }
    }

    private static func take(_ byte: UInt8, from rest: inout Substring.UTF8View) -> Bool {
        skipSpace(&rest)
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    private static func takeString(
        from rest: inout Substring.UTF8View
    ) -> Substring.UTF8View? {
        guard take(UInt8(ascii: "\""), from: &rest) else { return nil }
        let end = rest.firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 0x20 }
        guard let end, rest[end] == UInt8(ascii: "\"") else { return nil }
        let string = rest[..<end]
        rest = rest[rest.index(after: end)...]
        return string
    }

    private static func takeValue(from rest: inout Substring.UTF8View) -> Value? {
        skipSpace(&rest)
        switch rest.first {
        case UInt8(ascii: "\""):
            return takeString(from: &rest).map { .string(String(Substring($0))) }
        case UInt8(ascii: "t"): return takeWord("true", from: &rest) ? .bool(true) : nil
        case UInt8(ascii: "f"): return takeWord("false", from: &rest) ? .bool(false) : nil
        case UInt8(ascii: "n"): return takeWord("null", from: &rest) ? .null : nil
        default: return nil
        }
    }

    private static func takeWord(
        _ word: String, from rest: inout Substring.UTF8View
    ) -> Bool {
        guard rest.starts(with: word.utf8) else { return false }
        rest = rest.dropFirst(word.utf8.count)
        return true
    }
}

extension FlatObject {
    /// The string of a field; nil where it is missing, null or something else.
    func string(_ name: StaticString) -> String? {
        if case .string(let text) = self[name] { text } else { nil }
    }

    func bool(_ name: StaticString) -> Bool? {
        if case .bool(let value) = self[name] { value } else { nil }
    }
}
