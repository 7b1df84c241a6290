import Foundation
import GRDB
import MeshProtocol
import Synchronization

/// The file of the mail store, and the transactions on it.
final class MailFile: Sendable {
    let path: String
    private let migrator: DatabaseMigrator
    private let opened: Mutex<Opened>

    private struct Opened {
        var pool: DatabasePool
        var movedAside: String?
    }

    init(path: String, migrator: DatabaseMigrator) throws(SkeinError) {
        self.path = path
        self.migrator = migrator
        let (pool, aside) = try DatabaseFile.openPoolMovingAside(path: path, migrator: migrator)
        opened = Mutex(Opened(pool: pool, movedAside: aside))
    }

    var movedAside: String? { opened.withLock { $0.movedAside } }
    var pool: DatabasePool { opened.withLock { $0.pool } }

    func close() throws {
        let pool = pool
        // The writer last: only it can bring the log into the store and take it away.
        pool.invalidateReadOnlyConnections()
        try pool.close()
    }

    /// Blocks until all of them are done and told.
    func commit(_ works: [MailWork]) {
        var outcomes: [SkeinError?]
        do throws(SkeinError) {
            outcomes = try together(works)
        } catch {
            outcomes = [error]
            // One that is too much for the disk need not fail all.
            if works.count > 1 { outcomes = works.map(alone) }
        }
        for (work, failure) in zip(works, outcomes) { work.settle(failure) }
    }

    private func alone(_ work: MailWork) -> SkeinError? {
        do throws(SkeinError) { return try together([work])[0] } catch { return error }
    }

    /// Throws where nothing of it was done.
    private func together(_ works: [MailWork]) throws(SkeinError) -> [SkeinError?] {
        do {
            return try transact(works)
        } catch {
            guard StoreFailure.isDamage(error) else { throw StoreFailure.told(error, path: path) }
        }
        try begin()
        return try StoreFailure.telling(path) { try transact(works) }
    }

    /// Damage that shows only now is treated as damage found on opening. The damaged store is
    /// closed first: SQLite takes away a log by its name, which is to be another's.
    private func begin() throws(SkeinError) {
        try StoreFailure.telling(path) { try close() }
        let aside = try DatabaseFile.moveAside(path)
        let fresh = try DatabaseFile.openPoolMovingAside(path: path, migrator: migrator)
        opened.withLock { $0 = Opened(pool: fresh.pool, movedAside: aside) }
    }

    private func transact(_ works: [MailWork]) throws -> [SkeinError?] {
        let waits = works.contains { $0.waitsForDisk }
        do {
            return try pool.writeWithoutTransaction { db in
                // Nobody waits for the disk: what is written goes there with the next that does, in
                // its order (SQLite, PRAGMA synchronous, in WAL mode).
                if !waits { try db.execute(sql: "PRAGMA synchronous = NORMAL") }
                defer { if !waits { try? db.execute(sql: "PRAGMA synchronous = FULL") } }
                do {
                    try db.beginTransaction(.immediate)
                    let outcomes = try works.map { try run($0, in: db) }
                    try db.commit()
                    return outcomes
                } catch {
                    if db.isInsideTransaction { try? db.rollback() }
                    throw error
                }
            }
        } catch {
            for work in works { work.undo() }
            throw error
        }
    }

    /// Answers why the work failed, if it alone did. Throws where all are undone.
    private func run(_ work: MailWork, in db: Database) throws -> SkeinError? {
        let connection = StoreConnection(db)
        try db.cachedStatement(sql: "SAVEPOINT work").execute()
        do {
            try work.run(connection)
            // A full disk may end the transaction on the spot (SQLite, lang_transaction, section
            // 3), and a work that did not care must not be told that it was done.
            if let failure = connection.failure { throw failure }
        } catch {
            let failure = connection.failure ?? error
            if StoreFailure.isDamage(failure) || !db.isInsideTransaction { throw failure }
            try db.cachedStatement(sql: "ROLLBACK TO work").execute()
            try db.cachedStatement(sql: "RELEASE work").execute()
            work.undo()
            return StoreFailure.told(failure, path: path)
        }
        try db.cachedStatement(sql: "RELEASE work").execute()
        return nil
    }
}

/// What is to be done in a transaction, and how that is told.
struct MailWork: Sendable {
    /// Told when it is on the disk; else when every process here sees it, which a machine that
    /// fails at that moment may lose.
    var waitsForDisk = true
    var run: @Sendable (StoreConnection) throws -> Void
    var undo: @Sendable () -> Void
    var settle: @Sendable (SkeinError?) -> Void
}

extension MailWork {
    init<Value: Sendable>(
        waitsForDisk: Bool, _ work: @escaping @Sendable (StoreConnection) throws -> Value,
        undo: @escaping @Sendable () -> Void,
        answer: @escaping @Sendable (Result<Value, SkeinError>) -> Void
    ) {
        let slot = Slot<Value>()
        self.waitsForDisk = waitsForDisk
        run = { slot.value = try work($0) }
        self.undo = undo
        settle = { failure in
            if let failure { return answer(.failure(failure)) }
            let undone = SkeinError(.internal, "a work on the mail store was not done")
            answer(slot.value.map { .success($0) } ?? .failure(undone))
        }
    }

    private final class Slot<Value: Sendable>: Sendable {
        private let held = Mutex<Value?>(nil)

        var value: Value? {
            get { held.withLock { $0 } }
            set { held.withLock { $0 = newValue } }
        }
    }
}
