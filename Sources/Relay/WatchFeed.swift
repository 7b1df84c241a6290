import MeshProtocol
import Synchronization

/// The events on their way to one watcher. It holds a bounded number of them: a watcher that
/// is too slow loses its place and is given everything anew.
final class WatchFeed: Sendable {
    enum Step: Equatable, Sendable {
        case event(RelayEvent)
        /// Events were dropped: ask for a snapshot.
        case behind
        case ended
    }

    static let capacity = 64

    let topics: Set<RelayTopic>
    let speaker: Asker.Speaker

    private struct State {
        var events: [RelayEvent] = []
        var isBehind = false
        var isEnded = false
        var waiter: CheckedContinuation<Step, Never>?
    }
    private let state = Mutex(State())

    init(topics: Set<RelayTopic> = [.presence], speaker: Asker.Speaker = .person) {
        self.topics = topics
        self.speaker = speaker
    }

    func wants(_ event: RelayEvent) -> Bool {
        switch event {
        case .snapshot, .changed: topics.contains(.presence)
        case .link: true
        case .mail: topics.contains(.mail)
        case .receipt: topics.contains(.receipts)
        case .state: topics.contains(.state)
        case .happened: topics.contains(.events)
        }
    }

    func push(_ event: RelayEvent) {
        let waiter = state.withLock { state -> CheckedContinuation<Step, Never>? in
            guard !state.isEnded, !state.isBehind else { return nil }
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            if state.events.count < Self.capacity {
                state.events.append(event)
            } else {
                state.events = []
                state.isBehind = true
            }
            return nil
        }
        waiter?.resume(returning: .event(event))
    }

    /// What there is to know now, in place of everything not yet taken.
    func restart(with events: [RelayEvent]) {
        state.withLock { state in
            state.events = []
            state.isBehind = false
        }
        for event in events { push(event) }
    }

    func end() {
        let waiter = state.withLock { state in
            state.isEnded = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: .ended)
    }

    /// One task at a time may wait. A cancelled one gets `ended`.
    func next() async -> Step {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in take(continuation) }
        } onCancel: {
            end()
        }
    }

    private func take(_ continuation: CheckedContinuation<Step, Never>) {
        let step = state.withLock { state -> Step? in
            if state.isEnded { return .ended }
            if state.isBehind { return .behind }
            if !state.events.isEmpty { return .event(state.events.removeFirst()) }
            state.waiter = continuation
            return nil
        }
        if let step { continuation.resume(returning: step) }
    }
}
