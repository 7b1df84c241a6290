import Testing

@testable import Surface

@Suite("Rectangles")
struct GeometryTests {
    private let area = Rect(column: 2, row: 1, columns: 10, rows: 4)

    @Test(
        "splitting off a side leaves the rest, and never more than there is",
        arguments: [(-1, 0), (0, 0), (3, 3), (4, 4), (9, 4)])
    func splitting(count: Int, taken: Int) {
        let (top, rest) = area.splitTop(count)
        #expect(top.rows == taken && rest.rows == 4 - taken && rest.row == 1 + taken)
        let (above, bottom) = area.splitBottom(count)
        #expect(bottom.rows == taken && above.rows == 4 - taken)
        #expect(bottom.endRow == area.endRow)
    }

    @Test("clipping gives what two rectangles share")
    func clipping() {
        let other = Rect(column: 0, row: 0, columns: 5, rows: 3)
        #expect(area.clipped(to: other) == Rect(column: 2, row: 1, columns: 3, rows: 2))
        #expect(area.clipped(to: Rect(column: 50, row: 0, columns: 5, rows: 3)).isEmpty)
    }

    @Test("what is centred fits and stands in the middle")
    func centring() {
        let box = area.centered(Size(columns: 4, rows: 2))
        #expect(box == Rect(column: 5, row: 2, columns: 4, rows: 2))
        #expect(area.centered(Size(columns: 99, rows: 99)) == area)
    }

    @Test("a rectangle has no negative side")
    func insets() {
        #expect(area.inset(columns: 9, rows: 9).isEmpty)
    }
}
