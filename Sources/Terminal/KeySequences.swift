import Keys

/// Key sequences of one terminal's own, where they are not the usual ones.
struct KeySequences: Equatable, Sendable {
    private var keys: [[UInt8]: Key] = [:]
    /// Every beginning of a sequence, so that one more byte can be waited for.
    private var beginnings: Set<[UInt8]> = []

    init() {}

    /// What a terminfo entry says its keys send. Only sequences that begin with Escape are taken:
    /// single bytes mean what they mean everywhere.
    init(_ entry: TerminfoEntry) {
        for (name, key) in Self.names {
            let bytes = entry.plain(name)
            guard bytes.count > 2, bytes.first == 0x1B, bytes.count <= 16 else { continue }
            keys[bytes] = key
            for length in 1..<bytes.count { beginnings.insert(Array(bytes[..<length])) }
        }
    }

    /// What the start of a buffer is by these, or nil where they have nothing to say.
    func match(_ bytes: [UInt8]) -> InputDecoder.Outcome? {
        guard !keys.isEmpty, bytes.first == 0x1B else { return nil }
        for length in stride(from: min(bytes.count, 16), to: 2, by: -1) {
            if let key = keys[Array(bytes[..<length])] { return .key(length, key) }
        }
        return beginnings.contains(bytes) ? .incomplete : nil
    }

    private static let names: [String: Key] = {
        var names: [String: Key] = [
            "kcuu1": .up, "kcud1": .down, "kcub1": .left, "kcuf1": .right, "khome": .home,
            "kend": .end, "kpp": .pageUp, "knp": .pageDown, "kich1": .insert, "kdch1": .delete,
            "kcbt": .backTab, "kent": .enter,
        ]
        for number in 1...12 { names["kf\(number)"] = .function(number) }
        return names
    }()
}
