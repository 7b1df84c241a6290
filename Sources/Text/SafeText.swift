/// Makes text that others wrote safe to show: names, summaries, messages of peers.
///
/// What comes out holds no control character, nothing invisible, nothing that turns the direction
/// of writing, no tower of combining marks, and no more than a given number of clusters.
public enum SafeText {
    /// Marks that may stack on one letter; further ones are dropped. Vietnamese and Hebrew
    /// with points and accents need three.
    public static let marksPerLetter = 4
    /// Joiners in a row of joined characters; a family of four needs three.
    public static let joinsPerCluster = 3

    /// `raw` with everything unsafe made visible or dropped.
    ///
    /// - Controls (C0, DEL, C1) become their pictures (`␛`), or caret notation (`^[`) in ASCII.
    /// - Bidirectional overrides, embeddings and isolates become `�` (`?`): they hide an intent.
    /// - What shows nothing (zero width, tags, variation selectors outside emoji) is dropped.
    /// - Spaces of every width become a plain space.
    ///
    /// - Parameters:
    ///   - limit: clusters at most, with a closing `…` (`...`) counted where it was cut.
    ///   - ascii: use only ASCII in what is put in; the letters of `raw` stay as they are.
    public static func visible(_ raw: String, limit: Int = 256, ascii: Bool = false) -> String {
        guard limit > 0 else { return "" }
        if isPlain(raw, limit: limit) { return raw }
        let (clean, isCut) = clean(raw, limit: limit, with: Cleaner(ascii: ascii, drops: false))
        guard isCut || clean.count > limit else { return clean }
        let ellipsis = ascii ? "..." : "…"
        return String(clean.prefix(max(0, limit - ellipsis.count)) + ellipsis.prefix(limit))
    }

    /// What a person typed or pasted into a field of one line: line breaks and tabs become one
    /// space, what `visible` would make visible is dropped, and at most `limit` clusters are kept.
    public static func entered(_ raw: String, limit: Int) -> String {
        guard limit > 0 else { return "" }
        if isPlain(raw, limit: limit) { return raw }
        let clean = clean(raw, limit: limit, with: Cleaner(ascii: true, drops: true)).text
        return String(clean.prefix(limit))
    }

    /// Reads no more than a few code points for each cluster that is kept, so that a megabyte of
    /// nothing costs no more than a long name.
    private static func clean(
        _ raw: String, limit: Int, with cleaner: Cleaner
    ) -> (text: String, isCut: Bool) {
        var cleaner = cleaner
        let budget = limit.multipliedReportingOverflow(by: 16)
        var left = budget.overflow ? Int.max : budget.partialValue
        for scalar in raw.unicodeScalars {
            guard left > 0 else { return (String(cleaner.result), true) }
            left -= 1
            cleaner.add(scalar)
        }
        return (String(cleaner.result), false)
    }

    private static func isPlain(_ raw: String, limit: Int) -> Bool {
        var count = 0
        for byte in raw.utf8 {
            guard byte >= 0x20, byte < 0x7F, count < limit else { return false }
            count += 1
        }
        return true
    }

    /// The picture of a control character, one column wide; nil for any other character.
    public static func picture(ofControl scalar: Unicode.Scalar) -> String? {
        let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        return isControl ? picture(of: scalar, ascii: false) : nil
    }

    /// How a control character is shown.
    static func picture(of control: Unicode.Scalar, ascii: Bool) -> String {
        switch control.value {
        case 0..<0x20 where ascii:
            // Caret notation: ^@ for NUL, ^[ for ESC.
            return "^" + String(Character(Unicode.Scalar(UInt8(control.value) + 0x40)))
        case 0x7F where ascii: return "^?"
        case 0..<0x20:
            return Unicode.Scalar(0x2400 + control.value).map { String(Character($0)) } ?? "?"
        case 0x7F: return "\u{2421}"
        default: return ascii ? "?" : "\u{FFFD}"
        }
    }
}
