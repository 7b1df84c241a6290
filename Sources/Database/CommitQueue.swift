import Dispatch
import Synchronization

/// Works for one writer: those that come while a transaction is on its way to the disk go into
/// the next one, together, so that they share one wait (group commit). They run on a thread of
/// the queue's own, in the order in which they came.
final class CommitQueue<Work: Sendable>: Sendable {
    private struct State {
        var waiting: [Work] = []
        var isRunning = false
    }

    private let state = Mutex(State())
    private let queue: DispatchQueue
    private let run: @Sendable ([Work]) -> Void

    /// Transactions of this many at most, so that none keeps the others waiting for long.
    private static var batch: Int { 512 }

    /// `run` blocks until all of its works are done.
    init(label: String, run: @escaping @Sendable ([Work]) -> Void) {
        queue = DispatchQueue(label: label)
        self.run = run
    }

    func add(_ work: Work) {
        let starts = state.withLock { state in
            state.waiting.append(work)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { queue.async { [self] in drain() } }
    }

    /// Runs `work` when what was added before is done, and blocks until then.
    func finish(_ work: () -> Void) {
        queue.sync(execute: work)
    }

    private func drain() {
        while true {
            let works = state.withLock { state in
                let works = Array(state.waiting.prefix(Self.batch))
                state.waiting.removeFirst(works.count)
                if works.isEmpty { state.isRunning = false }
                return works
            }
            if works.isEmpty { return }
            run(works)
        }
    }
}
