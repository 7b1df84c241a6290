import Foundation
import GRDB
import MeshProtocol

/// A broker's store as one file that can be carried away and brought back.
extension BrokerDatabase {
    /// A copy of the store at `path` into a new file, 0600, that is on the disk when this returns.
    /// It reads beside whoever uses the store, and holds nobody up. `E_ARGUMENTS` where there is
    /// no store, `E_FILE_EXISTS` where the copy's place is taken, `E_STORE_CORRUPT` where what was read is
    /// damaged. What is not whole never has the copy's name.
    public static func backUp(of path: String, to copy: String) throws(SkeinError) {
        try checkExists(path)
        guard !FileManager.default.fileExists(atPath: copy) else { throw taken(copy) }
        try write(copyOf: path, to: copy, told: path)
    }

    /// Puts the backup at `copy` where the store at `path` is, or was. Nothing is replaced unless
    /// `replacing`; what is replaced is kept beside it, under the name that is returned.
    @discardableResult
    public static func restore(
        from copy: String, to path: String, replacing: Bool
    ) throws(SkeinError) -> String? {
        try checkExists(copy)
        let lock = try StoreLock.acquire(path)
        defer { lock.release() }
        let exists = FileManager.default.fileExists(atPath: path)
        guard replacing || !exists else {
            throw SkeinError(
                .fileExists, "there is a store already at \(path)",
                hint: "Take its place with --replace; it is kept beside the new one")
        }
        let fresh = path + ".restoring"
        try? FileManager.default.removeItem(atPath: fresh)
        try write(copyOf: copy, to: fresh, told: copy)
        let aside = exists ? try DatabaseFile.moveAside(path, as: "replaced") : nil
        try move(fresh, to: path)
        return aside
    }

    private static func write(
        copyOf source: String, to copy: String, told path: String
    ) throws(SkeinError) {
        let partial = copy + ".partial"
        try? FileManager.default.removeItem(atPath: partial)
        do throws(SkeinError) {
            let fd = Foundation.open(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard fd >= 0 else { throw unwritable(copy, errno) }
            // Closed before SQLite locks it: closing would let go of that (fcntl(2)).
            Foundation.close(fd)
            try StoreFailure.telling(path) {
                var reading = GRDB.Configuration()
                reading.readonly = true
                reading.busyMode = .timeout(5)
                let from = try DatabaseQueue(path: source, configuration: reading)
                try from.read { db in
                    guard try !migrator.appliedMigrations(db).isEmpty else {
                        throw SkeinError(
                            .storeCorrupt, "\(path) is not the store of a broker")
                    }
                    if try migrator.hasBeenSuperseded(db) {
                        throw SkeinError(
                            .storeNewer,
                            "the store \(path) was written by a newer Skein than this one",
                            hint: "Update Skein")
                    }
                }
                let to = try DatabaseQueue(path: partial)
                try from.backup(to: to)
                try to.inDatabase { db in
                    // One file: no log of its own stands beside it.
                    _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
                    let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
                    guard verdict == "ok" else {
                        throw SkeinError(
                            .storeCorrupt, "the store \(path) is damaged: \(verdict ?? "unread")")
                    }
                }
                try to.close()
                try from.close()
            }
            try move(partial, to: copy)
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            throw error
        }
    }

    /// The bytes first, then the name, each on the disk.
    private static func move(_ partial: String, to path: String) throws(SkeinError) {
        try synchronize(partial)
        guard rename(partial, path) == 0 else { throw unwritable(path, errno) }
        try synchronize((path as NSString).deletingLastPathComponent)
    }

    private static func synchronize(_ path: String) throws(SkeinError) {
        let fd = Foundation.open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { throw unwritable(path, errno) }
        defer { Foundation.close(fd) }
        // A file system that cannot sync a directory says EINVAL; the file itself is there.
        guard fsync(fd) == 0 || errno == EINVAL else { throw unwritable(path, errno) }
    }

    private static func checkExists(_ path: String) throws(SkeinError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw SkeinError(
                .arguments, "there is no store at \(path)", hint: "Look at what was named")
        }
    }

    private static func taken(_ path: String) -> SkeinError {
        SkeinError(
            .fileExists, "there is something already at \(path)",
            hint: "Name a file that does not exist yet")
    }

    private static func unwritable(_ path: String, _ number: Int32) -> SkeinError {
        SkeinError(
            number == ENOSPC || number == EDQUOT ? .diskFull : .homeUnwritable,
            "\(path) cannot be written: \(StoreFailure.reason(number))",
            hint: "Name a file in a directory that can be written and has room")
    }
}
