extension VirtualTerminal {
    /// Where in a sequence the input stands.
    struct Parser: Sendable, Equatable {
        enum State: Sendable {
            case ground, escape, escapeIntermediate, control, string, stringEscape
        }
        var state = State.ground
        /// Parameter and intermediate bytes, or a string's.
        var bytes: [UInt8] = []
        /// The string's introducer: ] P X ^ _
        var introducer: UInt8 = 0
        /// An unfinished character.
        var character: [UInt8] = []
    }

    mutating func take(_ byte: UInt8) {
        switch parser.state {
        case .string, .stringEscape: return takeString(byte)
        case _ where byte < 0x20: return takeControl(byte)
        case .ground: takeText(byte)
        case .escape: takeEscape(byte)
        case .escapeIntermediate:
            if byte < 0x30 { return parser.bytes.append(byte) }
            designate(parser.bytes, byte)
            parser = Parser()
        case .control:
            if byte < 0x40 { return parser.bytes.append(byte) }
            let sequence = ControlSequence(parser.bytes, final: byte)
            parser = Parser()
            perform(sequence)
        }
    }

    private mutating func takeControl(_ byte: UInt8) {
        switch byte {
        case 0x1B: parser = Parser(state: .escape)
        case 0x18, 0x1A: parser = Parser()
        case 0x07: bells += 1
        case 0x08:
            cursor.column = max(0, cursor.column - 1)
            wrapsNext = false
        case 0x09:
            cursor.column = nextTab()
            wrapsNext = false
        case 0x0A, 0x0B, 0x0C: lineFeed()
        case 0x0D:
            cursor.column = 0
            wrapsNext = false
        case 0x0E: charsets.inUse = 1
        case 0x0F: charsets.inUse = 0
        default: break
        }
    }

    private func nextTab() -> Int {
        tabStops.filter { $0 > cursor.column }.min() ?? columns - 1
    }

    private mutating func takeText(_ byte: UInt8) {
        guard byte != 0x7F else { return }
        parser.character.append(byte)
        let first = parser.character[0]
        let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard parser.character.count == length else { return }
        let text = String(decoding: parser.character, as: UTF8.self)
        parser.character = []
        for scalar in text.unicodeScalars { write(scalar) }
    }

    private mutating func takeEscape(_ byte: UInt8) {
        parser = Parser()
        switch Character(Unicode.Scalar(byte)) {
        case "[": parser.state = .control
        case "]", "P", "X", "^", "_":
            parser.state = .string
            parser.introducer = byte
        case " "..."/":
            parser.state = .escapeIntermediate
            parser.bytes = [byte]
        case "7": saveCursor()
        case "8": restoreCursor()
        case "=": modes.isKeypadApplication = true
        case ">": modes.isKeypadApplication = false
        case "D": lineFeed()
        case "E":
            cursor.column = 0
            lineFeed()
        case "H": tabStops.insert(cursor.column)
        case "M": reverseLineFeed()
        case "c": self = VirtualTerminal(columns: columns, rows: rows, widths: widths)
        case "\\": break
        default: unknown.append("ESC \(Character(Unicode.Scalar(byte)))")
        }
    }

    /// SCS: which characters G0 or G1 holds.
    private mutating func designate(_ intermediates: [UInt8], _ final: UInt8) {
        guard let first = intermediates.first, let set = [0x28: 0, 0x29: 1][Int(first)] else {
            return
        }
        charsets.isDrawing[set] = final == UInt8(ascii: "0")
    }

    private mutating func takeString(_ byte: UInt8) {
        switch (parser.state, byte) {
        case (.stringEscape, UInt8(ascii: "\\")), (_, 0x07): endString()
        case (.stringEscape, _):
            parser = Parser(state: .escape)
            take(byte)
        case (_, 0x1B): parser.state = .stringEscape
        case (_, 0x18), (_, 0x1A): parser = Parser()
        default: parser.bytes.append(byte)
        }
    }

    private mutating func endString() {
        let text = String(decoding: parser.bytes, as: UTF8.self)
        let isCommand = parser.introducer == UInt8(ascii: "]")
        parser = Parser()
        guard isCommand else { return }
        let parts = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        switch parts.first {
        case "0", "2": title = parts.count > 1 ? String(parts[1]) : ""
        case "8":
            pen.hyperlink = text.split(separator: ";", omittingEmptySubsequences: false)
                .dropFirst(2).joined(separator: ";")
        default: unknown.append("OSC \(text)")
        }
    }
}

/// `ESC [` and what follows, taken apart.
struct ControlSequence {
    /// `?`, `>`, `=`, `<` or nothing.
    let prefix: String
    /// Sub-parameters stand beside each other, for colours written with colons.
    let numbers: [Int]
    let intermediates: String
    let final: Character
    let text: String

    init(_ bytes: [UInt8], final: UInt8) {
        let all = String(decoding: bytes, as: UTF8.self)
        prefix = String(all.prefix { "?><=".contains($0) })
        intermediates = String(all.drop { $0 > "/" })
        self.final = Character(Unicode.Scalar(final))
        let digits = all.dropFirst(prefix.count).dropLast(intermediates.count)
        numbers =
            digits.isEmpty
            ? []
            : digits.split(omittingEmptySubsequences: false) { $0 == ";" || $0 == ":" }
                .map { Int($0) ?? 0 }
        text = "CSI \(all)\(Character(Unicode.Scalar(final)))"
    }

    /// A number that counts: missing and 0 are 1.
    func count(_ index: Int = 0) -> Int { max(1, index < numbers.count ? numbers[index] : 1) }

    /// A number that chooses: missing is 0.
    func choice(_ index: Int = 0) -> Int { index < numbers.count ? numbers[index] : 0 }
}
