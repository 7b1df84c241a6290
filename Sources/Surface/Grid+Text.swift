extension Grid {
    /// What is written in a row, without the blanks at its end; empty outside the grid.
    public func line(row: Int) -> String {
        guard row >= 0, row < size.rows else { return "" }
        var line = ""
        for cell in cells[(row * size.columns)..<((row + 1) * size.columns)] {
            line += cell.cluster
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }

    /// All rows, each without the blanks at its end, with a newline after each but the last.
    public var text: String {
        (0..<size.rows).map(line(row:)).joined(separator: "\n")
    }
}
