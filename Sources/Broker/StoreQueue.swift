import BrokerEngine
import MeshProtocol
import NIOCore

/// Hands work to the store: what comes while a transaction is on its way to the disk goes into the
/// next one, together, so that many senders share one wait (group commit).
final class StoreQueue {
    private let store: any BrokerStore
    private let loop: any EventLoop
    /// With the seconds their transaction took.
    private let completed: ([StoreWork.Completion], Double) -> Void
    private var waiting: [StoreWork] = []
    private var isBusy = false
    private var idle: [EventLoopPromise<Void>] = []

    /// Transactions of this many at most, so that none keeps the others waiting for long.
    private static let batch = 512

    init(
        store: any BrokerStore, loop: any EventLoop,
        completed: @escaping ([StoreWork.Completion], Double) -> Void
    ) {
        self.store = store
        self.loop = loop
        self.completed = completed
    }

    func add(_ work: StoreWork) { waiting.append(work) }

    /// Starts a transaction with what waits, unless one is under way.
    func start() {
        guard !isBusy else { return }
        guard !waiting.isEmpty else {
            for promise in idle { promise.succeed() }
            idle = []
            return
        }
        isBusy = true
        let works = Array(waiting.prefix(Self.batch))
        waiting.removeFirst(works.count)
        let startedAt = NIODeadline.now()
        let done = loop.makePromise(of: [StoreWork.Completion].self)
        done.completeWithTask { [store] in await Self.run(works, in: store) }
        done.futureResult.assumeIsolated().whenSuccess { [self] completions in
            isBusy = false
            completed(completions, Double((NIODeadline.now() - startedAt).nanoseconds) / 1e9)
            start()
        }
    }

    /// Answers when nothing waits and nothing is under way.
    func drained() -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        idle.append(promise)
        start()
        return promise.futureResult
    }

    private static func run(
        _ works: [StoreWork], in store: any BrokerStore
    ) async -> [StoreWork.Completion] {
        let together = try? await store.perform { transaction in
            try works.map { try $0.run(transaction) }
        }
        if let together { return together }
        var completions: [StoreWork.Completion] = []
        for work in works {
            do throws(SkeinError) {
                completions.append(try await store.perform { try work.run($0) })
            } catch {
                completions.append(work.failed(error))
            }
        }
        return completions
    }
}
