import Surface
import Testing
import Text

@testable import Widgets

@Suite("Card and modal")
struct CardTests {
    @Test("a card is a box with its title above and its note below")
    func card() {
        let grid = drawn(20, 4) { grid, area in
            let inner = Card(title: "peers", note: "3 of 9").draw(
                into: &grid, in: area, glyphs: .unicode)
            #expect(inner == Rect(column: 2, row: 1, columns: 16, rows: 2))
            Paragraph("dev-1").draw(into: &grid, in: inner, glyphs: .unicode)
        }
        #expect(
            grid.text == """
                ┌─ peers ──────────┐
                │ dev-1            │
                │                  │
                └───────── 3 of 9 ─┘
                """)
    }

    @Test("in ASCII the box is ASCII, and a long title is cut inside it")
    func ascii() {
        let grid = drawn(14, 2) {
            Card(title: "a long title").draw(into: &$0, in: $1, glyphs: .ascii)
        }
        #expect(grid.text == "+- a lon... -+\n+------------+")
    }

    @Test("a box in no room draws nothing and has no inside", arguments: [0, 1])
    func noRoom(side: Int) {
        let grid = drawn(side, side) { grid, area in
            let inner = Card(title: "t").draw(into: &grid, in: area, glyphs: .unicode)
            #expect(inner.isEmpty)
        }
        #expect(!grid.text.contains("┌"))
    }

    @Test("a modal stands in the middle, and what is beneath steps back and stays")
    func modal() {
        let grid = drawn(24, 5) { grid, area in
            for row in 0..<5 {
                grid.put(
                    "abcdefghijklmnopqrstuvwx", at: Point(column: 0, row: row),
                    style: Style(.title))
            }
            grid.cursor = Point(column: 1, row: 1)
            let inner = Modal(title: "Quit", content: Size(columns: 8, rows: 1)).draw(
                into: &grid, in: area, glyphs: .unicode)
            Paragraph("Sure?").draw(into: &grid, in: inner, glyphs: .unicode)
        }
        #expect(
            grid.text == """
                abcdefghijklmnopqrstuvwx
                abcdef┌─ Quit ───┐stuvwx
                abcdef│ Sure?    │stuvwx
                abcdef└──────────┘stuvwx
                abcdefghijklmnopqrstuvwx
                """)
        #expect(grid[0, 0].style == Style(.muted))
        #expect(grid.cursor == nil, "the field beneath has no cursor any more")
    }

    @Test("a modal larger than the window takes the window")
    func largeModal() {
        let grid = drawn(10, 3) { grid, area in
            Modal(title: "t", content: Size(columns: 90, rows: 40)).draw(
                into: &grid, in: area, glyphs: .unicode)
        }
        #expect(grid.text == "┌─ t ────┐\n│        │\n└────────┘")
    }
}
