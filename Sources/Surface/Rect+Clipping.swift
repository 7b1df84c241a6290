extension Rect {
    /// The part of this rectangle that lies in another one; empty where they do not meet.
    public func clipped(to other: Rect) -> Rect {
        let left = max(column, other.column)
        let top = max(row, other.row)
        return Rect(
            column: left, row: top,
            columns: min(endColumn, other.endColumn) - left, rows: min(endRow, other.endRow) - top)
    }
}
