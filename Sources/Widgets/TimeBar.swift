import Surface
import Text

/// A stretch of time on one line: how much happened when, between the times it begins and ends at,
/// and a cursor. It is drawn and dragged by columns of its track.
public struct TimeBar: Equatable, Sendable {
    /// How much happened in each of as many equal parts of the time, the earliest first.
    public var density: [Int]
    /// Where the cursor stands: 0 is the beginning, 1 the end.
    public var cursor: Double
    public var from: String
    public var to: String

    /// The labels go where they would leave fewer columns than this.
    static let least = 12

    public init(density: [Int], cursor: Double, from: String = "", to: String = "") {
        self.density = density
        self.cursor = cursor.isFinite ? min(max(0, cursor), 1) : 0
        self.from = from
        self.to = to
    }

    /// The columns that stand for time.
    public func track(in area: Rect) -> Rect {
        let line = area.splitTop(1).top
        let (left, right) = (TextWidth.of(from), TextWidth.of(to))
        let margins = (left > 0 ? left + 1 : 0, right > 0 ? right + 1 : 0)
        guard line.columns - margins.0 - margins.1 >= Self.least else { return line }
        return Rect(
            column: line.column + margins.0, row: line.row,
            columns: line.columns - margins.0 - margins.1, rows: line.rows)
    }

    /// The column of the cursor, counted from the beginning of the track.
    public func cursorColumn(columns: Int) -> Int {
        Int((cursor * Double(max(0, columns - 1))).rounded())
    }

    /// What a column of the screen stands for, 0 to 1; one beside the track is its nearer end.
    public func position(atColumn column: Int, in area: Rect) -> Double {
        let track = track(in: area)
        guard track.columns > 1 else { return 0 }
        return min(max(0, Double(column - track.column) / Double(track.columns - 1)), 1)
    }

    /// As many levels as there are columns. What happened is never lost between two of them.
    func levels(columns: Int) -> [Int] {
        guard columns > 0, !density.isEmpty else { return [] }
        return (0..<columns).map { column in
            let first = column * density.count / columns
            let last = max(first + 1, (column + 1) * density.count / columns)
            return density[first..<min(last, density.count)].max() ?? 0
        }
    }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        let line = area.splitTop(1).top
        let track = track(in: area)
        if track != line {
            grid.put(from, at: line.origin, style: Style(.muted))
            let end = Point(column: line.endColumn - TextWidth.of(to), row: line.row)
            grid.put(to, at: end, style: Style(.muted))
        }
        let levels = levels(columns: track.columns)
        if levels.isEmpty {
            grid.fill(track, with: glyphs.box.horizontal, style: Style(.border))
        } else {
            Sparkline(levels).draw(into: &grid, in: track, glyphs: glyphs)
        }
        let cursor = Point(
            column: track.column + cursorColumn(columns: track.columns), row: track.row)
        grid.put(String(glyphs.box.vertical), at: cursor, style: Style(.warning, .bold))
    }
}
