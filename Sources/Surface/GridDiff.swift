/// What must be drawn to turn one grid into another: runs of changed cells, and the cursor.
public struct GridDiff: Equatable, Sendable {
    /// Changed cells side by side. A run never begins or ends inside a wide cluster.
    public struct Run: Equatable, Sendable {
        public let origin: Point
        public let cells: [Cell]
    }

    public let size: Size
    /// True when the sizes differ: every cell is then part of a run.
    public let isWhole: Bool
    public let runs: [Run]
    public let cursor: Point?

    public init(from old: Grid, to new: Grid) {
        size = new.size
        isWhole = old.size != new.size
        cursor = new.cursor
        var runs: [Run] = []
        let columns = new.size.columns
        for row in 0..<new.size.rows {
            let line = new.cells[(row * columns)..<((row + 1) * columns)]
            if isWhole {
                runs.append(Run(origin: Point(column: 0, row: row), cells: Array(line)))
            } else {
                Self.compare(old.cells, new.cells, line.indices, row: row, into: &runs)
            }
        }
        self.runs = runs.filter { !$0.cells.isEmpty }
    }

    public var isEmpty: Bool { runs.isEmpty && !isWhole }

    /// The grid that was compared to, from the one compared with.
    public func applied(to old: Grid) -> Grid {
        var grid = isWhole ? Grid(size) : old
        for run in runs {
            let start = run.origin.row * size.columns + run.origin.column
            grid.cells.replaceSubrange(start..<(start + run.cells.count), with: run.cells)
        }
        grid.cursor = cursor
        return grid
    }

    private static func compare(
        _ old: [Cell], _ new: [Cell], _ line: Range<Int>, row: Int, into runs: inout [Run]
    ) {
        var index = line.lowerBound
        while index < line.upperBound {
            guard old[index] != new[index] else {
                index += 1
                continue
            }
            // A right half never differs alone, so a run begins at a whole cluster.
            let start = index
            while index < line.upperBound, old[index] != new[index] || new[index].isContinuation {
                index += 1
            }
            let origin = Point(column: start - line.lowerBound, row: row)
            runs.append(Run(origin: origin, cells: Array(new[start..<index])))
        }
    }
}
