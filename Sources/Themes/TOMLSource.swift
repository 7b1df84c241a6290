import Foundation

/// The lines of a TOML document, to find where a key stands: the parser keeps places for its own
/// errors only.
struct TOMLSource {
    private let lines: [Substring]

    init(_ text: String) {
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }

    /// The line of a key, counted from 1: each part of its path is looked for from where the part
    /// before it stands. Nil when the first part is nowhere.
    func line(of path: [String]) -> Int? {
        var found: Int?
        var start = 0
        for part in path {
            guard let index = lines.indices.dropFirst(start).first(where: { names($0, part) })
            else { break }
            found = index + 1
            start = index
        }
        return found
    }

    /// Whether a line has the key, bare or quoted, before `=`, `.` or `]`.
    private func names(_ index: Int, _ key: String) -> Bool {
        let line = lines[index]
        guard !line.drop(while: \.isWhitespace).hasPrefix("#") else { return false }
        var rest = line
        while let range = rest.range(of: key) {
            let before = rest[..<range.lowerBound].last
            let after = rest[range.upperBound...].first { $0 != " " && $0 != "\t" && $0 != "\"" }
            rest = rest[range.upperBound...]
            let begins = before.map { !isBare($0) } ?? true
            if begins, let after, "=.]".contains(after) { return true }
        }
        return false
    }

    private func isBare(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "-" || character == "_"
    }
}
