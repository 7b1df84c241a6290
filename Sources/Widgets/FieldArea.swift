import Text

/// The text of a field of several lines and the cursor in it. No line holds a control character or
/// anything invisible, and the whole never has more bytes than its limit.
public struct FieldArea: Equatable, Sendable {
    /// At least one.
    public private(set) var lines = [""]
    /// The line the cursor is in.
    public private(set) var line = 0
    /// Clusters to the left of the cursor in its line.
    public private(set) var cursor = 0
    /// Bytes of UTF-8 at most, line breaks among them.
    public let limit: Int

    private static let tab = "    "

    /// The text, cleaned as if it had been pasted, with the cursor at its end.
    public init(_ text: String = "", limit: Int) {
        self.limit = max(0, limit)
        insert(text)
    }

    public var text: String { lines.joined(separator: "\n") }
    /// In bytes of UTF-8.
    public var size: Int { lines.reduce(lines.count - 1) { $0 + $1.utf8.count } }
    public var isEmpty: Bool { lines.count == 1 && lines[0].isEmpty }

    /// Changes the text; what does not fit in the limit is left out. At the ends of a line, what
    /// would go beyond them goes to the line above or below.
    public mutating func apply(_ edit: FieldEdit) {
        let isAtStart = cursor == 0
        switch edit {
        case .insert(let new): insert(new)
        case .backspace where isAtStart, .deleteWord where isAtStart,
            .deleteToStart where isAtStart:
            joinAbove()
        case .delete where isAtEnd, .deleteToEnd where isAtEnd:
            guard line + 1 < lines.count else { return }
            (line, cursor) = (line + 1, 0)
            joinAbove()
        case .left where isAtStart, .wordLeft where isAtStart:
            guard line > 0 else { return }
            line -= 1
            cursor = lines[line].count
        case .right where isAtEnd, .wordRight where isAtEnd:
            guard line + 1 < lines.count else { return }
            (line, cursor) = (line + 1, 0)
        default:
            take(changed(lines[line], at: cursor, edit))
        }
    }

    private var isAtEnd: Bool { cursor == lines[line].count }

    private mutating func insert(_ raw: String) {
        let parts = Self.parts(of: raw, bytes: limit - size)
        guard let last = parts.last, parts.count > 1 else {
            if let only = parts.first { take(changed(lines[line], at: cursor, .insert(only))) }
            return
        }
        let head = String(lines[line].prefix(cursor))
        let tail = String(lines[line].dropFirst(cursor))
        let first = changed(head, at: cursor, .insert(parts[0]))
        let end = changed(tail, at: 0, .insert(last))
        let between = parts.dropFirst().dropLast().map { SafeText.entered($0, limit: .max) }
        lines.replaceSubrange(line...line, with: [first.text] + between + [end.text])
        line += parts.count - 1
        cursor = end.cursor
    }

    /// Joins the line to the one above; the cursor stays between them.
    private mutating func joinAbove() {
        guard line > 0 else { return }
        let joined = changed(lines[line], at: 0, .insert(lines[line - 1]))
        lines.remove(at: line)
        line -= 1
        take(joined)
    }

    private func changed(_ text: String, at cursor: Int, _ edit: FieldEdit) -> FieldText {
        FieldText(cleaned: text, cursor: cursor, limit: .max).applying(edit)
    }

    private mutating func take(_ field: FieldText) {
        lines[line] = field.text
        cursor = field.cursor
    }

    /// The lines of what was typed or pasted, as much of it as the bytes allow.
    private static func parts(of raw: String, bytes: Int) -> [String] {
        var parts = [""]
        var left = bytes
        for cluster in raw {
            let kept = cluster == "\t" ? tab : cluster.isNewline ? "\n" : String(cluster)
            left -= kept.utf8.count
            guard left >= 0 else { break }
            if cluster.isNewline { parts.append("") } else { parts[parts.count - 1] += kept }
        }
        return parts
    }
}

// MARK: - Rows as they are shown

extension FieldArea {
    /// A part of a line that stands in one row.
    struct Row: Equatable {
        var clusters: Range<Int>
        var text: String
        var widths: ArraySlice<Int>
    }

    /// A line in rows of at most so many columns, broken after spaces, and inside a word only
    /// where the word alone is longer than a row.
    static func rows(of line: String, columns: Int) -> [Row] {
        let clusters = Array(line)
        let widths = clusters.map { TextWidth.of($0) }
        var rows: [Row] = []
        var start = 0
        var used = 0
        var afterSpace = 0
        func add(_ end: Int) {
            rows.append(
                Row(clusters: start..<end, text: String(clusters[start..<end]), widths: widths[start..<end]))
            start = end
        }
        for (index, width) in widths.enumerated() {
            if used + width > columns, index > start {
                add(afterSpace > start ? afterSpace : index)
                used = widths[start..<index].reduce(0, +)
                // What was carried over may be as wide as a row itself.
                if used + width > columns, index > start {
                    add(index)
                    used = 0
                }
            }
            used += width
            if clusters[index] == " " { afterSpace = index + 1 }
        }
        add(clusters.count)
        return rows
    }

    /// The texts of the rows: all that stands in the line, its spaces too.
    public static func wrapped(_ line: String, columns: Int) -> [String] {
        rows(of: line, columns: max(1, columns)).map(\.text)
    }

    /// The row of the cursor among those of its line.
    func cursorRow(_ rows: [Row]) -> Int { rows.lastIndex { $0.clusters.lowerBound <= cursor } ?? 0 }

    /// Moves the cursor up or down by so many rows of so many columns, keeping to its column where
    /// it can; beyond the first and the last row it goes to the text's start and end.
    public mutating func move(by steps: Int, columns: Int) {
        var rows = Self.rows(of: lines[line], columns: columns)
        var row = cursorRow(rows)
        let column = width(of: rows[row], to: cursor)
        for _ in 0..<min(abs(steps), 10_000) {
            if rows.indices.contains(row + steps.signum()) {
                row += steps.signum()
            } else if lines.indices.contains(line + steps.signum()) {
                line += steps.signum()
                rows = Self.rows(of: lines[line], columns: columns)
                row = steps > 0 ? 0 : rows.count - 1
            } else {
                cursor = steps > 0 ? lines[line].count : 0
                return
            }
        }
        var used = 0
        cursor = rows[row].clusters.lowerBound
        // The end of a row that goes on is the next one's start.
        let last = row + 1 < rows.count ? rows[row].clusters.upperBound - 1 : lines[line].count
        for width in rows[row].widths where cursor < last && used + width <= column {
            used += width
            cursor += 1
        }
    }

    /// Whether the cursor is in the first row, or in the last one.
    public func isInRow(first: Bool, columns: Int) -> Bool {
        guard line == (first ? 0 : lines.count - 1) else { return false }
        let rows = Self.rows(of: lines[line], columns: columns)
        return cursorRow(rows) == (first ? 0 : rows.count - 1)
    }

    func width(of row: Row, to cursor: Int) -> Int {
        row.widths.prefix(max(0, cursor - row.clusters.lowerBound)).reduce(0, +)
    }
}
