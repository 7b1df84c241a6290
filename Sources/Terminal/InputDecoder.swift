import Keys

/// Bytes from a terminal in, what they mean out. A value: it reads no descriptor and knows no time;
/// where only time can tell (is this Escape the key, or the start of a sequence?) it says how long
/// to wait and is told with `flush` that nothing more came.
///
/// It holds at most `Limits.sequence` undecided bytes and a paste of `Limits.paste`; a sequence
/// that it does not know is swallowed whole.
struct InputDecoder: Sendable {
    enum Token: Equatable, Sendable {
        case event(InputEvent)
        case focus(gained: Bool)
        /// The answer to DA1.
        case deviceAttributes
        /// The answer to OSC 11: whether what text stands on is light.
        case background(isLight: Bool)
    }

    enum Limits {
        /// Bytes of one escape sequence or one character.
        static let sequence = 256
        /// Bytes of one paste: 1 MiB. What is beyond is dropped.
        static let paste = 1 << 20
        /// Bytes kept of a string; those we understand are shorter.
        static let string = 64
    }

    /// Milliseconds to wait for the rest before calling `flush`.
    enum Patience {
        /// After a lone Escape, or Escape and one character that may begin a sequence.
        static let escape = 35
        /// Within a sequence or a character.
        static let sequence = 500
        /// Within a paste: its end may have been lost with a connection.
        static let paste = 5000
    }

    private enum State: Equatable {
        case ground
        /// In an operating system command or another string: until ST, or BEL.
        case swallowingString
        /// In a sequence longer than any we know: until its final byte.
        case swallowingSequence
        case pasting
    }

    private var state = State.ground
    private var pending: [UInt8] = []
    private var paste: [UInt8] = []
    /// The beginning of the string that is being swallowed, after its introducer.
    private var string: [UInt8] = []
    /// Sequences of this terminal's own, from terminfo.
    private let keys: KeySequences

    init(keys: KeySequences = KeySequences()) {
        self.keys = keys
    }

    /// How long to wait, in milliseconds, before `flush`; nil when nothing is undecided.
    var patience: Int? {
        switch state {
        case .ground where pending.isEmpty: nil
        case .ground where pending.first == 0x1B && pending.count <= 2: Patience.escape
        case .ground, .swallowingString, .swallowingSequence: Patience.sequence
        case .pasting: Patience.paste
        }
    }

    /// Everything that can be decided now.
    mutating func decode(_ bytes: some Sequence<UInt8>) -> [Token] {
        var tokens: [Token] = []
        for byte in bytes { take(byte, into: &tokens) }
        return tokens
    }

    /// Nothing more came in time: what is undecided is decided as it stands.
    mutating func flush() -> [Token] {
        defer {
            state = .ground
            pending = []
        }
        switch state {
        case .ground: return flushPending()
        case .swallowingString, .swallowingSequence: return []
        case .pasting: return [endPaste()]
        }
    }

    private mutating func flushPending() -> [Token] {
        guard pending.first == 0x1B else { return [] }
        if pending.count == 1 { return [.event(.key(.escape))] }
        // Escape and one character: Alt with that character. More than that was the beginning of a
        // sequence that never ended, and means nothing.
        if pending.count == 2, let key = Self.alt(pending[1]) { return [.event(.key(key))] }
        return []
    }

    private mutating func take(_ byte: UInt8, into tokens: inout [Token]) {
        switch state {
        case .ground:
            pending.append(byte)
            settle(into: &tokens)
        case .pasting: takePasted(byte, into: &tokens)
        case .swallowingString: swallowString(byte, into: &tokens)
        case .swallowingSequence: swallowSequence(byte, into: &tokens)
        }
    }

    /// Decides as much of what is pending as can be.
    private mutating func settle(into tokens: inout [Token]) {
        while !pending.isEmpty, state == .ground {
            switch keys.match(pending) ?? Self.parse(pending) {
            case .incomplete:
                if pending.count >= Limits.sequence { giveUp() }
                return
            case .complete(let count, let token):
                if let token { tokens.append(token) }
                pending.removeFirst(count)
            case .paste(let count):
                pending.removeFirst(count)
                state = .pasting
            case .string:
                string = pending[1] == UInt8(ascii: "]") ? Array(pending.dropFirst(2)) : []
                pending = []
                state = .swallowingString
            }
        }
    }

    private mutating func giveUp() {
        pending = []
        state = .swallowingSequence
    }

    private mutating func swallowString(_ byte: UInt8, into tokens: inout [Token]) {
        let afterEscape = pending == [0x1B]
        pending = byte == 0x1B ? [byte] : []
        if byte == 0x07 || byte == 0x18 || byte == 0x1A || (afterEscape && byte == 0x5C) {
            state = .ground
            pending = []
            if let isLight = BackgroundReport.isLight(string) {
                tokens.append(.background(isLight: isLight))
            }
        } else if afterEscape, byte != 0x1B {
            // Not the end but the start of another sequence: the string was broken off.
            state = .ground
            pending = [0x1B, byte]
            settle(into: &tokens)
        } else if byte != 0x1B, string.count < Limits.string {
            string.append(byte)
        }
    }

    private mutating func swallowSequence(_ byte: UInt8, into tokens: inout [Token]) {
        switch byte {
        case 0x20..<0x40: return
        case 0x40..<0x7F: state = .ground
        default:
            state = .ground
            take(byte, into: &tokens)
        }
    }
}

/// Bracketed paste.
extension InputDecoder {
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    /// Looks for the end in the last bytes only, so a paste costs what its length is.
    private mutating func takePasted(_ byte: UInt8, into tokens: inout [Token]) {
        if pending.isEmpty, byte != 0x1B {
            if paste.count < Limits.paste { paste.append(byte) }
            return
        }
        pending.append(byte)
        if pending == Self.pasteEnd {
            state = .ground
            pending = []
            tokens.append(endPaste())
            return
        }
        while !Self.pasteEnd.starts(with: pending) {
            let first = pending.removeFirst()
            if paste.count < Limits.paste { paste.append(first) }
        }
    }

    /// The text as it was copied: a terminal sends a carriage return for each line's end.
    private mutating func endPaste() -> Token {
        defer { paste = [] }
        paste += pending
        var bytes = paste.prefix(Limits.paste)
        // The limit may have cut through a character.
        if bytes.count == Limits.paste { bytes = Self.wholeCharacters(bytes) }
        let text = String(decoding: bytes, as: UTF8.self)
        return .event(.paste(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")))
    }

    private static func wholeCharacters(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let start = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }),
            let length = UTF8Length.of(bytes[start]), bytes.endIndex - start < length
        else { return bytes }
        return bytes[..<start]
    }
}
