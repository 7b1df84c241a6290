import Surface
import Testing
import Text

@testable import Widgets

@Suite("Picker")
struct PickerTests {
    static let agents = [
        PickerItem("claude", detail: "~/.local/bin/claude", section: "Found"),
        PickerItem("codex", detail: "/usr/bin/codex", section: "Found"),
        PickerItem("gemini", disabledReason: "not on PATH", section: "Others"),
    ]

    @Test("items stand under their headings, the selected one is pointed at, reasons are said")
    func sections() {
        let grid = drawn(36, 6) {
            Picker(Self.agents, selected: 1).draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(
            grid.text == """
                Found
                  claude   ~/.local/bin/claude
                ▸ codex    /usr/bin/codex
                Others
                  gemini   not on PATH

                """)
        #expect(grid.rows(of: .selection) == [2])
        #expect((0..<36).allSatisfy { grid[$0, 2].style.role == .selection }, "the whole row")
    }

    @Test("a list longer than its room is scrolled to the selection and says where it is")
    func windowed() {
        let items = (1...40).map { PickerItem("mesh-\($0)") }
        func text(_ selected: Int, offset: Int = 0) -> String {
            drawn(20, 4) {
                Picker(items, selected: selected, offset: offset)
                    .draw(into: &$0, in: $1, glyphs: .unicode)
            }.text
        }
        #expect(text(0) == "▸ mesh-1\n  mesh-2\n  mesh-3\n  1 of 40")
        #expect(text(2) == "  mesh-1\n  mesh-2\n▸ mesh-3\n  3 of 40")
        #expect(text(3) == "  mesh-2\n  mesh-3\n▸ mesh-4\n  4 of 40")
        #expect(text(39) == "  mesh-38\n  mesh-39\n▸ mesh-40\n  40 of 40")
        #expect(text(5, offset: 5) == "▸ mesh-6\n  mesh-7\n  mesh-8\n  6 of 40", "it stays put")
    }

    @Test("the first item of a section is shown with its heading where it is scrolled to")
    func headingStays() {
        let items = (1...9).map { PickerItem("i\($0)", section: $0 < 5 ? "A" : "B") }
        let grid = drawn(10, 4) {
            Picker(items, selected: 4, offset: 9).draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(grid.text == "B\n▸ i5\n  i6\n  5 of 9")
    }

    @Test("while filtering the text stands above with the counts, and the cursor in it")
    func filtering() {
        let grid = drawn(30, 3) {
            Picker([PickerItem("payments")], selected: 0, filter: "pay", total: 12)
                .draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(grid.text == "/ pay                  1 of 12\n▸ payments\n")
        #expect(grid.cursor == Point(column: 5, row: 0))
    }

    @Test("with nothing to show it says so")
    func nothing() {
        let grid = drawn(30, 2) {
            Picker([], selected: nil, filter: "zzz", total: 3)
                .draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(grid.text == "/ zzz                   0 of 3\n  Nothing matches")
    }

    @Test("several can be marked")
    func marked() {
        let items = [PickerItem("backend", isMarked: true), PickerItem("infra", isMarked: false)]
        let grid = drawn(20, 2) {
            Picker(items, selected: 1).draw(into: &$0, in: $1, glyphs: .ascii)
        }
        #expect(grid.text == "  [x] backend\n> [ ] infra")
    }

    @Test("what a peer named itself cannot break the list")
    func hostile() {
        let items = [PickerItem("\u{1B}[2J\u{202E}日本", detail: "👨‍👩‍👧‍👦"), PickerItem("b", detail: "c")]
        let grid = drawn(20, 2) {
            Picker(items, selected: 0).draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(grid.line(row: 0) == "▸ ␛[2J日本   👨‍👩‍👧‍👦")
        #expect(grid.line(row: 1) == "  b          c")
    }

    @Test(
        "the selection moves over what cannot be picked and stops at the ends",
        arguments: [
            (1, 1, 3), (1, -1, 1), (3, -1, 1), (3, 1, 3), (3, 9, 3), (1, 99, 3), (3, -99, 1),
            (1, 0, 1),
        ])
    func moving(from: Int, steps: Int, to: Int) {
        let items = [
            PickerItem("0", disabledReason: "no"), PickerItem("1"),
            PickerItem("2", disabledReason: "no"), PickerItem("3"),
            PickerItem("4", disabledReason: "no"),
        ]
        #expect(Picker.moved(from, by: steps, in: items) == to)
        #expect(Picker.firstEnabled(in: items) == 1)
    }

    @Test(
        "a filter takes literal matches before letters in order",
        arguments: [
            ("", [0, 1, 2, 3]), ("dev", [1, 0]), ("DEV", [1, 0]), ("py", [2, 3]), ("zz", []),
            ("pp", [2]),
        ] as [(String, [Int])])
    func filter(query: String, found: [Int]) {
        let titles = ["my-dev", "dev", "paypal", "play-yard"]
        #expect(PickerFilter.matches(query, in: titles) == found)
    }
}

@Suite("The window on a long list")
struct ScrollWindowTests {
    @Test(
        "it shows the selection, moves as little as it can, and never past the end",
        arguments: [
            (0, 10, 4, 0, 0), (3, 10, 4, 0, 0), (4, 10, 4, 0, 1), (9, 10, 4, 0, 6),
            (2, 10, 4, 5, 2), (6, 10, 4, 5, 5), (5, 4, 9, 3, 0), (50, 10, 4, 0, 6),
            (-3, 10, 4, 5, 0),
            (0, 10, 0, 5, 0),
        ])
    func offset(selected: Int, count: Int, visible: Int, current: Int, offset: Int) {
        #expect(
            ScrollWindow.offset(
                selected: selected, count: count, visible: visible, current: current) == offset)
    }

    @Test("without a selection it stays where it is, within the list")
    func withoutSelection() {
        #expect(ScrollWindow.offset(selected: nil, count: 10, visible: 4, current: 3) == 3)
        #expect(ScrollWindow.offset(selected: nil, count: 10, visible: 4, current: 99) == 6)
        #expect(ScrollWindow.offset(selected: nil, count: 10, visible: 4, current: -1) == 0)
    }
}
