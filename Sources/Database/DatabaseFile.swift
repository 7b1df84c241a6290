import Foundation
import GRDB
import MeshProtocol

/// A database that was opened, and where a damaged one that stood in its place was put.
public struct OpenedDatabase: Sendable {
    public let queue: DatabaseQueue
    /// The new path of a file that could not be read; it holds all it held.
    public let movedAside: String?
}

/// Opening a store: SQLite in WAL mode, where what was acknowledged is on the disk
/// (`synchronous=FULL`), in a file only its owner can read. It knows no table.
public enum DatabaseFile {
    /// A damaged store is refused (`E_STORE_CORRUPT`) and left where it is.
    public static func open(
        path: String, migrator: DatabaseMigrator
    ) throws(SkeinError) -> DatabasePool {
        switch try attempt(path: path, migrator: migrator, connect: DatabasePool.init) {
        case .opened(let pool): return pool
        case .damaged(let reason):
            throw SkeinError(
                .storeCorrupt, "the store \(path) cannot be read: \(reason)",
                hint: "Restore it from a backup, or move it away to begin anew")
        }
    }

    /// One connection, for a store that is opened at every start: half the cost of a pool, which
    /// also writes where no log stands beside the store. A damaged store is renamed to
    /// `<name>.corrupt-<time>`, never deleted, and a new one takes its place.
    public static func openMovingAside(
        path: String, migrator: DatabaseMigrator
    ) throws(SkeinError) -> OpenedDatabase {
        let (queue, aside) = try movingAside(path: path, migrator: migrator, connect: connect)
        return OpenedDatabase(queue: queue, movedAside: aside)
    }

    /// As `openMovingAside`, for a store that is read while it is written.
    static func openPoolMovingAside(
        path: String, migrator: DatabaseMigrator
    ) throws(SkeinError) -> (pool: DatabasePool, movedAside: String?) {
        try movingAside(path: path, migrator: migrator, connect: DatabasePool.init)
    }

    private static func movingAside<Writer: DatabaseWriter>(
        path: String, migrator: DatabaseMigrator,
        connect: (String, GRDB.Configuration) throws -> Writer
    ) throws(SkeinError) -> (Writer, String?) {
        if case .opened(let writer) = try attempt(path: path, migrator: migrator, connect: connect)
        {
            return (writer, nil)
        }
        let aside = try moveAside(path)
        switch try attempt(path: path, migrator: migrator, connect: connect) {
        case .opened(let writer): return (writer, aside)
        case .damaged(let reason):
            throw SkeinError(.storeCorrupt, "a new store cannot be made at \(path): \(reason)")
        }
    }

