import NIOCore
import NIOPosix

/// Looks at passwords, a few at once, on threads nobody's frames wait for.
final class HashQueue {
    /// Each holds 64 MiB while it runs.
    private static let width = 2

    private let loop: any EventLoop
    private let completed: (@escaping StoreWork.Completion) -> Void
    private var waiting: [HashWork] = []
    private var running = 0

    init(loop: any EventLoop, completed: @escaping (@escaping StoreWork.Completion) -> Void) {
        self.loop = loop
        self.completed = completed
    }

    func add(_ work: HashWork) {
        waiting.append(work)
        start()
    }

    private func start() {
        while running < Self.width, !waiting.isEmpty {
            let work = waiting.removeFirst()
            running += 1
            let done = NIOThreadPool.singleton.runIfActive(eventLoop: loop) { work.run() }
            done.assumeIsolated().whenComplete { [self] result in
                running -= 1
                // It fails only where the process ends.
                if case .success(let completion) = result { completed(completion) }
                start()
            }
        }
    }
}
