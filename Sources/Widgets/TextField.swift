import Surface
import Text

/// A field of one line to type in, and beneath it what is wrong with what stands there, or a hint.
public struct TextField: Equatable, Sendable {
    public var field: FieldText
    public var placeholder: String
    /// Why what stands there cannot be taken; nil while it can, or nothing is known yet.
    public var error: String?
    /// Said beneath while there is no error.
    public var hint: String
    public var isFocused: Bool
    /// Whether each character is shown as a sign only, for secrets.
    public var isMasked: Bool

    public init(
        _ field: FieldText, placeholder: String = "", error: String? = nil, hint: String = "",
        isFocused: Bool = true, isMasked: Bool = false
    ) {
        self.field = field
        self.placeholder = placeholder
        self.error = error
        self.hint = hint
        self.isFocused = isFocused
        self.isMasked = isMasked
    }

    /// A field whose text is never shown.
    public static func secret(
        _ field: FieldText, placeholder: String = "", error: String? = nil, hint: String = "",
        isFocused: Bool = true
    ) -> TextField {
        TextField(
            field, placeholder: placeholder, error: error, hint: hint, isFocused: isFocused,
            isMasked: true)
    }

    /// Rows it takes: the field, and the line beneath it.
    public static let height = 2

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        let (line, beneath) = area.splitTop(1)
        let inner = line.inset(columns: line.columns > 4 ? 1 : 0)
        if field.isEmpty {
            grid.fill(line, style: Style(.placeholder))
            grid.put(
                placeholder, row: 0, in: inner, style: Style(.placeholder), glyphs: glyphs)
            if isFocused { grid.cursor = inner.origin }
        } else {
            grid.fill(line, style: Style(.field))
            drawText(&grid, inner, glyphs)
        }
        if let error {
            grid.put(
                "\(glyphs.failed) \(error)", row: 0, in: beneath, style: Style(.danger),
                glyphs: glyphs)
        } else {
            grid.put(hint, row: 0, in: beneath, style: Style(.muted), glyphs: glyphs)
        }
    }

    private func drawText(_ grid: inout Grid, _ inner: Rect, _ glyphs: Glyphs) {
        let clusters =
            isMasked
            ? Array(repeating: Character(glyphs.mask), count: field.text.count)
            : Array(field.text)
        let window = Self.window(
            widths: clusters.map { TextWidth.of($0) }, cursor: field.cursor,
            columns: inner.columns)
        grid.put(
            String(clusters[window.first...]), at: inner.origin, style: Style(.field),
            maxColumns: inner.columns)
        if isFocused {
            grid.cursor = Point(column: inner.column + window.cursorColumn, row: inner.row)
        }
        // What is scrolled out of sight is hinted at in the margins.
        let mark = Fitting.prefix(glyphs.ellipsis, columns: 1)
        if window.first > 0, inner.column > 0 {
            grid.put(
                mark, at: Point(column: inner.column - 1, row: inner.row),
                style: Style(.placeholder))
        }
        let shown = clusters[window.first...].reduce(0) { $0 + TextWidth.of($1) }
        if shown > inner.columns {
            grid.put(
                mark, at: Point(column: inner.endColumn, row: inner.row),
                style: Style(.placeholder))
        }
    }

    /// The first cluster to show, so that the cursor has a column in sight: none is left out while
    /// all of the text up to the cursor fits.
    static func window(
        widths: [Int], cursor: Int, columns: Int
    ) -> (first: Int, cursorColumn: Int) {
        var first = min(cursor, widths.count)
        var used = 0
        while first > 0, used + widths[first - 1] <= columns - 1 {
            first -= 1
            used += widths[first]
        }
        return (first, used)
    }
}
