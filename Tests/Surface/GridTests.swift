
@testable import Surface
import TestSupport
import Testing
import Text

@Suite("Drawing into a grid")
struct GridTests {
    @Test("a new grid is blank, and blank outside of it too")
    func blank() {
        let grid = Grid(Size(columns: 3, rows: 2))
        #expect(grid.text == "\n")
        #expect(grid[2, 1] == .blank)
        #expect(grid[3, 0] == .blank)
        #expect(grid[0, -1] == .blank)
        #expect(grid.line(row: 9).isEmpty)
    }

    @Test(
        "text is clipped at the sides and says the columns it took",
        arguments: [
            ("skein", 0, nil, "skein", 5), ("skein", 3, nil, "   sk", 2), ("skein", 5, nil, "", 0),
            ("skein", -2, nil, "ein", 5), ("skein", -9, nil, "", 5), ("skein", 0, 2, "sk", 2),
            ("skein", 0, 0, "", 0), ("skein", 0, -1, "", 0), ("日本語", 0, nil, "日本", 5),
            ("日本語", 1, nil, " 日本", 4), ("日本語", 0, 3, "日", 3), ("日本", -1, nil, " 本", 4),
            ("é日", 4, nil, "    é", 1), ("e\u{301}x", 0, nil, "e\u{301}x", 2),
            ("a\u{1B}[b", 0, nil, "a␛[b", 4), ("a\u{202E}b", 0, nil, "ab", 2),
            ("\u{301}a", 0, nil, "a", 1), ("", 2, nil, "", 0), ("a\nb", 0, nil, "a␊b", 3),
        ] as [(String, Int, Int?, String, Int)])
    func clipping(text: String, column: Int, maxColumns: Int?, line: String, used: Int) {
        var grid = Grid(Size(columns: 5, rows: 1))
        let columns = grid.put(
            text, at: Point(column: column, row: 0), style: Style(.title), maxColumns: maxColumns)
        #expect(grid.line(row: 0) == line)
        #expect(columns == used)
        expectWhole(grid)
    }

    @Test("text above and below the grid is nowhere")
    func rows() {
        var grid = Grid(Size(columns: 5, rows: 1))
        #expect(grid.put("x", at: Point(column: 0, row: 1), style: Style(.text)) == 0)
        #expect(grid.put("x", at: Point(column: 0, row: -1), style: Style(.text)) == 0)
        #expect(grid.text.isEmpty)
    }

    @Test(
        "overwriting half of a wide cluster blanks its other half",
        arguments: [(0, "x 本"), (1, " x本"), (2, "日x"), (3, "日 x")])
    func overwritingHalves(column: Int, line: String) {
        var grid = Grid(Size(columns: 4, rows: 1))
        grid.put("日本", at: Point(column: 0, row: 0), style: Style(.text))
        grid.put("x", at: Point(column: column, row: 0), style: Style(.text))
        #expect(grid.line(row: 0) == line)
        expectWhole(grid)
    }

    @Test("a wide cluster over two others blanks what is left of both")
    func wideOverWide() {
        var grid = Grid(Size(columns: 4, rows: 1))
        grid.put("日本", at: Point(column: 0, row: 0), style: Style(.text))
        grid.put("語", at: Point(column: 1, row: 0), style: Style(.text))
        #expect(grid.line(row: 0) == " 語")
        expectWhole(grid)
    }

    @Test("filling blanks what is inside and the halves that reach in")
    func filling() {
        var grid = Grid(Size(columns: 6, rows: 3))
        for row in 0..<3 {
            grid.put("日本語", at: Point(column: 0, row: row), style: Style(.text))
        }
        grid.fill(Rect(column: 1, row: 1, columns: 4, rows: 9), style: Style(.field))
        #expect(grid.text == "日本語\n\n")
        #expect(grid[1, 1].style.role == .field)
        #expect(grid[0, 1].style.role == .text)
        #expect(grid[5, 2].style.role == .text)
        expectWhole(grid)
    }

    @Test("filling with a sign repeats it; a wide one is a blank")
    func fillingWithSign() {
        var grid = Grid(Size(columns: 3, rows: 1))
        grid.fill(grid.bounds, with: "─", style: Style(.border))
        #expect(grid.line(row: 0) == "───")
        grid.fill(grid.bounds, with: "日", style: Style(.border))
        #expect(grid.line(row: 0).isEmpty)
    }

    @Test("restyling keeps the text and never parts a wide cluster's halves")
    func restyling() {
        var grid = Grid(Size(columns: 6, rows: 1))
        grid.put("a日b", at: Point(column: 0, row: 0), style: Style(.text))
        grid.restyle(Rect(column: 0, row: 0, columns: 2, rows: 1)) { $0.role = .selection }
        #expect(grid.line(row: 0) == "a日b")
        let roles = (0..<4).map { grid[$0, 0].style.role }
        #expect(roles == [.selection, .selection, .selection, .text])
        expectWhole(grid)
    }

    @Test("an empty grid takes everything and shows nothing")
    func empty() {
        var grid = Grid(Size(columns: 0, rows: 0))
        grid.put("skein", at: Point(column: 0, row: 0), style: Style(.text))
        grid.fill(Rect(column: -1, row: -1, columns: 9, rows: 9), style: Style(.text))
        grid.restyle(Rect(column: -1, row: -1, columns: 9, rows: 9)) { $0.role = .title }
        #expect(grid.text.isEmpty)
    }

    @Test("whatever is drawn wherever, the grid stays whole")
    func staysWhole() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<60 {
            var grid = Grid.random(drawings: 40, using: &generator)
            expectWhole(grid)
            // Nothing of what was drawn can take more or fewer columns than there are.
            for row in 0..<grid.size.rows {
                #expect(TextWidth.of(grid.line(row: row)) <= grid.size.columns)
            }
            grid.fill(grid.bounds, style: Style(.text))
            #expect(grid == Grid(grid.size))
        }
    }
}
