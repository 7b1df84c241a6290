import Foundation
import MeshProtocol
import Synchronization

/// The events of one `watch`. It ends with an error when the relay or the connection does.
public struct RelayWatch: AsyncSequence, Sendable {
    public typealias Element = RelayEvent
    public typealias Failure = SkeinError

    let client: RelayClient
    let buffer: WatchBuffer

    public struct AsyncIterator: AsyncIteratorProtocol {
        // Keeps the connection for as long as somebody iterates.
        let client: RelayClient
        let buffer: WatchBuffer

        public mutating func next() async throws(SkeinError) -> RelayEvent? {
            try await buffer.next()
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(SkeinError) -> RelayEvent? {
            try await buffer.next()
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(client: client, buffer: buffer)
    }
}

/// Events read and not yet taken. When it is full the reading thread waits, so that the relay
/// sees a slow watcher as one.
final class WatchBuffer: Sendable {
    static let capacity = 256

    private struct State {
        var events: [RelayEvent] = []
        var waiter: CheckedContinuation<Result<RelayEvent?, SkeinError>, Never>?
        var end: Result<RelayEvent?, SkeinError>?
    }
    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)

    init() {
        for _ in 0..<Self.capacity { room.signal() }
    }

    /// Called by the reading thread alone; it may wait.
    func push(_ event: RelayEvent) {
        room.wait()
        let waiter = state.withLock { state in
            guard state.end == nil else { return Waiter?.none }
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            state.events.append(event)
            return nil
        }
        guard let waiter else { return }
        room.signal()
        waiter.resume(returning: .success(event))
    }

    private typealias Waiter = CheckedContinuation<Result<RelayEvent?, SkeinError>, Never>

    /// Nil: it ended as it should. What was read before is still handed out.
    func end(_ error: SkeinError?) {
        let end: Result<RelayEvent?, SkeinError> = error.map { .failure($0) } ?? .success(nil)
        let waiter = state.withLock { state in
            if state.end == nil { state.end = end }
            defer { state.waiter = nil }
            return state.waiter
        }
        room.signal()
        waiter?.resume(returning: end)
    }

    /// A cancelled task gets nil. One task at a time may wait.
    func next() async throws(SkeinError) -> RelayEvent? {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in take(continuation) }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: .success(nil))
        }
        return try result.get()
    }

    private func take(_ continuation: Waiter) {
        let isCancelled = Task.isCancelled
        let result = state.withLock { state -> Result<RelayEvent?, SkeinError>? in
            if !state.events.isEmpty {
                room.signal()
                return .success(state.events.removeFirst())
            }
            if let end = state.end { return end }
            if isCancelled || state.waiter != nil { return .success(nil) }
            state.waiter = continuation
            return nil
        }
        if let result { continuation.resume(returning: result) }
    }
}
