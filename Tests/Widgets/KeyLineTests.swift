import Surface
import Testing
import Text

@testable import Widgets

@Suite("Keys")
struct KeyLineTests {
    static let line = KeyLine([
        KeyHint("↑↓", "choose"), KeyHint("⏎", "take", isImportant: true), KeyHint("esc", "back"),
        KeyHint("?", "help"), KeyHint("^C", "leave", isImportant: true),
    ])

    @Test("keys are said with what they do, in their order")
    func wide() {
        let grid = drawn(60, 1) { Self.line.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.text == "↑↓ choose   ⏎ take   esc back   ? help   ^C leave")
        #expect(grid.roles(row: 0).contains(.key))
    }

    @Test("in ASCII their names are spelled out")
    func ascii() {
        let grid = drawn(70, 1) { Self.line.draw(into: &$0, in: $1, glyphs: .ascii) }
        #expect(grid.text == "up/down choose   enter take   esc back   ? help   ^C leave")
    }

    @Test(
        "where there is no room the unimportant go first, from the right",
        arguments: [
            (48, "↑↓ choose   ⏎ take   esc back   ^C leave"), (39, "↑↓ choose   ⏎ take   ^C leave"),
            (20, "⏎ take   ^C leave"), (10, "⏎ take"), (4, "⏎ t…"),
        ])
    func narrow(columns: Int, text: String) {
        let grid = drawn(columns, 1) { Self.line.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.text == text)
    }

    @Test("help lists every key, in as many columns as fit")
    func table() {
        let table = KeyTable(Self.line.hints)
        #expect(table.size(columns: 30, glyphs: .unicode) == Size(columns: 26, rows: 3))
        #expect(table.size(columns: 12, glyphs: .unicode).rows == 5)
        let grid = drawn(30, 3) { table.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(
            grid.text == """
                ↑↓   choose    ?    help
                ⏎    take      ^C   leave
                esc  back
                """)
    }
}
