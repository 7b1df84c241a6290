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
    /// Something waits that somebody waits for.
    private var isUrgent = false
    private var timer: Scheduled<Void>?
    private var idle: [EventLoopPromise<Void>] = []

    /// Transactions of this many at most, so that none keeps the others waiting for long.
    private static let batch = 512

    /// What work that nobody waits for may wait for company, so that it costs no wait of its own
    /// for the disk.
    private static let patience = TimeAmount.milliseconds(20)

    init(
        store: any BrokerStore, loop: any EventLoop,
        completed: @escaping ([StoreWork.Completion], Double) -> Void
    ) {
        self.store = store
        self.loop = loop
        self.completed = completed
    }

    func add(_ work: StoreWork) {
        waiting.append(work)
        if !work.isPatient { isUrgent = true }
    }

    /// Starts a transaction with what waits, unless one is under way.
    func start() {
        guard !isBusy else { return }
        guard !waiting.isEmpty else {
            for promise in idle { promise.succeed() }
            idle = []
            return
        }
        guard isUrgent || !idle.isEmpty || waiting.count >= Self.batch else { return startSoon() }
        timer?.cancel()
        timer = nil
        isBusy = true
        let works = Array(waiting.prefix(Self.batch))
        waiting.removeFirst(works.count)
        isUrgent = waiting.contains { !$0.isPatient }
        let startedAt = NIODeadline.now()
        let done = loop.makePromise(of: [StoreWork.Completion].self)
        done.completeWithTask { [store] in await Self.run(works, in: store) }
        done.futureResult.assumeIsolated().whenSuccess { [self] completions in
            isBusy = false
            completed(completions, Double((NIODeadline.now() - startedAt).nanoseconds) / 1e9)
            start()
        }
    }

    private func startSoon() {
        guard timer == nil else { return }
        timer = loop.assumeIsolated().scheduleTask(in: Self.patience) { [weak self] in
            self?.timer = nil
            self?.isUrgent = true
            self?.start()
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