    private static func connect(
        _ path: String, _ configuration: GRDB.Configuration
    ) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { db in
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            guard mode == "wal" else {
                throw DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "WAL is not to be had")
            }
        }
        return queue
    }

    private enum Attempt<Writer> {
        case opened(Writer)
        case damaged(String)
    }

    private static func attempt<Writer: DatabaseWriter>(
        path: String, migrator: DatabaseMigrator,
        connect: (String, GRDB.Configuration) throws -> Writer
    ) throws(SkeinError) -> Attempt<Writer> {
        if let reason = try prepareFile(path) { return .damaged(reason) }
        // Two processes may make or migrate one store at the same moment: the later one finds
        // it locked, or the work done, and looks again.
        var failure: any Error = DatabaseError(resultCode: .SQLITE_BUSY)
        for round in 0..<20 {
            if round > 0 { usleep(useconds_t(5000 * round)) }
            do {
                return .opened(try openOnce(path: path, migrator: migrator, connect: connect))
            } catch let error as SkeinError {
                throw error
            } catch {
                failure = error
                guard let error = error as? DatabaseError else { break }
                if StoreFailure.isDamage(error) { return .damaged(error.message ?? "damaged") }
                let passing: [ResultCode] = [
                    .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_ERROR, .SQLITE_CONSTRAINT,
                ]
                guard passing.contains(error.resultCode) else { break }
            }
        }
        throw StoreFailure.told(failure, path: path)
    }

    private static func openOnce<Writer: DatabaseWriter>(
        path: String, migrator: DatabaseMigrator,
        connect: (String, GRDB.Configuration) throws -> Writer
    ) throws -> Writer {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(5)
        configuration.label = (path as NSString).lastPathComponent
        let writer = try connect(path, configuration)
        let done = try writer.writeWithoutTransaction { db in
            // After WAL mode was set up, which sets it to NORMAL in a pool.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            if try migrator.hasBeenSuperseded(db) { throw newer(path) }
            return try migrator.hasCompletedMigrations(db)
        }
        if !done {
            try backUp(writer, path: path, migrator: migrator)
            try migrator.migrate(writer)
        }
        return writer
    }

    /// Before a store with something in it is changed for a newer program, a copy is kept.
    private static func backUp(
        _ writer: any DatabaseWriter, path: String, migrator: DatabaseMigrator
    ) throws {
        guard let last = try writer.read({ try migrator.appliedMigrations($0).last }) else { return }
        let place = path + ".before-" + last
        if StoreFile.exists(place) { return }
        try StoreFile.make(place) { temporary in
            try copy(writer, to: temporary)
        } place: { temporary throws(SkeinError) in
            do throws(SkeinError) { try StoreFile.placeNew(temporary, at: place) } catch {
                // Another process has kept one at the same moment.
                if error.code != .fileExists { throw error }
            }
        }
    }

    /// Copies all of a store, which may be in use, into the empty file at `path`.
    static func copy(_ source: any DatabaseReader, to path: String) throws {
        let copy = try DatabaseQueue(path: path)
        try source.backup(to: copy)
        // Without a log it is one file, which can be read where nothing can be written.
        try copy.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        try copy.close()
    }

    static func newer(_ path: String) -> SkeinError {
        SkeinError(
            .storeNewer, "the store \(path) was written by a newer Skein than this one",
            hint: "Update Skein")
    }

    /// Makes the file 0600 where there is none, before SQLite could with another mode. Answers
    /// why it cannot be read, if it cannot. One that exists is not opened: closing it would let
    /// go of SQLite's locks on it in this process (fcntl(2), advisory record locking).
    private static func prepareFile(_ path: String) throws(SkeinError) -> String? {
        var found = stat()
        if stat(path, &found) != 0 {
            guard errno == ENOENT else { throw StoreFailure.writing(path, errno) }
            let fd = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if fd >= 0 {
                close(fd)
            } else if errno != EEXIST {
                throw StoreFailure.writing(path, errno)
            }
            return nil
        }
        guard found.st_mode & S_IFMT == S_IFREG else { return "it is not a file" }
        if access(path, R_OK | W_OK) != 0 {
            if errno == EROFS { throw StoreFailure.writing(path, errno) }
            return StoreFailure.reason(errno)
        }
        if found.st_mode & 0o077 != 0, chmod(path, 0o600) != 0 {
            throw StoreFailure.writing(path, errno)
        }
        return nil
    }

    /// Answers the new path.
    static func moveAside(_ path: String) throws(SkeinError) -> String {
        let aside = freeName(path + ".corrupt-")
        guard rename(path, aside) == 0 else { throw StoreFailure.writing(path, errno) }
        // What the log holds belongs to the store it was written for.
        for suffix in ["-wal", "-shm"] { rename(path + suffix, aside + suffix) }
        return aside
    }

    /// `start` and the time, such that no file has that name.
    static func freeName(_ start: String) -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
        let stamp =
            String(parts.tm_year + 1900) + two(parts.tm_mon + 1) + two(parts.tm_mday) + "T"
            + two(parts.tm_hour) + two(parts.tm_min) + two(parts.tm_sec) + "Z"
        var name = start + stamp
        var number = 2
        while access(name, F_OK) == 0 {
            name = start + stamp + "-" + String(number)
            number += 1
        }
        return name
    }
}
