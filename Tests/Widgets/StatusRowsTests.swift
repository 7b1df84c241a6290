import Surface
import Testing
import Text

@testable import Widgets

@Suite("Status rows")
struct StatusRowsTests {
    static let rows = StatusRows([
        StatusRow("Directory", .done, value: "~/src/payments"),
        StatusRow("Account", .done, value: "this machine only"),
        StatusRow("Mesh", .done, value: "payments", note: "9 peers online"),
        StatusRow("Name", .done, value: "dev-1"),
        StatusRow("Role", .current, value: "pick one"),
        StatusRow("Agent", .pending, value: "claude"),
    ])

    @Test("what is settled is ticked, the current one is pointed at, the values are aligned")
    func all() {
        let grid = drawn(50, 6) { Self.rows.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(
            grid.text == """
                Directory  ✔  ~/src/payments
                Account    ✔  this machine only
                Mesh       ✔  payments   9 peers online
                Name       ✔  dev-1
                Role       ▸  pick one
                Agent         claude
                """)
        #expect(grid.rows(of: .success) == [0, 1, 2, 3])
        #expect(grid.rows(of: .accent) == [4])
    }

    @Test("in ASCII the signs are + and >")
    func ascii() {
        let grid = drawn(50, 6) { Self.rows.draw(into: &$0, in: $1, glyphs: .ascii) }
        #expect(grid.line(row: 0) == "Directory  +  ~/src/payments")
        #expect(grid.line(row: 4) == "Role       >  pick one")
        #expect(grid.text.allSatisfy { $0.isASCII })
    }

    @Test("where there are too few rows the current one stays and the settled are counted")
    func short() {
        let grid = drawn(50, 3) { Self.rows.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(
            grid.text == """
                ✔ 4 of 6  ▸ Role
                Name       ✔  dev-1
                Role       ▸  pick one
                """)
        let one = drawn(50, 1) { Self.rows.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(one.text == "✔ 4 of 6  ▸ Role")
    }

    @Test("where there are too few columns values are cut, never the signs")
    func narrow() {
        let grid = drawn(20, 6) { Self.rows.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.line(row: 0) == "Direc…  ✔  ~/src/pa…")
        #expect(grid.line(row: 4) == "Role    ▸  pick one")
    }

    @Test("a failed row has a sign of its own")
    func failed() {
        let rows = StatusRows([StatusRow("Mesh", .failed, value: "nope", note: "not joined")])
        let grid = drawn(40, 1) { rows.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.text == "Mesh  ✘  nope   not joined")
        #expect(grid.rows(of: .danger) == [0])
    }
}
