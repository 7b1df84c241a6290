import Surface
import Testing
import Text

@testable import Widgets

@Suite("The bar of time")
struct TimeBarTests {
    private static let bar = TimeBar(
        density: [0, 0, 1, 4, 8, 4, 0, 0, 0, 2], cursor: 0.5, from: "12:03", to: "12:41")

    @Test("how much happened when, the times of its ends, and the cursor by shape and colour")
    func drawing() {
        let grid = drawn(32, 1) { Self.bar.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.text == "12:03 ▁▁▁▁▂▂▅▅██│▅▁▁▁▁▁▁▃▃ 12:41")
        #expect(grid.roles(row: 0).contains(.warning))
        let ascii = drawn(32, 1) { Self.bar.draw(into: &$0, in: $1, glyphs: .ascii) }
        #expect(ascii.text == "12:03 ____..==##|=______:: 12:41")
    }

    @Test("where there is no room the labels go, not the time", arguments: 1...40)
    func narrow(columns: Int) {
        let grid = drawn(columns, 1) { Self.bar.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.text.contains("│"))
        #expect(grid.text.contains("12:03") == (columns >= 24))
    }

    @Test("the cursor is in the track whatever it is given", arguments: [-1, 0, 0.3, 1, 7, .nan, .infinity, -.infinity])
    func cursor(position: Double) {
        for columns in [1, 2, 13, 200] {
            let column = TimeBar(density: [1], cursor: position).cursorColumn(columns: columns)
            #expect((0..<columns).contains(column))
        }
    }

    @Test("a click puts the cursor into the column that was clicked", arguments: [13, 40, 80, 200])
    func clicks(columns: Int) {
        let area = Rect(column: 2, row: 5, columns: columns, rows: 1)
        let track = Self.bar.track(in: area)
        for column in track.column..<track.endColumn {
            var bar = Self.bar
            bar.cursor = bar.position(atColumn: column, in: area)
            #expect(track.column + bar.cursorColumn(columns: track.columns) == column)
        }
        #expect(Self.bar.position(atColumn: -9, in: area) == 0)
        #expect(Self.bar.position(atColumn: 999, in: area) == 1)
    }

    @Test("nothing that happened is lost between two columns", arguments: 1...30)
    func levels(columns: Int) {
        for place in 0..<10 {
            var density = Array(repeating: 0, count: 10)
            density[place] = 3
            let levels = TimeBar(density: density, cursor: 0).levels(columns: columns)
            #expect(levels.count == columns && levels.contains(3))
        }
        #expect(TimeBar(density: [], cursor: 0).levels(columns: columns).isEmpty)
    }
}
