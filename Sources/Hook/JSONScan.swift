/// A strict reader of one JSON text (RFC 8259) that keeps none of it: it answers where things are.
/// What is broken anywhere, or deeper than `deepest`, gives nothing at all. It is here because a
/// decoder of the library's costs more than everything else a hook does.
struct JSONScan {
    enum Kind: Equatable {
        case string, number, object, array, yes, no, null
    }

    /// A value's bytes: a string's without its quotes, an object's or list's with its brackets.
    struct Value: Equatable {
        var kind: Kind
        var place: Range<Int>
    }

    static let deepest = 128

    let bytes: [UInt8]
    private var at = 0
    private let end: Int

    private init(_ bytes: [UInt8], _ place: Range<Int>) {
        self.bytes = bytes
        at = place.lowerBound
        end = place.upperBound
    }

    /// The values of `names` in the object that `place` of `bytes` holds, and nothing around it.
    /// Nil where that is no object. A name that stands there twice is not answered: readers differ
    /// in which of the two they believe.
    static func members(
        _ names: [StaticString], of bytes: [UInt8], in place: Range<Int>? = nil
    ) -> [Value?]? {
        var scan = JSONScan(bytes, place ?? 0..<bytes.count)
        var found = [Value?](repeating: nil, count: names.count)
        var isTwice = [Bool](repeating: false, count: names.count)
        let isSound = scan.object(depth: 0) { key, value in
            guard !key.bytes.isEmpty, let index = names.firstIndex(where: { key == $0 }) else {
                return
            }
            isTwice[index] = found[index] != nil
            if !isTwice[index] { found[index] = value }
        }
        guard isSound else { return nil }
        scan.skipSpace()
        guard scan.at == scan.end else { return nil }
        for index in names.indices where isTwice[index] { found[index] = nil }
        return found
    }

    /// A key as it is written. One with an escape in it is none that anybody here asks for.
    private struct Key {
        var bytes: ArraySlice<UInt8>

        static func == (key: Key, name: StaticString) -> Bool {
            name.withUTF8Buffer { key.bytes.elementsEqual($0) }
        }
    }

    // MARK: - What JSON is made of

    private mutating func value(depth: Int) -> Value? {
        guard depth <= Self.deepest, at < end else { return nil }
        let start = at
        let kind: Kind
        switch bytes[at] {
        case UInt8(ascii: "\""):
            return string().map { Value(kind: .string, place: $0) }
        case UInt8(ascii: "{"):
            guard object(depth: depth) else { return nil }
            kind = .object
        case UInt8(ascii: "["):
            guard list(depth: depth) else { return nil }
            kind = .array
        case UInt8(ascii: "t"):
            guard word("true") else { return nil }
            kind = .yes
        case UInt8(ascii: "f"):
            guard word("false") else { return nil }
            kind = .no
        case UInt8(ascii: "n"):
            guard word("null") else { return nil }
            kind = .null
        default:
            guard number() else { return nil }
            kind = .number
        }
        return Value(kind: kind, place: start..<at)
    }

    private mutating func object(depth: Int, _ visit: (Key, Value) -> Void = { _, _ in }) -> Bool {
        skipSpace()
        guard take(UInt8(ascii: "{")) else { return false }
        skipSpace()
        if take(UInt8(ascii: "}")) { return true }
        while true {
            skipSpace()
            guard let key = string() else { return false }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return false }
            skipSpace()
            guard let value = value(depth: depth + 1) else { return false }
            visit(Key(bytes: bytes[key]), value)
            skipSpace()
            if take(UInt8(ascii: "}")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func list(depth: Int) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        skipSpace()
        if take(UInt8(ascii: "]")) { return true }
        while true {
            skipSpace()
            guard value(depth: depth + 1) != nil else { return false }
            skipSpace()
            if take(UInt8(ascii: "]")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func string() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = at
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return start..<(at - 1)
            case UInt8(ascii: "\\"):
                guard escape() else { return nil }
            case 0..<0x20: return nil
            default: at += 1
            }
        }
        return nil
    }

    private mutating func escape() -> Bool {
        at += 1
        guard at < end else { return false }
        switch bytes[at] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 1
            return true
        case UInt8(ascii: "u"):
            guard at + 4 < end else { return false }
            for place in (at + 1)...(at + 4) where JSONString.hexDigit(bytes[place]) == nil {
                return false
            }
            at += 5
            return true
        default: return false
        }
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard digits() else { return false }
        }
        if take(UInt8(ascii: ".")) {
            guard digits() else { return false }
        }
        if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { return false }
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = at
        while at < end, (0x30...0x39).contains(bytes[at]) { at += 1 }
        return at > start
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard at + length <= end else { return false }
        let isIt = word.withUTF8Buffer { bytes[at..<(at + length)].elementsEqual($0) }
        if isIt { at += length }
        return isIt
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < end, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func skipSpace() {
        while at < end {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }
}
