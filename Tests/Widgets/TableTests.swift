import Surface
import Testing
import Text

@testable import Widgets

@Suite("Table")
struct TableTests {
    static let columns = [
        TableColumn("", .fixed(1)), TableColumn("peer", .flexible(minimum: 6, weight: 2)),
        TableColumn("status", .fixed(7)), TableColumn("age", .fixed(3), flush: .trailing),
        TableColumn("role", .flexible(minimum: 6), priority: 1),
        TableColumn("mesh", .flexible(minimum: 6), priority: 2),
    ]

    static func table(_ count: Int, selected: Int? = nil, sortedBy: Int? = 1) -> Table {
        Table(
            columns: columns, count: count, selected: selected, sortedBy: sortedBy,
            emptyText: "No peers"
        ) { index in
            [
                Span("●", .statusWorking), Span("dev-\(index)"), Span("working"), Span("2m"),
                Span("reviewer", .muted), Span("payments"),
            ]
        }
    }

    @Test("rows stand under their titles, the order is marked, the selected row shows")
    func wide() {
        let grid = drawn(48, 4) {
            Self.table(2, selected: 1).draw(into: &$0, in: $1, glyphs: .unicode)
        }
        #expect(
            grid.text == """
                   peer↑       status   age  role      mesh
                ●  dev-0       working   2m  reviewer  payments
                ●  dev-1       working   2m  reviewer  payments

                """)
        #expect(grid.rows(of: .selection) == [2])
    }

    @Test("in a narrow window the dispensable columns go, the last in rank first")
    func narrow() {
        func titles(_ columns: Int) -> String {
            drawn(columns, 1) { Self.table(1).draw(into: &$0, in: $1, glyphs: .ascii) }.text
        }
        #expect(titles(40).contains("mesh"))
        #expect(!titles(36).contains("mesh"))
        #expect(titles(36).contains("role"))
        #expect(!titles(28).contains("role"))
        #expect(titles(28).contains("peer^"))
        #expect(titles(28).contains("age"))
    }

    @Test("the widths and gaps fill the room, and what may not go is cut from the right")
    func widths() {
        for columns in 29...200 {
            let widths = Table.widths(Self.columns, columns: columns).compactMap { $0 }
            #expect(widths.reduce(0, +) + 2 * (widths.count - 1) == columns)
        }
        for columns in 0..<29 {
            let widths = Table.widths(Self.columns, columns: columns).compactMap { $0 }
            #expect(widths.reduce(0, +) <= columns)
        }
    }

    @Test("of ten thousand rows only those in sight are asked for")
    func lazy() {
        final class Asked: @unchecked Sendable { var rows: [Int] = [] }
        let asked = Asked()
        var table = Self.table(10_000, selected: 5000)
        let row = table.row
        table.row = {
            asked.rows.append($0)
            return row($0)
        }
        let grid = drawn(60, 11) { table.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(asked.rows == Array(4991...5000))
        #expect(grid.line(row: 10).contains("dev-5000"))
    }

    @Test("a place on the screen is a row, but not the titles nor what is below the last")
    func places() {
        let area = Rect(column: 0, row: 2, columns: 40, rows: 5)
        let table = Self.table(3)
        #expect(table.index(at: Point(column: 3, row: 2), in: area) == nil)
        #expect(table.index(at: Point(column: 3, row: 3), in: area) == 0)
        #expect(table.index(at: Point(column: 3, row: 5), in: area) == 2)
        #expect(table.index(at: Point(column: 3, row: 6), in: area) == nil)
        #expect(table.index(at: Point(column: 99, row: 3), in: area) == nil)
        let long = Self.table(100, selected: 50)
        #expect(long.index(at: Point(column: 0, row: 6), in: area) == 50)
    }

    @Test("with no rows it says so")
    func empty() {
        let grid = drawn(40, 2) { Self.table(0).draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.line(row: 1) == "No peers")
    }

    @Test("a wide name does not push the columns after it")
    func wideNames() {
        var table = Self.table(2, sortedBy: nil)
        table.row = { [Span("●"), Span($0 == 0 ? "日本語日本語" : "abc"), Span("idle"), Span("1h")] }
        let grid = drawn(28, 3) { table.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.line(row: 1) == "●  日本語日本…  idle      1h")
        #expect(grid.line(row: 2) == "●  abc          idle      1h")
    }

    @Test("columns are as wide as their content where there is room, the most important first")
    func content() {
        let columns = [
            TableColumn("a", .content(minimum: 6, widest: 20)), TableColumn("b", .fixed(3)),
            TableColumn("c", .content(minimum: 8, widest: 4), priority: 1),
            TableColumn("d", .content(minimum: 6, widest: 10), priority: 2),
        ]
        #expect(Table.widths(columns, columns: 60) == [20, 3, 4, 10])
        #expect(Table.widths(columns, columns: 33) == [14, 3, 4, 6])
        #expect(Table.widths(columns, columns: 25) == [6, 3, 4, 6])
        #expect(Table.widths(columns, columns: 20) == [9, 3, 4, nil])
        #expect(Table.widths(columns, columns: 12) == [7, 3, nil, nil])
    }

    @Test("a place on the titles is a column, and the gaps are none")
    func titles() {
        let area = Rect(column: 4, row: 2, columns: 48, rows: 5)
        let table = Self.table(3)
        let places = (0..<56).map { table.column(at: Point(column: $0, row: 2), in: area) }
        #expect(places[4] == 0 && places[5] == nil && places[7] == 1)
        #expect(places.compactMap { $0 }.max() == 5)
        #expect(table.column(at: Point(column: 4, row: 3), in: area) == nil)
    }

    @Test("a heading goes across the columns")
    func headings() {
        var table = Self.table(2, selected: 0, sortedBy: nil)
        table.heading = { $0 == 0 ? [Span("@backend", .title), Span(" and what follows it")] : nil }
        let grid = drawn(28, 3) { table.draw(into: &$0, in: $1, glyphs: .unicode) }
        #expect(grid.line(row: 1) == "@backend and what follows it")
        #expect(grid.line(row: 2).hasPrefix("●  dev-1"))
        #expect(grid.rows(of: .selection) == [1])
    }
}
