import Mesh
import Synchronization

/// What somebody may wait for in the relay's mail.
enum MailTopic: Hashable, Sendable {
    /// Something came into an inbox.
    case inbox(Asker.Speaker)
    /// A mesh's outbox has less to do.
    case outbox(MeshID)
    /// A message has come further.
    case message(MessageID)
}

/// Lets tasks wait until something has happened, with a limit. Nothing polls, and what happens
/// between looking and waiting is not missed.
final class MailBell: Sendable {
    private struct Ear {
        var topic: MailTopic
        var hasHeard = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private struct State {
        var ears: [Int: Ear] = [:]
        var byTopic: [MailTopic: Set<Int>] = [:]
        var last = 0
    }
    private let state = Mutex(State())

    func ring(_ topic: MailTopic) {
        let waiters = state.withLock { state in
            (state.byTopic[topic] ?? []).compactMap { Self.wake($0, in: &state) }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// What was lent from an inbox is there again, perhaps.
    func ringInboxes() { ringAll { if case .inbox = $0 { true } else { false } } }

    /// Of any message there may be news that were not told.
    func ringMessages() { ringAll { if case .message = $0 { true } else { false } } }

    private func ringAll(_ isMeant: (MailTopic) -> Bool) {
        for topic in state.withLock({ $0.byTopic.keys.filter(isMeant) }) { ring(topic) }
    }

    /// Looks now and again whenever the topic rang, until `look` answers something, the limit is
    /// over, or the task is cancelled: then nil.
    func wait<Value, Failure: Error>(
        for topic: MailTopic, until deadline: ContinuousClock.Instant,
        isolation: isolated (any Actor)? = #isolation,
        _ look: () async throws(Failure) -> Value?
    ) async throws(Failure) -> Value? {
        let ear = enter(topic)
        defer { leave(ear, topic) }
        while true {
            if let found = try await look() { return found }
            guard !Task.isCancelled, ContinuousClock.now < deadline else { return nil }
            await heard(ear, until: deadline)
        }
    }

    private func enter(_ topic: MailTopic) -> Int {
        state.withLock { state in
            state.last += 1
            state.ears[state.last] = Ear(topic: topic)
            state.byTopic[topic, default: []].insert(state.last)
            return state.last
        }
    }

    private func leave(_ ear: Int, _ topic: MailTopic) {
        state.withLock { state in
            state.ears[ear] = nil
            state.byTopic[topic]?.remove(ear)
            if state.byTopic[topic]?.isEmpty == true { state.byTopic[topic] = nil }
        }
    }

    private func heard(
        _ ear: Int, until deadline: ContinuousClock.Instant,
        isolation: isolated (any Actor)? = #isolation
    ) async {
        let limit = Task {
            try await Task.sleep(until: deadline)
            wake(ear)
        }
        defer { limit.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isDone = state.withLock { state in
                    if state.ears[ear]?.hasHeard != false || Task.isCancelled {
                        state.ears[ear]?.hasHeard = false
                        return true
                    }
                    state.ears[ear]?.waiter = waiter
                    return false
                }
                if isDone { waiter.resume() }
            }
        } onCancel: {
            wake(ear)
        }
    }

    private func wake(_ ear: Int) {
        state.withLock { Self.wake(ear, in: &$0) }?.resume()
    }

    /// Whoever waits; where nobody does yet, the next wait ends at once.
    private static func wake(_ ear: Int, in state: inout State) -> CheckedContinuation<Void, Never>? {
        guard let waiter = state.ears[ear]?.waiter else {
            state.ears[ear]?.hasHeard = true
            return nil
        }
        state.ears[ear]?.waiter = nil
        return waiter
    }
}
