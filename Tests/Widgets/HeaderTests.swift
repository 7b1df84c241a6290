import Surface
import Testing
import Text

@testable import Widgets

@Suite("The header")
struct HeaderTests {
    private let header = Header("launch", note: "live")

    @Test("it shows mark, name, title, and the note at the right")
    func wide() {
        let grid = drawn(60, 1) { header.draw(into: &$0, in: $1, glyphs: .unicode) }
        let space = String(repeating: " ", count: 39)
        #expect(grid.line(row: 0) == "██  skein  launch\(space)live")
        #expect(grid.roles(row: 0).contains(.brand))
    }

    @Test("the note goes before the title does")
    func narrow() {
        let grid = drawn(17, 1) { header.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.line(row: 0) == "██ skein launch")
        let tiny = drawn(11, 1) { header.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(tiny.line(row: 0) == "██ skein l…")
    }

    @Test("in ASCII it is ASCII")
    func ascii() {
        let grid = drawn(30, 1) { header.draw(into: &$0, in: $1, glyphs: .ascii) }
        #expect(grid.line(row: 0) == "## skein launch           live")
    }
}

@Suite("Spans")
struct SpanTests {
    @Test(
        "what crosses the end is cut with an ellipsis, also between two spans",
        arguments: [
            (9, "one two"), (7, "one two"), (6, "one t…"), (5, "one …"), (4, "one…"), (3, "on…"),
            (1, "…"), (0, ""),
        ])
    func cutting(columns: Int, line: String) {
        let grid = drawn(9, 1) { grid, _ in
            let used = grid.put(
                [Span("one "), Span("two", .muted)], at: Point(column: 0, row: 0),
                maxColumns: columns, ellipsis: "…")
            #expect(used <= columns)
        }
        #expect(grid.line(row: 0) == line)
    }

    @Test("empty spans after one that fits exactly cut nothing")
    func emptyRest() {
        let grid = drawn(9, 1) { grid, _ in
            grid.put(
                [Span("one"), Span("")], at: Point(column: 0, row: 0), maxColumns: 3,
                ellipsis: "…")
        }
        #expect(grid.line(row: 0) == "one")
    }
}
