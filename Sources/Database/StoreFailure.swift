import Foundation
import GRDB
import MeshProtocol

/// SQLite's failures as they are told to a person.
enum StoreFailure {
    /// Runs `work` on a store, telling what fails in it.
    static func telling<Value>(
        _ path: String, _ work: () throws -> Value
    ) throws(SkeinError) -> Value {
        do { return try work() } catch { throw told(error, path: path) }
    }

    static func isDamage(_ error: any Error) -> Bool {
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        return code == .SQLITE_CORRUPT || code == .SQLITE_NOTADB
    }

    static func told(_ error: any Error, path: String) -> SkeinError {
        if let error = error as? SkeinError { return error }
        guard let error = error as? DatabaseError else {
            return SkeinError(.internal, "the store \(path) failed: \(error)")
        }
        let reason = error.message ?? "SQLite's error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            return SkeinError(
                .diskFull, "the store \(path) cannot be written: no space left on the disk",
                hint: "Free some space, then try again")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return SkeinError(.storeCorrupt, "the store \(path) is damaged: \(reason)")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            return SkeinError(
                .homeUnwritable, "the store \(path) cannot be written: \(reason)",
                hint: "Make it writable, or set SKEIN_HOME to a directory that is")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return SkeinError(
                .storeInUse, "the store \(path) is in use by another program",
                hint: "Try again in a moment")
        // SQLite says no more than that where the index of its log (`-shm`) finds no room.
        case .SQLITE_IOERR where hasNoRoom(path): return writing(path, ENOSPC)
        default:
            return SkeinError(.internal, "the store \(path) failed: \(reason)")
        }
    }

    /// Less than one such index takes is left to this user.
    private static func hasNoRoom(_ path: String) -> Bool {
        var found = statvfs()
        guard statvfs(path, &found) == 0 else { return false }
        return UInt64(found.f_bavail) * UInt64(found.f_frsize) < 65_536
    }

    static func writing(_ path: String, _ number: Int32) -> SkeinError {
        let isFull = number == ENOSPC || number == EDQUOT
        return SkeinError(
            isFull ? .diskFull : .homeUnwritable,
            "the store \(path) cannot be written: \(reason(number))",
            hint: isFull
                ? "Free some space, then try again"
                : "Make it writable, or set SKEIN_HOME to a directory that is")
    }

    static func reason(_ number: Int32) -> String {
        let words = String(cString: strerror(number))
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}
