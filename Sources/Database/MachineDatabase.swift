import Foundation
import GRDB
import Mesh
import MeshProtocol
import Synchronization

/// What this machine remembers between runs: meshes joined, answers given, launches made. It
/// holds no secret. Calls block for as long as the disk takes.
public final class MachineDatabase: Sendable {
    public let path: String

    private struct State {
        var queue: DatabaseQueue?
        var file: FileIdentity?
        var movedAside: String?
    }
    private let state: Mutex<State>

    /// A store that does not exist reads as an empty one, and the first write makes it; with
    /// `createIfMissing` it is made now. One that is damaged is moved aside, see `movedAside`.
    public static func open(
        at path: String, createIfMissing: Bool
    ) throws(SkeinError) -> MachineDatabase {
        let database = MachineDatabase(path: path)
        let isWanted = try isThere(path)
        if createIfMissing || isWanted { _ = try database.opened() }
        return database
    }

    /// Only what is not there is an empty store: another user's is one that cannot be read.
    private static func isThere(_ path: String) throws(SkeinError) -> Bool {
        if access(path, F_OK) == 0 { return true }
        guard errno != EACCES, errno != EPERM else {
            throw SkeinError(
                .forbidden, "the store \(path) belongs to another user",
                hint: "Set SKEIN_HOME to a directory of your own")
        }
        return false
    }

    private init(path: String) {
        self.path = path
        state = Mutex(State())
    }

    /// Where a damaged store was put, if one was found: to be told to the person.
    public var movedAside: String? { state.withLock { $0.movedAside } }

    /// Lets go of the files. A later call opens them again.
    public func close() {
        let queue = state.withLock { state in
            defer { state.queue = nil }
            return state.queue
        }
        try? queue?.close()
    }

    /// Nil where nothing was ever written.
    func read<Value>(_ work: (Database) throws -> Value) throws(SkeinError) -> Value? {
        let isOpen = state.withLock { $0.queue != nil }
        if !isOpen {
            guard try Self.isThere(path) else { return nil }
        }
        return try mended { queue in try queue.read(work) }
    }

    /// In one transaction.
    func write<Value>(_ work: (Database) throws -> Value) throws(SkeinError) -> Value {
        try mended { queue in try queue.write(work) }
    }

    /// Damage that shows only now is treated as damage found on opening: the store is moved
    /// aside, and the work done on a new one.
    private func mended<Value>(
        _ work: (DatabaseQueue) throws -> Value
    ) throws(SkeinError) -> Value {
        let queue = try opened()
        do { return try work(queue) } catch {
            guard StoreFailure.isDamage(error) else { throw StoreFailure.told(error, path: path) }
        }
        try moveAside(queue)
        let fresh = try opened()
        return try StoreFailure.telling(path) { try work(fresh) }
    }

    private func moveAside(_ damaged: DatabaseQueue) throws(SkeinError) {
        let failure: SkeinError? = state.withLock { state in
            // Unless another thread or process has done so already.
            guard state.queue === damaged, state.file == FileIdentity(path) else { return nil }
            do throws(SkeinError) {
                state.movedAside = try DatabaseFile.moveAside(path)
                state.queue = nil
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// The queue, opened anew if another file has taken the place of the one it was opened for:
    /// another process may have moved a damaged one aside.
    private func opened() throws(SkeinError) -> DatabaseQueue {
        let identity = FileIdentity(path)
        let found: Result<DatabaseQueue, SkeinError> = state.withLock { state in
            if let queue = state.queue, state.file == identity { return .success(queue) }
            do throws(SkeinError) {
                let opened = try DatabaseFile.openMovingAside(
                    path: path, migrator: Self.migrator)
                state.queue = opened.queue
                state.file = FileIdentity(path)
                state.movedAside = opened.movedAside ?? state.movedAside
                return .success(opened.queue)
            } catch {
                return .failure(error)
            }
        }
        return try found.get()
    }
}

/// Which file stands at a path.
private struct FileIdentity: Equatable {
    var device: UInt64
    var inode: UInt64

    init?(_ path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        device = UInt64(truncatingIfNeeded: found.st_dev)
        inode = UInt64(truncatingIfNeeded: found.st_ino)
    }
}
