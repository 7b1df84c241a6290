
@testable import Surface
import TestSupport
import Testing
import Text

extension Grid {
    static func random(drawings: Int, using generator: inout SeededGenerator) -> Grid {
        let size = Size(
            columns: Int.random(in: 1...20, using: &generator),
            rows: Int.random(in: 1...5, using: &generator))
        var grid = Grid(size)
        grid.drawRandomly(times: drawings, using: &generator)
        return grid
    }

    mutating func drawRandomly(times: Int, using generator: inout SeededGenerator) {
        let parts = [
            "a", "bc", "日", "本語", "é", "⚠️", "👨‍👩‍👧‍👦", "\u{1B}", "\u{202E}", "\u{301}", "🇫🇷", "नमस्ते",
        ]
        for _ in 0..<times {
            let place = Point(
                column: Int.random(in: -4...22, using: &generator),
                row: Int.random(in: -1...5, using: &generator))
            let rect = Rect(
                column: place.column, row: place.row,
                columns: Int.random(in: 0...9, using: &generator),
                rows: Int.random(in: 0...3, using: &generator))
            let style = Style(Role.allCases.randomElement(using: &generator) ?? .text)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: fill(rect, style: style)
            case 1: restyle(rect) { $0 = style }
            default:
                let text = (0..<3).compactMap { _ in parts.randomElement(using: &generator) }
                let bound = Bool.random(using: &generator) ? rect.columns : nil
                put(text.joined(), at: place, style: style, maxColumns: bound)
            }
        }
    }
}

/// Every wide cluster has its right half, in its style; no half stands alone; every cluster has
/// the width the table gives it.
func expectWhole(_ grid: Grid, sourceLocation: SourceLocation = #_sourceLocation) {
    for row in 0..<grid.size.rows {
        var column = 0
        while column < grid.size.columns {
            let cell = grid[column, row]
            #expect(cell.width == 1 || cell.width == 2, sourceLocation: sourceLocation)
            #expect(cell.cluster.count == 1, sourceLocation: sourceLocation)
            #expect(TextWidth.of(cell.cluster) == cell.width, sourceLocation: sourceLocation)
            if cell.width == 2 {
                let half = grid[column + 1, row]
                #expect(
                    column + 1 < grid.size.columns && half.width == 0 && half.cluster.isEmpty
                        && half.style == cell.style, sourceLocation: sourceLocation)
            }
            column += max(1, cell.width)
        }
    }
}
