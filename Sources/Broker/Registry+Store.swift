import BrokerEngine
import MeshProtocol

/// Something to be done in the store, and what follows. Several run in one transaction; one that
/// throws is run again alone, so it may have been run before without a trace.
struct StoreWork: Sendable {
    /// What is done to the registry with the answer.
    typealias Completion = @Sendable (inout Registry, Instant) -> Void

    let number: UInt64
    /// Nobody waits for it: it is done with what comes next, or a moment later.
    let isPatient: Bool
    let run: @Sendable (any StoreTransaction) throws -> Completion
    let failed: @Sendable (SkeinError) -> Completion
}

extension StoreWork: Equatable {
    static func == (left: StoreWork, right: StoreWork) -> Bool { left.number == right.number }
}

extension Registry {
    /// Asks the store; `then` is called later, when what was written is on the disk. The sessions
    /// and sockets it knew may be gone by then.
    mutating func ask<Value: Sendable>(
        isPatient: Bool = false,
        _ work: @escaping @Sendable (any StoreTransaction) throws -> Value,
        then: @escaping @Sendable (inout Registry, Result<Value, SkeinError>, Instant) -> Void
    ) {
        lastWork += 1
        effects.append(
            .store(
                StoreWork(
                    number: lastWork, isPatient: isPatient,
                    run: { transaction in
                        let value = try work(transaction)
                        return { then(&$0, .success(value), $1) }
                    },
                    failed: { error in { then(&$0, .failure(error), $1) } })))
    }

    /// The store has answered.
    mutating func complete(_ completions: [StoreWork.Completion], at now: Instant) -> [Effect] {
        notice(now)
        for completion in completions { completion(&self, now) }
        return take(at: now)
    }
}
