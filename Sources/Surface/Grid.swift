/// One terminal cell: a grapheme cluster, or the right half of a wide one.
public struct Cell: Equatable, Hashable, Sendable {
    /// One grapheme cluster of one or two columns; empty in the right half of a wide cluster.
    public var cluster: String
    /// Columns the cluster takes: 1 or 2; 0 in the right half of a wide cluster.
    public var width: Int
    public var style: Style

    public init(cluster: String, width: Int, style: Style) {
        self.cluster = cluster
        self.width = width
        self.style = style
    }

    public static let blank = Cell(cluster: " ", width: 1, style: Style(.text))

    public var isContinuation: Bool { width == 0 }

    static func continuation(_ style: Style) -> Cell {
        Cell(cluster: "", width: 0, style: style)
    }
}

/// A screenful of cells that views draw into. It knows nothing of terminals.
///
/// It is always whole: a wide cluster is followed by its right half in the same style, a right
/// half never stands alone, and every other cell holds one cluster of one column.
public struct Grid: Equatable, Sendable {
    public let size: Size
    /// Where the terminal's cursor shall stand, or nil to hide it.
    public var cursor: Point?
    /// Row by row; only drawing changes it, so that it stays whole.
    var cells: [Cell]

    public init(_ size: Size) {
        self.size = size
        cells = Array(repeating: .blank, count: size.columns * size.rows)
    }

    public var bounds: Rect { Rect(size) }

    /// The cell at a place; blank outside the grid.
    public subscript(column: Int, row: Int) -> Cell {
        guard bounds.contains(Point(column: column, row: row)) else { return .blank }
        return cells[row * size.columns + column]
    }
}
