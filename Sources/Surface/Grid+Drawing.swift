import Text

extension Grid {
    /// Writes a line of text and returns the columns it took, those clipped on the left included.
    ///
    /// What does not fit in the grid, or in `maxColumns`, is cut off; a wide cluster of which only
    /// half would fit leaves a blank. Control characters are written as their pictures, and other
    /// clusters without a width are left out, so that no text can break the grid.
    @discardableResult
    public mutating func put(
        _ text: String, at point: Point, style: Style, maxColumns: Int? = nil
    ) -> Int {
        guard point.row >= 0, point.row < size.rows, point.column < size.columns else { return 0 }
        let room = size.columns - point.column
        let end = point.column + max(0, min(maxColumns ?? room, room))
        let rowStart = point.row * size.columns
        var column = point.column
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            for byte in text.utf8 {
                guard column < end else { break }
                if column >= 0 {
                    write(ASCII.clusters[Int(byte)], width: 1, style: style, rowStart, column)
                }
                column += 1
            }
            return column - point.column
        }
        for character in text {
            guard column < end else { break }
            column += write(character, style: style, rowStart, column, end: end)
        }
        return column - point.column
    }

    /// Blanks a rectangle in one style.
    public mutating func fill(_ rect: Rect, style: Style) {
        fill(rect, with: " ", style: style)
    }

    /// Repeats a cluster of one column over a rectangle; anything else counts as a blank.
    public mutating func fill(_ rect: Rect, with cluster: Character, style: Style) {
        let visible = rect.clipped(to: bounds)
        guard !visible.isEmpty else { return }
        let text = TextWidth.of(cluster) == 1 ? String(cluster) : " "
        let cell = Cell(cluster: text, width: 1, style: style)
        for row in visible.row..<visible.endRow {
            let start = row * size.columns
            separate(start, visible.column)
            if visible.endColumn < size.columns { separate(start, visible.endColumn) }
            for index in (start + visible.column)..<(start + visible.endColumn) {
                cells[index] = cell
            }
        }
    }

    /// Changes the style of what is written in a rectangle, and keeps the text. A wide cluster at
    /// the rectangle's side is changed when its left half lies inside.
    public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
        let visible = rect.clipped(to: bounds)
        guard !visible.isEmpty else { return }
        for row in visible.row..<visible.endRow {
            for index
                in (row * size.columns + visible.column)..<(row * size.columns
                + visible.endColumn)
            where !cells[index].isContinuation {
                change(&cells[index].style)
                if cells[index].width == 2 { cells[index + 1].style = cells[index].style }
            }
        }
    }

    /// Writes one cluster and returns its columns, at most what is left before `end`.
    private mutating func write(
        _ character: Character, style: Style, _ rowStart: Int, _ column: Int, end: Int
    ) -> Int {
        let width = TextWidth.of(character)
        guard width > 0 else { return 0 }
        if width == 1 {
            let picture = character.unicodeScalars.first.flatMap(SafeText.picture(ofControl:))
            let cluster = picture ?? String(character)
            if column >= 0 { write(cluster, width: 1, style: style, rowStart, column) }
            return 1
        }
        if column >= 0, column + 1 < end {
            write(String(character), width: 2, style: style, rowStart, column)
            return 2
        }
        // Half of it is outside: a blank in the half that is inside.
        if column == -1, end > 0 { write(" ", width: 1, style: style, rowStart, 0) }
        if column >= 0 { write(" ", width: 1, style: style, rowStart, column) }
        return min(2, end - column)
    }

    private mutating func write(
        _ cluster: String, width: Int, style: Style, _ rowStart: Int, _ column: Int
    ) {
        separate(rowStart, column)
        let index = rowStart + column
        if width == 2 {
            if column + 2 < size.columns { separate(rowStart, column + 2) }
            cells[index + 1] = .continuation(style)
        } else if cells[index].width == 2 {
            cells[index + 1] = Cell(cluster: " ", width: 1, style: cells[index + 1].style)
        }
        cells[index] = Cell(cluster: cluster, width: width, style: style)
    }

    /// Makes sure that no wide cluster reaches over the left side of a column: both halves
    /// of one that does become blanks.
    private mutating func separate(_ rowStart: Int, _ column: Int) {
        let index = rowStart + column
        guard column > 0, cells[index].isContinuation else { return }
        let style = cells[index].style
        cells[index - 1] = Cell(cluster: " ", width: 1, style: style)
        cells[index] = Cell(cluster: " ", width: 1, style: style)
    }
}

/// The clusters of ASCII, made once: most of what is drawn is made of them.
private enum ASCII {
    static let clusters: [String] = (0..<128).map { String(Character(Unicode.Scalar(UInt8($0)))) }
}
