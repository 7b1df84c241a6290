import Foundation
import MeshProtocol
import Synchronization

/// Says that a broker's store has one user: a lock (flock(2)) on a file beside it, which ends with
/// the process that holds it, however that ends. The store itself is not locked: closing any
/// descriptor of it would let go of SQLite's own locks.
final class StoreLock: Sendable {
    private let descriptor: Mutex<Int32>

    private init(_ descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    deinit { release() }

    /// `E_STORE_IN_USE` where another program has it. Never waits.
    static func acquire(_ store: String) throws(SkeinError) -> StoreLock {
        let path = store + ".lock"
        let fd = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard fd >= 0 else { throw StoreFailure.writing(path, errno) }
        while flock(fd, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            if number == EINTR { continue }
            close(fd)
            guard number == EWOULDBLOCK else { throw StoreFailure.writing(path, number) }
            throw SkeinError(
                .storeInUse, "the store \(store) is in use by another broker",
                hint: "Stop that broker first, or name another directory with --data")
        }
        return StoreLock(fd)
    }

    func release() {
        descriptor.withLock { fd in
            if fd >= 0 { close(fd) }
            fd = -1
        }
    }
}
