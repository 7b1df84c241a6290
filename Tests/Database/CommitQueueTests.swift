import Dispatch
import Synchronization
import Testing

@testable import Database

@Suite("Works for one writer")
struct CommitQueueTests {
    private final class Batches: Sendable {
        let gate = DispatchSemaphore(value: 0)
        private let held = Mutex<[[Int]]>([])
        var all: [[Int]] { held.withLock { $0 } }

        func run(_ works: [Int]) {
            // The first is held up.
            if works.first == 0 { gate.wait() }
            held.withLock { $0.append(works) }
        }
    }

    @Test("what comes while a transaction is under way goes into the next, in its order")
    func together() {
        let batches = Batches()
        let queue = CommitQueue<Int>(label: "test") { batches.run($0) }
        queue.add(0)
        // The first may or may not have been taken up: it is alone in either case, or begins all.
        for work in 1...600 { queue.add(work) }
        batches.gate.signal()
        queue.finish {}
        #expect(batches.all.flatMap(\.self) == Array(0...600))
        #expect(batches.all.count <= 3)
        #expect(batches.all.allSatisfy { $0.count <= 512 })
        queue.add(601)
        queue.finish {}
        #expect(batches.all.last == [601])
    }
}
