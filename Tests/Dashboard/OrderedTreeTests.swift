import TestSupport
import Testing

@testable import Dashboard

@Suite("Ordered tree")
struct OrderedTreeTests {
    @Test("after any insertions and removals it is as a sorted array", arguments: 0..<20 as Range<UInt64>)
    func anything(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var kept = (0..<Int.random(in: 0...300, using: &generator)).map { $0 * 2 }
        var tree = OrderedTree(sorted: kept)
        for _ in 0..<600 {
            let number = Int.random(in: -5...700, using: &generator)
            let place = kept.firstIndex { $0 >= number } ?? kept.count
            #expect(tree.place(of: number, by: <) == place)
            if place < kept.count, kept[place] == number {
                kept.remove(at: place)
                tree.remove(number, by: <)
            } else if Bool.random(using: &generator) {
                kept.insert(number, at: place)
                tree.insert(number, by: <)
            } else {
                tree.remove(number, by: <)
            }
            #expect(tree.count == kept.count)
        }
        #expect(tree.elements(-3..<1000) == kept)
        #expect(kept.indices.allSatisfy { tree[$0] == kept[$0] })
    }

    @Test("places are found by few comparisons, in whatever order the elements came")
    func balance() {
        for numbers in [Array(0..<10_000), (0..<10_000).reversed()] {
            var tree = OrderedTree<Int>()
            for number in numbers { tree.insert(number, by: <) }
            var asked = 0
            for number in stride(from: 0, to: 10_000, by: 7) {
                _ = tree.place(of: number) { one, other in
                    asked += 1
                    return one < other
                }
            }
            #expect(asked / 1429 < 40, "\(asked / 1429) comparisons each")
        }
    }

    @Test("room of what was removed is used again")
    func reuse() {
        var tree = OrderedTree(sorted: 0..<100)
        for round in 0..<50 {
            tree.remove(round, by: <)
            tree.insert(round + 1000, by: <)
        }
        #expect(tree.count == 100)
        #expect(tree[99] == 1049)
        let copy = tree
        tree.remove(1049, by: <)
        #expect(copy.count == 100, "a value")
    }
}
