
@testable import Surface
import TestSupport
import Testing

@Suite("The difference of two grids")
struct GridDiffTests {
    @Test("equal grids have none")
    func equal() {
        var generator = SeededGenerator(seed: 2)
        let grid = Grid.random(drawings: 20, using: &generator)
        #expect(GridDiff(from: grid, to: grid).isEmpty)
    }

    @Test("only what changed is in it")
    func minimal() {
        let old = Grid(Size(columns: 10, rows: 2))
        var new = old
        new.put("ab", at: Point(column: 3, row: 1), style: Style(.text))
        new.put("c", at: Point(column: 7, row: 1), style: Style(.text))
        let diff = GridDiff(from: old, to: new)
        #expect(diff.runs.map(\.origin) == [Point(column: 3, row: 1), Point(column: 7, row: 1)])
        #expect(diff.runs.map { $0.cells.map(\.cluster).joined() } == ["ab", "c"])
    }

    @Test("a change of style alone is a change")
    func style() {
        var old = Grid(Size(columns: 4, rows: 1))
        old.put("日", at: Point(column: 1, row: 0), style: Style(.text))
        var new = old
        new.restyle(new.bounds) { $0.emphasis.insert(.bold) }
        #expect(GridDiff(from: old, to: new).runs.count == 1)
    }

    @Test("the cursor goes with it")
    func cursor() {
        let old = Grid(Size(columns: 4, rows: 1))
        var new = old
        new.cursor = Point(column: 2, row: 0)
        let diff = GridDiff(from: old, to: new)
        #expect(diff.cursor == new.cursor)
        #expect(diff.applied(to: old) == new)
    }

    @Test("grids of two sizes differ everywhere")
    func sizes() {
        let old = Grid(Size(columns: 4, rows: 1))
        let new = Grid(Size(columns: 2, rows: 3))
        let diff = GridDiff(from: old, to: new)
        #expect(diff.isWhole)
        #expect(diff.runs.count == 3)
        #expect(diff.applied(to: old) == new)
    }

    @Test("applied to the old grid it gives the new one, and no run cuts a wide cluster")
    func applied() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<80 {
            let old = Grid.random(drawings: 20, using: &generator)
            var new = old
            new.drawRandomly(times: Int.random(in: 0...6, using: &generator), using: &generator)
            let diff = GridDiff(from: old, to: new)
            #expect(diff.applied(to: old) == new)
            for run in diff.runs {
                #expect(run.cells.first?.isContinuation == false)
                #expect(run.cells.last?.width != 2)
            }
        }
    }
}
