import Surface
import Testing
import Text

@testable import Widgets

@Suite("The frame of every screen")
struct FrameTests {
    static let frame = Frame(header: Header("launch"), keys: KeyLineTests.line)

    /// A screen as the launch flow has it, of everything this room offers for one.
    static func screen(_ columns: Int, _ rows: Int, _ glyphs: Glyphs = .unicode) -> Grid {
        drawn(columns, rows) { grid, _ in
            guard let body = frame.draw(into: &grid, glyphs: glyphs) else { return }
            let status = StatusRowsTests.rows
            let (top, rest) = body.splitTop(min(status.height, body.rows - 4))
            status.draw(into: &grid, in: top, glyphs: glyphs)
            let gap = rest.rows > 4 ? 1 : 0
            Picker(
                ["implementer", "reviewer", "lead", "(type another)"].map { PickerItem($0) },
                selected: 0
            ).draw(into: &grid, in: rest.splitTop(gap).rest, glyphs: glyphs)
        }
    }

    @Test("at 80x24 there is room for all of it")
    func comfortable() {
        let grid = Self.screen(80, 24)
        #expect(
            grid.text == """

                  ██  skein  launch

                  Directory  ✔  ~/src/payments
                  Account    ✔  this machine only
                  Mesh       ✔  payments   9 peers online
                  Name       ✔  dev-1
                  Role       ▸  pick one
                  Agent         claude

                  ▸ implementer
                    reviewer
                    lead
                    (type another)








                  ↑↓ choose   ⏎ take   esc back   ? help   ^C leave

                """)
    }

    @Test("at 40x12 nothing that matters is lost: title, current row, choices, the way on and out")
    func small() {
        let grid = Self.screen(40, 12)
        #expect(
            grid.text == """
                 ██ skein launch
                 Directory  ✔  ~/src/payments
                 Account    ✔  this machine only
                 Mesh       ✔  payments   9 peers onli…
                 Name       ✔  dev-1
                 Role       ▸  pick one
                 Agent         claude
                 ▸ implementer
                   reviewer
                   lead
                   (type another)
                 ↑↓ choose   ⏎ take   ^C leave
                """)
        for word in ["skein launch", "Role       ▸", "▸ implementer", "⏎ take", "^C leave"] {
            #expect(grid.text.contains(word))
        }
    }

    @Test("at 200x50 it is the same screen with more room")
    func large() {
        let grid = Self.screen(200, 50)
        #expect(grid.line(row: 1) == "  ██  skein  launch")
        #expect(grid.line(row: 48).hasSuffix("^C leave"))
        #expect(grid.text.contains("▸ implementer"))
    }

    @Test("in ASCII there is no other character", arguments: [(40, 12), (80, 24)])
    func ascii(columns: Int, rows: Int) {
        let text = Self.screen(columns, rows, .ascii).text
        #expect(text.allSatisfy { $0.isASCII })
        #expect(text.contains("## ") && text.contains("> implementer"))
    }

    @Test(
        "below 40x12 one line says so and nothing else is drawn",
        arguments: [
            (39, 12, "Skein needs 40x12; this window is 39x12"),
            (80, 11, "Skein needs 40x12; this window is 80x11"),
            (20, 5, "needs 40x12"), (5, 1, "need…"),
        ])
    func tooSmall(columns: Int, rows: Int, text: String) {
        let grid = Self.screen(columns, rows)
        #expect(grid.line(row: 0) == text)
        #expect(grid.text.filter { $0 != "\n" } == text)
    }

    @Test("a window of nothing draws nothing", arguments: [(0, 0), (0, 5), (5, 0), (1, 1)])
    func nothing(columns: Int, rows: Int) {
        #expect(Self.screen(columns, rows).text.filter { $0 != "\n" }.count <= 1)
    }

    @Test("a banner stands above the keys and takes a row of the body")
    func banner() {
        var frame = Self.frame
        frame.banner = Span("A newer skein is there", .warning)
        let grid = drawn(60, 16) { grid, _ in
            let body = frame.draw(into: &grid, glyphs: .unicode)
            #expect(body?.endRow == 14)
        }
        #expect(grid.line(row: 14) == "  A newer skein is there")
        #expect(grid.line(row: 15).hasPrefix("  ↑↓ choose"))
    }

    @Test("a long text is wrapped into its area and cut at its end")
    func paragraph() {
        let paragraph = Paragraph("Peers that travel together, and what a mesh is made of.", .muted)
        #expect(paragraph.height(columns: 20) == 3)
        let grid = drawn(20, 2) { paragraph.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.text == "Peers that travel\ntogether, and what …")
    }
}

@Suite("Rules and lines")
struct RuleTests {
    @Test("a rule has its title, says whether it has the keys, and does without its note in time")
    func rule() {
        func text(_ columns: Int, _ rule: PaneRule) -> Grid {
            drawn(columns, 1) { rule.draw(into: &$0, in: $1, glyphs: .unicode) }
        }
        let rule = PaneRule("peers", note: "3 new", isFocused: true)
        #expect(text(24, rule).text == "─ peers ──────── 3 new ─")
        #expect(text(16, rule).text == "─ peers ────────")
        #expect(text(8, rule).text == "─ pee… ─")
        #expect(text(3, rule).text == "───")
        #expect(text(24, rule).roles(row: 0).contains(.accent))
        #expect(!text(24, PaneRule("peers")).roles(row: 0).contains(.accent))
    }

    @Test("lines are scrolled no further than their end")
    func lines() {
        let lines = (0..<9).map { [Span("line \($0)")] }
        func first(_ offset: Int) -> String {
            drawn(8, 3) { Lines(lines, offset: offset).draw(into: &$0, in: $1, glyphs: .unicode) }.line(row: 0)
        }
        #expect(first(0) == "line 0" && first(4) == "line 4" && first(99) == "line 6" && first(-3) == "line 0")
        #expect(Lines(lines).limit(rows: 3) == 6 && Lines(lines).limit(rows: 30) == 0)
    }

    @Test("the body is where draw puts it", arguments: [false, true])
    func body(isDense: Bool) {
        for size in [Size(columns: 40, rows: 12), Size(columns: 80, rows: 24), Size(columns: 30, rows: 8)] {
            var grid = Grid(size)
            let drawn = Frame(header: Header("x"), keys: KeyLine([]), isDense: isDense).draw(
                into: &grid, glyphs: .unicode)
            #expect(drawn == Frame.body(of: size, isDense: isDense))
        }
    }
}
