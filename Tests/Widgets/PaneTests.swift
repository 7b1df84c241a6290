import Surface
import Testing
import Text

@testable import Widgets

@Suite("Feed, tree, split")
struct PaneTests {
    @Test("a feed shows times and what happened, newest first, and is scrolled back by entries")
    func feed() {
        let entries = (0..<5).map {
            Feed.Entry(time: "12:40:0\($0)", [Span("joined", .success), Span("  codex-\($0)")])
        }
        func text(_ offset: Int) -> String {
            drawn(26, 2) {
                Feed(entries, offset: offset).draw(into: &$0, in: $1, glyphs: .unicode)
            }.text
        }
        #expect(text(0) == "12:40:00  joined  codex-0\n12:40:01  joined  codex-1")
        #expect(text(2).hasPrefix("12:40:02"))
        #expect(text(99).hasPrefix("12:40:03"), "never past the last")
        let empty = drawn(26, 1) {
            Feed([], emptyText: "Nothing yet").draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(empty.text == "Nothing yet")
    }

    @Test("a tree draws a line for each row above that has more to come")
    func tree() {
        let rows = [
            Tree.Row(depth: 0, [Span("laptop")], isOpen: true),
            Tree.Row(depth: 1, [Span("dev-1")]),
            Tree.Row(depth: 1, [Span("backend")], isOpen: true),
            Tree.Row(depth: 2, [Span("api-2")]), Tree.Row(depth: 2, [Span("api-3")]),
            Tree.Row(depth: 1, [Span("last")]),
            Tree.Row(depth: 0, [Span("server")], isOpen: false),
        ]
        let grid = drawn(24, 7) {
            Tree(rows, selected: 3).draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(
            grid.text == """
                ▾ laptop
                ├─ dev-1
                ├─ ▾ backend
                │  ├─ api-2
                │  └─ api-3
                └─ last
                ▸ server
                """)
        #expect(grid.rows(of: .selection) == [3])
        let ascii = drawn(24, 7) { Tree(rows).draw(into: &$0, in: $1, glyphs: .ascii) }
        #expect(ascii.text.allSatisfy { $0.isASCII })
    }

    @Test(
        "a split keeps both panes at their minimum, or gives all to the first",
        arguments: [
            (100, 50, 50, 49), (100, 5, 10, 89), (100, 99, 89, 10), (21, 50, 10, 10),
            (20, 50, 20, 0),
        ])
    func split(columns: Int, percent: Int, first: Int, second: Int) {
        let area = Rect(column: 3, row: 1, columns: columns, rows: columns)
        let beside = Split(.columns, percent: percent).parts(of: area)
        #expect(beside.first.columns == first && beside.second.columns == second)
        let above = Split(.rows, percent: percent).parts(of: area)
        #expect(above.first.rows == first && above.second.rows == second)
        #expect(second == 0 ? above.second.isEmpty : above.second.endRow == area.endRow)
    }

    @Test("the line of a split stands between its panes")
    func splitLine() {
        let grid = drawn(5, 2) {
            Split(.columns, percent: 40, minimum: 1).draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(grid.text == "  │\n  │")
    }
}

@Suite("Numbers as text and pictures")
struct MeasureTests {
    @Test(
        "ages are rounded and say when they change",
        arguments: [
            (-5, "now", 65), (0, "now", 60), (59, "now", 1), (60, "1m", 60), (119, "1m", 1),
            (120, "2m", 60), (3599, "59m", 1), (3600, "1h", 3600), (86_399, "23h", 1),
            (86_400, "1d", 86_400), (200_000, "2d", 59_200),
        ])
    func age(seconds: Int, text: String, change: Int) {
        #expect(Age.text(seconds: seconds) == text)
        #expect(Age.secondsToChange(seconds: seconds) == change)
        #expect(Age.text(seconds: seconds + change) != text)
        #expect(Age.text(seconds: seconds + change - 1) == text)
    }

    @Test(
        "a countdown says seconds while they matter",
        arguments: [
            (-1, "0 s"), (12, "12 s"), (60, "1 min 00 s"), (65, "1 min 05 s"), (7500, "2 h 05 min"),
        ])
    func countdown(seconds: Int, text: String) {
        #expect(Countdown.text(seconds: seconds) == text)
    }

    @Test(
        "a sparkline has the highest at the top, and something is never nothing",
        arguments: [
            ([0, 0, 0], 9, "▁▁▁"), ([1, 2, 4, 8], 9, "▂▃▅█"), ([0, 1, 1000], 9, "▁▂█"),
            ([9, 0, 5, 5], 2, "██"), ([], 9, ""), ([-3, 7], 9, "▁█"), ([1, 2], 0, ""),
        ] as [([Int], Int, String)])
    func sparkline(values: [Int], columns: Int, text: String) {
        #expect(Sparkline(values).text(columns: columns, glyphs: .unicode) == text)
    }

    @Test(
        "a bar is full at one and empty at nought, whatever it is given",
        arguments: [
            (0, "░░░░"), (0.5, "██░░"), (1, "████"), (7, "████"), (-1, "░░░░"), (.nan, "░░░░"),
        ])
    func bar(fraction: Double, text: String) {
        let grid = drawn(4, 1) {
            ProgressBar(fraction: fraction).draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(grid.text == text)
    }
}
