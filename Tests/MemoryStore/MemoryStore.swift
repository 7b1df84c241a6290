import BrokerEngine
import Mesh
import MeshProtocol
import Synchronization

/// A store in memory, the second implementation of its contract: what it holds is there as if it
/// were on a disk, and a transaction that throws leaves it as it was.
public final class MemoryStore: BrokerStore {
    private let held: Mutex<MemoryTransaction>
    private let trouble = Mutex<SkeinError?>(nil)

    /// One that holds what another held.
    public init(_ contents: MemoryContents = MemoryContents()) {
        held = Mutex(MemoryTransaction(contents))
    }

    /// While it is set every transaction ends with it, after its work.
    public var failure: SkeinError? {
        get { trouble.withLock { $0 } }
        set { trouble.withLock { $0 = newValue } }
    }

    /// What is in it now.
    public var contents: MemoryContents { held.withLock { $0.contents } }

    public func perform<Value: Sendable>(
        _ work: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws(SkeinError) -> Value {
        do {
            return try performNow(work)
        } catch {
            throw Self.told(error)
        }
    }

    /// As `perform`, for who has no time to lose.
    @discardableResult
    public func performNow<Value: Sendable>(
        _ work: @Sendable (any StoreTransaction) throws -> Value
    ) throws -> Value {
        try held.withLock { transaction in
            do {
                let value = try work(transaction)
                if let failure { throw failure }
                transaction.commit()
                return value
            } catch {
                transaction.takeBack()
                throw error
            }
        }
    }

    /// As a broker's own queue does it: all works in one transaction; where one of them throws,
    /// each in its own.
    public func perform<Work: Sendable, Answer: Sendable>(
        _ works: [Work], _ run: @Sendable (Work, any StoreTransaction) throws -> Answer,
        failed: (Work, SkeinError) -> Answer
    ) -> [Answer] {
        if let together = try? performNow({ transaction in
            try works.map { try run($0, transaction) }
        }) {
            return together
        }
        return works.map { work in
            do {
                return try performNow { try run(work, $0) }
            } catch {
                return failed(work, Self.told(error))
            }
        }
    }

    private static func told(_ error: any Error) -> SkeinError {
        error as? SkeinError ?? SkeinError(.internal, String(describing: error))
    }

    /// There is no file to copy it to.
    public func backUp(to path: String) async throws(SkeinError) {
        throw SkeinError(.internal, "a store in memory has no backup")
    }

    public func close() {}
}
