import BrokerEngine
import Foundation
import GRDB
import Home
import Mesh
import MeshProtocol
import Synchronization

/// The embedded store of a broker: SQLite in one file (protocol decision 19).
public final class BrokerDatabase: BrokerStore {
    public let path: String
    let pool: DatabasePool
    private let lock: Mutex<FileLock?>

    private init(path: String, pool: DatabasePool, lock: FileLock) {
        self.path = path
        self.pool = pool
        self.lock = Mutex(lock)
    }

    /// Pages of 4 KiB in the log before they are written back.
    private static let checkpointPages = 4000
    /// Of the one connection that writes.
    private static let cacheKiB = 16_384

    /// A damaged store is refused (`E_STORE_CORRUPT`) and left where it is: it is the only place
    /// that knows who belongs to a mesh. One that another process has open is refused
    /// (`E_STORE_IN_USE`): a broker answers from what it read at its start. Blocks for as long as
    /// the disk takes.
    public static func open(at path: String) throws(SkeinError) -> BrokerDatabase {
        let lock = try lock(path)
        let pool = try DatabaseFile.open(path: path, migrator: migrator)
        try StoreFailure.telling(path) {
            try pool.writeWithoutTransaction { db in
                // Pages are written back to the store less often, and read again less often.
                try db.execute(
                    sql: "PRAGMA wal_autocheckpoint = \(checkpointPages); "
                        + "PRAGMA cache_size = -\(cacheKiB)")
            }
        }
        return BrokerDatabase(path: path, pool: pool, lock: lock)
    }

    /// Held by whoever has the store at `path` open, or puts another in its place.
    static func lock(_ path: String) throws(SkeinError) -> FileLock {
        let place = path + ".lock"
        guard let lock = try FileLock.acquire(place) else {
            let holder = FileLock.note(at: place).flatMap { Int32($0) }
            throw SkeinError(
                .storeInUse,
                "the store \(path) is in use by "
                    + (holder.map { "process \($0)" } ?? "another process"),
                hint: "End the broker or relay that uses it, then try again")
        }
        lock.note(String(getpid()))
        return lock
    }

    /// Waits for what was asked for, then lets go of the files.
    public func close() {
        // The writer last: only it can bring the log into the store and take it away.
        pool.invalidateReadOnlyConnections()
        try? pool.close()
        lock.withLock { $0 = nil }
    }

    public func perform<Value: Sendable>(
        _ work: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws(SkeinError) -> Value {
        do {
            return try await pool.write { try Self.run(work, in: $0) }
        } catch {
            throw StoreFailure.told(error, path: path)
        }
    }

    /// As `perform`, for who may wait: it blocks for as long as the disk takes.
    public func performBlocking<Value>(
        _ work: (any StoreTransaction) throws -> Value
    ) throws(SkeinError) -> Value {
        try StoreFailure.telling(path) { try pool.write { try Self.run(work, in: $0) } }
    }

    private static func run<Value>(
        _ work: (any StoreTransaction) throws -> Value, in database: Database
    ) throws -> Value {
        let connection = StoreConnection(database)
        do {
            let transaction = BrokerTransaction(db: connection)
            let value = try work(transaction)
            try transaction.writeAuditHeads()
            // A full disk ends the transaction on the spot (SQLite, lang_transaction, section 3),
            // and a work that did not care must not be told that it was done.
            if let failure = connection.failure, !database.isInsideTransaction { throw failure }
            return value
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ABORT {
            throw connection.failure ?? error
        }
    }
}

/// One transaction of the embedded store.
struct BrokerTransaction {
    let db: StoreConnection
    let auditHeads = AuditHeads()
}
