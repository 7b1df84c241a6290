import BrokerEngine
import GRDB
import Mesh
import MeshProtocol

/// The embedded store of a broker: SQLite in one file (protocol decision 19).
public final class BrokerDatabase: BrokerStore {
    public let path: String
    private let pool: DatabasePool
    private let lock: StoreLock

    private init(path: String, pool: DatabasePool, lock: StoreLock) {
        self.path = path
        self.pool = pool
        self.lock = lock
    }

    /// A damaged store is refused (`E_STORE_CORRUPT`) and left where it is: it is the only place
    /// that knows who belongs to a mesh. `E_STORE_IN_USE` where another has it. Blocks for as long as the disk takes.
    public static func open(at path: String) throws(SkeinError) -> BrokerDatabase {
        let lock = try StoreLock.acquire(path)
        return BrokerDatabase(
            path: path, pool: try DatabaseFile.open(path: path, migrator: migrator), lock: lock)
    }

    public func close() {
        try? pool.close()
        lock.release()
    }

    public func perform<Value: Sendable>(
        _ work: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws(SkeinError) -> Value {
        do {
            return try await pool.write { try work(BrokerTransaction(db: $0)) }
        } catch {
            throw StoreFailure.told(error, path: path)
        }
    }

    /// As `perform`, for who may wait: it blocks for as long as the disk takes.
    public func performBlocking<Value>(
        _ work: (any StoreTransaction) throws -> Value
    ) throws(SkeinError) -> Value {
        try StoreFailure.telling(path) {
            try pool.write { try work(BrokerTransaction(db: $0)) }
        }
    }

    public func backUp(to path: String) async throws(SkeinError) {
        try Self.backUp(of: self.path, to: path)
    }
}

/// One transaction of the embedded store.
struct BrokerTransaction {
    let db: Database
}
