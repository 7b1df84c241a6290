import Text

/// Rows of text in columns, two spaces apart, for verbs that print a table.
enum TextTable {
    /// What the window takes; nil where nobody's window is printed to, and nothing is cut.
    static var window: Int? { Process.windowColumns }

    /// Where `columns` are fewer than the rows want, the widest columns are cut with an ellipsis,
    /// and none below `least` columns or its title.
    static func text(_ rows: [[String]], columns: Int? = window) -> String {
        let count = rows.map(\.count).max() ?? 0
        var widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? TextWidth.of($0[column]) : 0 }.max() ?? 0
        }
        if let columns {
            let gaps = max(0, widths.count { $0 > 0 } - 1)
            widths = fitting(widths, in: columns - gap * gaps)
        }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                let cut = Fitting.end(cell, columns: widths[index])
                return index == row.count - 1
                    ? cut
                    : cut + String(repeating: " ", count: max(0, widths[index] - TextWidth.of(cut)))
            }
            return cells.joined(separator: String(repeating: " ", count: gap)).trimmedAtEnd
        }.joined(separator: "\n")
    }

    private static let gap = 2
    /// What the narrowest window leaves of a column.
    private static let least = 6

    /// The widest go down together, as water finds its level.
    private static func fitting(_ widths: [Int], in room: Int) -> [Int] {
        var (low, high) = (least, max(least, widths.max() ?? 0))
        while low < high {
            let level = (low + high + 1) / 2
            let taken = widths.reduce(0) { $0 + min($1, level) }
            if taken <= room { low = level } else { high = level - 1 }
        }
        var cut = widths.map { min($0, low) }
        // What the level leaves over goes to the first that want it.
        var left = room - cut.reduce(0, +)
        for index in cut.indices where left > 0 && cut[index] < widths[index] {
            cut[index] += 1
            left -= 1
        }
        return cut
    }
}

extension String {
    fileprivate var trimmedAtEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
