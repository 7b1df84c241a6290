/// How many terminal columns text takes, by a table of our own.
///
/// The table follows what terminals of today draw, not libc: an emoji sequence (a variation
/// selector 16, a joined family, a flag, a keycap, a skin tone) is one picture of two columns.
/// Where libc disagrees, `StandIn` finds something both can agree on.
public enum TextWidth {
    /// Columns of one code point: 0, 1 or 2. A control character takes one, because what is drawn
    /// for it is its picture (`␛`).
    public static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        if WidthTable.contains(value, in: WidthTable.zero) { return 0 }
        return WidthTable.contains(value, in: WidthTable.wide) ? 2 : 1
    }

    /// Columns of one grapheme cluster: 0, 1 or 2.
    public static func of(_ cluster: Character) -> Int {
        let scalars = cluster.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if scalars.index(after: scalars.startIndex) == scalars.endIndex { return of(first) }
        return ofSequence(scalars, first: first)
    }

    /// Columns of a text: the sum of its clusters.
    public static func of(_ text: some StringProtocol) -> Int {
        if let ascii = ofPrintableASCII(text) { return ascii }
        var columns = 0
        for cluster in text { columns += of(cluster) }
        return columns
    }

    private static func ofSequence(
        _ scalars: Character.UnicodeScalarView, first: Unicode.Scalar
    ) -> Int {
        if first == "\r" { return 1 }
        var columns = 0
        for scalar in scalars {
            if scalar == Emoji.presentation || scalar == Emoji.joiner {
                if first.properties.isEmoji { return 2 }
            } else if !scalar.properties.isEmojiModifier || columns == 0 {
                columns += of(scalar)
            }
            if columns >= 2 { return 2 }
        }
        return columns
    }

    /// The number of bytes, when they are all printable ASCII, each of which is one column.
    private static func ofPrintableASCII(_ text: some StringProtocol) -> Int? {
        let quick = text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? bytes.count : -1
        }
        if let quick { return quick < 0 ? nil : quick }
        var count = 0
        for byte in text.utf8 {
            guard byte >= 0x20, byte < 0x7F else { return nil }
            count += 1
        }
        return count
    }

    static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F1E6...0x1F1FF).contains(scalar.value)
    }
}

/// The code points that bind emoji into sequences (UTS #51).
enum Emoji {
    /// Variation selector 16: draw the character before it as a picture.
    static let presentation: Unicode.Scalar = "\u{FE0F}"
    /// Zero width joiner: draw what stands on both sides as one picture.
    static let joiner: Unicode.Scalar = "\u{200D}"
}
