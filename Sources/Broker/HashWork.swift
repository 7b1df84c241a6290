import Mesh
import MeshProtocol

/// A look at a password: it takes a tenth of a second, and nothing of the registry.
struct HashWork: Sendable, Equatable {
    let number: UInt64
    let run: @Sendable () -> StoreWork.Completion

    static func == (left: HashWork, right: HashWork) -> Bool { left.number == right.number }
}

extension Registry {
    /// Looks at passwords that may wait at once. Beyond it people are asked to come back: each
    /// wants 64 MiB and a tenth of a second of a processor.
    static let hashLimit = 32

    /// Does `work` off the loop; `then` is called later. False where too much waits already.
    mutating func compute<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value,
        then: @escaping @Sendable (inout Registry, Value, Instant) -> Void
    ) -> Bool {
        guard pages.accounts.hashing < Self.hashLimit else { return false }
        pages.accounts.hashing += 1
        lastWork += 1
        effects.append(
            .hash(
                HashWork(number: lastWork) {
                    let value = work()
                    return { registry, now in
                        registry.pages.accounts.hashing -= 1
                        then(&registry, value, now)
                    }
                }))
        return true
    }
}
