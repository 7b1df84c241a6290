/// Reads code points one by one and keeps what may be shown.
struct Cleaner {
    let ascii: Bool
    /// Whether what is unsafe is dropped, instead of being made visible.
    let drops: Bool
    private(set) var result = String.UnicodeScalarView()
    /// The last code point kept, whatever it was.
    private var last: Unicode.Scalar?
    private var marks = 0
    private var joins = 0
    /// A joiner that is kept only if what follows wants one.
    private var pendingJoiner: Unicode.Scalar?

    init(ascii: Bool, drops: Bool) {
        self.ascii = ascii
        self.drops = drops
    }

    mutating func add(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        if drops, value == 0x2028 || value == 0x2029 || value == 0x85 || (9...13).contains(value) {
            breakLine()
        } else if value < 0x20 || (0x7F..<0xA0).contains(value) {
            put(SafeText.picture(of: scalar, ascii: ascii))
        } else if value < 0x7F {
            keep(scalar)
        } else if Self.turnsDirection(value) {
            put(ascii ? "?" : "\u{FFFD}")
        } else if value == 0x2028 || value == 0x2029 {
            put(ascii ? "^J" : "\u{240A}")
        } else if value == 0x200C || value == 0x200D {
            if let last, last.value >= 0x600, pendingJoiner == nil { pendingJoiner = scalar }
        } else if scalar == Emoji.presentation || value == 0xFE0E || value == 0x20E3 {
            addEmojiMark(scalar)
        } else {
            addOther(scalar)
        }
    }

    private mutating func addEmojiMark(_ scalar: Unicode.Scalar) {
        guard let last, last.properties.isEmoji || last == Emoji.presentation else { return }
        guard scalar.value == 0x20E3 || last != Emoji.presentation else { return }
        result.append(scalar)
        self.last = scalar
    }

    private mutating func addOther(_ scalar: Unicode.Scalar) {
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format {
            return
        }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark:
            // A mark with nothing to stand on gets a space, so that it cannot
            // climb onto what is drawn to its left.
            if last == nil, !drops { keep(" ") }
            guard marks < SafeText.marksPerLetter else { return }
            let count = marks + 1
            keep(scalar)
            marks = count
        case .spaceSeparator where scalar.value != 0x3000:
            keep(" ")
        default:
            keep(scalar)
        }
    }

    /// A run of line breaks and tabs is one space, and none at the start.
    private mutating func breakLine() {
        guard let last, last != " " else { return }
        keep(" ")
    }

    private mutating func put(_ text: String) {
        guard !drops else { return }
        for scalar in text.unicodeScalars { keep(scalar) }
    }

    private mutating func keep(_ scalar: Unicode.Scalar) {
        if let joiner = pendingJoiner {
            pendingJoiner = nil
            if scalar.value >= 0x600, joins < SafeText.joinsPerCluster {
                result.append(joiner)
                joins += 1
            }
        } else if !scalar.properties.isEmojiModifier {
            joins = 0
        }
        result.append(scalar)
        last = scalar
        marks = 0
    }

    /// ALM, LRM, RLM, the embeddings, overrides and isolates (UAX #9), the deprecated controls.
    private static func turnsDirection(_ value: UInt32) -> Bool {
        value == 0x61C || value == 0x200E || value == 0x200F || (0x202A...0x202E).contains(value)
            || (0x2066...0x206F).contains(value)
    }
}
