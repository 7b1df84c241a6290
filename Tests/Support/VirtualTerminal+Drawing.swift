extension VirtualTerminal {
    // MARK: Writing

    mutating func write(_ scalar: Unicode.Scalar) {
        let drawn = charsets.isDrawing[charsets.inUse] ? Self.drawing(scalar) : scalar
        let width = ColumnWidth.of(drawn)
        if width == 0 || joinsBefore(drawn) { return join(drawn, width: width) }
        if wrapsNext, modes.isOn(7) {
            cursor.column = 0
            lineFeed()
        }
        wrapsNext = false
        if cursor.column + width > columns {
            guard modes.isOn(7) else { return }
            cursor.column = 0
            lineFeed()
        }
        if modes.isInsert { insertCharacters(width) }
        put(Cell(text: String(Character(drawn)), width: width, pen: pen))
        advance(width)
    }

    private mutating func advance(_ width: Int) {
        if cursor.column + width >= columns {
            cursor.column = columns - 1
            wrapsNext = true
        } else {
            cursor.column += width
        }
    }

    /// Overwrites; a wide character of which a half goes loses the other half too.
    private mutating func put(_ cell: Cell) {
        for column in cursor.column..<min(columns, cursor.column + cell.width) {
            clearWide(column, cursor.row)
        }
        screen.lines[cursor.row][cursor.column] = cell
        if cell.width == 2, cursor.column + 1 < columns {
            screen.lines[cursor.row][cursor.column + 1] = Cell(text: "", width: 0, pen: pen)
        }
    }

    private mutating func clearWide(_ column: Int, _ row: Int) {
        let cell = screen.lines[row][column]
        if cell.width == 0, column > 0 { screen.lines[row][column - 1] = Cell(pen: cell.pen) }
        if cell.width == 2, column + 1 < columns {
            screen.lines[row][column + 1] = Cell(pen: cell.pen)
        }
    }

    /// The place of the character written last.
    private var lastPlace: Place? {
        var column = wrapsNext ? cursor.column : cursor.column - 1
        guard column >= 0 else { return nil }
        if screen.lines[cursor.row][column].width == 0 { column -= 1 }
        return column >= 0 ? Place(column: column, row: cursor.row) : nil
    }

    private func joinsBefore(_ scalar: Unicode.Scalar) -> Bool {
        guard widths == .clusters, let last = lastPlace else { return false }
        let before = screen.lines[last.row][last.column].text
        guard before != " ", !before.isEmpty else { return false }
        return (before + String(Character(scalar))).count == 1 && ColumnWidth.joins(before, scalar)
    }

    private mutating func join(_ scalar: Unicode.Scalar, width: Int) {
        guard let last = lastPlace else { return }
        screen.lines[last.row][last.column].text.unicodeScalars.append(scalar)
        let isNarrow = screen.lines[last.row][last.column].width == 1
        // A picture by variation selector 16 is two columns wide where clusters are known.
        guard widths == .clusters, scalar == "\u{FE0F}", isNarrow, last.column + 1 < columns else {
            return
        }
        screen.lines[last.row][last.column].width = 2
        screen.lines[last.row][last.column + 1] = Cell(text: "", width: 0, pen: pen)
        if !wrapsNext { advance(1) }
    }

    mutating func repeatLast(_ count: Int) {
        guard let last = lastPlace,
            let scalar = screen.lines[last.row][last.column].text.unicodeScalars.first
        else { return }
        let drawn = charsets
        charsets = Charsets()
        for _ in 0..<count { write(scalar) }
        charsets = drawn
    }

    /// DEC Special Graphics, the lines and corners of it.
    private static func drawing(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let table: [Unicode.Scalar: Unicode.Scalar] = [
            "j": "┘", "k": "┐", "l": "┌", "m": "└", "n": "┼", "q": "─", "t": "├", "u": "┤",
            "v": "┴", "w": "┬", "x": "│", "a": "▒", "`": "◆", "~": "·", "f": "°", "g": "±",
        ]
        return table[scalar] ?? scalar
    }

    // MARK: Moving

    /// A column and row as a program counts them: in the scroll region, when origin mode is on.
    mutating func place(column: Int, row: Int) {
        let first = modes.isOn(6) ? region.lowerBound : 0
        let last = modes.isOn(6) ? region.upperBound : rows - 1
        cursor.row = min(max(first + row, first), last)
        place(column: column)
    }

    mutating func place(column: Int) {
        cursor.column = min(max(0, column), columns - 1)
        wrapsNext = false
    }

    mutating func move(rows count: Int) {
        let first = cursor.row >= region.lowerBound ? region.lowerBound : 0
        let last = cursor.row <= region.upperBound ? region.upperBound : rows - 1
        cursor.row = min(max(first, cursor.row + count), last)
        wrapsNext = false
    }

    mutating func lineFeed() {
        if cursor.row == region.upperBound {
            scroll(1)
        } else {
            cursor.row = min(rows - 1, cursor.row + 1)
        }
        wrapsNext = false
    }

    mutating func reverseLineFeed() {
        if cursor.row == region.lowerBound {
            scroll(-1)
        } else {
            cursor.row = max(0, cursor.row - 1)
        }
        wrapsNext = false
    }

    // MARK: Erasing and shifting

    private var blank: Cell {
        Cell(pen: Pen(background: pen.background))
    }

    mutating func erase(_ columns: Range<Int>, row: Int) {
        for column in columns {
            clearWide(column, row)
            screen.lines[row][column] = blank
        }
    }

    mutating func eraseInLine(_ what: Int) {
        let range = [cursor.column..<columns, 0..<(cursor.column + 1), 0..<columns][min(what, 2)]
        erase(range, row: cursor.row)
    }

    mutating func eraseInDisplay(_ what: Int) {
        let range = [(cursor.row + 1)..<rows, 0..<cursor.row, 0..<rows][min(what, 2)]
        if what < 2 { eraseInLine(what) }
        for row in range { erase(0..<columns, row: row) }
    }

    mutating func insertCharacters(_ count: Int) {
        var line = screen.lines[cursor.row]
        line.insert(contentsOf: Array(repeating: blank, count: count), at: cursor.column)
        screen.lines[cursor.row] = Array(line.prefix(columns))
    }

    mutating func deleteCharacters(_ count: Int) {
        var line = screen.lines[cursor.row]
        line.removeSubrange(cursor.column..<min(columns, cursor.column + count))
        while line.count < columns { line.append(blank) }
        screen.lines[cursor.row] = line
    }

    mutating func insertLines(_ count: Int) {
        guard region.contains(cursor.row) else { return }
        shift(from: cursor.row, by: -count)
    }

    mutating func deleteLines(_ count: Int) {
        guard region.contains(cursor.row) else { return }
        shift(from: cursor.row, by: count)
    }

    /// Up by `count` lines; down, if it is negative.
    mutating func scroll(_ count: Int) { shift(from: region.lowerBound, by: count) }

    private mutating func shift(from first: Int, by count: Int) {
        let lines = Array(screen.lines[first...region.upperBound])
        let empty = Array(repeating: blank, count: columns)
        let fresh = Array(repeating: empty, count: min(abs(count), lines.count))
        let kept =
            count > 0
            ? Array(lines.dropFirst(fresh.count)) + fresh
            : fresh + Array(lines.dropLast(fresh.count))
        screen.lines.replaceSubrange(first...region.upperBound, with: kept)
    }
}
