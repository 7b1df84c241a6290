/// The rule for names of peers, as they are shown to others.
public enum PeerName {
    /// In characters as a person counts them.
    public static let maximumLength = 64
    /// In bytes of UTF-8, so that a pile of combining marks is no way around the length.
    public static let maximumBytes = 256

    public enum Fault: Error, Equatable, Sendable {
        case empty
        case tooLong(characters: Int)
        case controlCharacter
    }

    /// The name without white space around it.
    public static func check(_ name: String) throws(Fault) -> String {
        let trimmed = trimming(name)
        guard !trimmed.isEmpty else { throw .empty }
        guard trimmed.utf8.count <= maximumBytes, trimmed.count <= maximumLength else {
            throw .tooLong(characters: trimmed.count)
        }
        guard !trimmed.unicodeScalars.contains(where: isControl) else { throw .controlCharacter }
        return trimmed
    }

    /// A name made to fit, for what clients that know no rule send: without control characters,
    /// cut to length. Nil where nothing is left.
    public static func cleaned(_ name: String) -> String? {
        // Cut first, so that a name of a megabyte is not looked at to its end.
        let start = String(name.unicodeScalars.prefix(4 * maximumBytes).filter { !isControl($0) })
        var kept = ""
        for character in trimming(start).prefix(maximumLength)
        where kept.utf8.count + character.utf8.count <= maximumBytes {
            kept.append(character)
        }
        kept = trimming(kept)
        return kept.isEmpty ? nil : kept
    }

    private static func trimming(_ text: String) -> String {
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    /// Controls, invisible formatting (which turns the direction of text about) and line ends.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
