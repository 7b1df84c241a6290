import Foundation
import GRDB
import MeshProtocol

extension BrokerDatabase {
    /// Refuses a file that exists (`E_FILE_EXISTS`). The copy is one file, readable by its owner
    /// only, and under its name as a whole or not at all. Senders go on meanwhile.
    public func backUp(to path: String) async throws(SkeinError) {
        let result = await withCheckedContinuation { answer in
            // It takes as long as the disk does, and would hold up who shares the threads here.
            DispatchQueue.global().async { [self] in
                answer.resume(returning: Result { () throws(SkeinError) in try copy(to: path) })
            }
        }
        try result.get()
    }

    private func copy(to path: String) throws(SkeinError) {
        if StoreFile.exists(path) { throw StoreFile.taken(path) }
        try StoreFile.make(path) { temporary in
            try DatabaseFile.copy(pool, to: temporary)
        } place: { temporary throws(SkeinError) in
            try StoreFile.placeNew(temporary, at: path)
        }
    }

    /// A copy of the store at `path` into a new file, read beside whoever has the store open: it
    /// needs no lock, and holds nobody up. A damaged store is refused (`E_STORE_CORRUPT`), so that
    /// no sound copy gives way to it. Blocks for as long as the disk takes.
    public static func backUp(of path: String, to copy: String) throws(SkeinError) {
        guard StoreFile.exists(path) else {
            throw SkeinError(.arguments, "there is no store at \(path)", subject: path)
        }
        if StoreFile.exists(copy) { throw StoreFile.taken(copy) }
        try StoreFile.make(copy) { temporary in
            do {
                var configuration = Configuration()
                configuration.readonly = true
                configuration.busyMode = .timeout(5)
                let store = try DatabaseQueue(path: path, configuration: configuration)
                defer { try? store.close() }
                try DatabaseFile.copy(store, to: temporary)
                try checkCopy(temporary, of: path)
            } catch where StoreFailure.isDamage(error) {
                // The copy is new: what is damaged is what was read.
                throw StoreFailure.told(error, path: path)
            }
        } place: { temporary throws(SkeinError) in
            try StoreFile.placeNew(temporary, at: copy)
        }
    }

    private static func checkCopy(_ copy: String, of path: String) throws {
        let queue = try DatabaseQueue(path: copy)
        defer { try? queue.close() }
        let found = try queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
        guard found == "ok" else {
            throw SkeinError(
                .storeCorrupt, "the store \(path) is damaged: \(found ?? "it cannot be read")")
        }
    }

    /// Puts the store that was backed up to `source` at `path`, and answers where the one that
    /// stood there was put. What is no sound broker's store is refused (`E_STORE_CORRUPT`,
    /// `E_STORE_NEWER`), as is a store that is open (`E_STORE_IN_USE`) or, unless `replacing`, one
    /// that exists (`E_FILE_EXISTS`). Blocks for as long as the disk takes.
    @discardableResult
    public static func restore(
        from source: String, to path: String, replacing: Bool = false
    ) throws(SkeinError) -> String? {
        guard StoreFile.exists(source) else {
            throw SkeinError(.arguments, "there is no backup at \(source)", subject: source)
        }
        guard StoreFile.isFile(source) else { throw unfit(source, "it is not a file") }
        let lock = try lock(path)
        defer { withExtendedLifetime(lock) {} }
        if StoreFile.exists(path), !replacing { throw StoreFile.taken(path) }
        var aside: String?
        try StoreFile.make(path) { temporary in
            do { try fill(temporary, from: source) } catch {
                guard StoreFailure.isDamage(error) else { throw error }
                throw unfit(source, (error as? DatabaseError)?.message ?? "it is damaged")
            }
        } place: { temporary throws(SkeinError) in
            guard StoreFile.exists(path) else {
                return try StoreFile.placeNew(temporary, at: path)
            }
            fold(path)
            aside = try StoreFile.replace(path, with: temporary)
        }
        return aside
    }

    private static func fill(_ path: String, from source: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let backup = try StoreFailure.telling(source) {
            try DatabaseQueue(path: source, configuration: configuration)
        }
        defer { try? backup.close() }
        try DatabaseFile.copy(backup, to: path)
        try check(path, of: source)
    }

    private static func check(_ path: String, of source: String) throws {
        let copy = try DatabaseQueue(path: path)
        defer { try? copy.close() }
        try copy.inDatabase { db in
            let found = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? ""
            guard found == "ok" else { throw unfit(source, found) }
            if try migrator.hasBeenSuperseded(db) { throw DatabaseFile.newer(source) }
            let applied = try migrator.appliedMigrations(db)
            guard !applied.isEmpty, try ["mesh", "member"].allSatisfy({ try db.tableExists($0) })
            else {
                throw unfit(source, "it is not a broker's store")
            }
        }
    }

    private static func unfit(_ path: String, _ reason: String) -> SkeinError {
        SkeinError(
            .storeCorrupt, "\(path) cannot be restored: \(reason)",
            hint: "Take another backup", subject: path)
    }

    /// Brings what a store's log holds into the store, so that the log goes. One too damaged for
    /// that keeps it.
    private static func fold(_ path: String) {
        guard let queue = try? DatabaseQueue(path: path) else { return }
        _ = try? queue.inDatabase { try $0.checkpoint(.truncate) }
        try? queue.close()
    }
}
