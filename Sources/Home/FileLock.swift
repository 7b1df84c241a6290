import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock on a file (flock(2)), held until it is released or the process ends, however it ends.
public final class FileLock: Sendable {
    public let path: String
    private let fd: Int32

    private init(path: String, fd: Int32) {
        self.path = path
        self.fd = fd
    }

    deinit { close(fd) }

    /// Nil if another process (or another descriptor of this one) holds it. Never waits.
    public static func acquire(_ path: String) throws(SkeinError) -> FileLock? {
        let fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard fd >= 0 else { throw SystemFailure.last.writing(path) }
        while flock(fd, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let failure = SystemFailure.last
            close(fd)
            if failure.number == EWOULDBLOCK { return nil }
            throw failure.writing(path)
        }
        return FileLock(path: path, fd: fd)
    }

    /// Whether the file at the path is still the one that is locked: whoever moves or removes it
    /// leaves the lock to itself.
    public var isInPlace: Bool {
        var held = stat()
        var found = stat()
        return fstat(fd, &held) == 0 && stat(path, &found) == 0 && held.st_dev == found.st_dev
            && held.st_ino == found.st_ino
    }

    /// What the holder says to whoever finds the lock taken. A hint, not a record: not synced.
    public func note(_ text: String) {
        let bytes = Array(text.utf8)
        guard ftruncate(fd, 0) == 0 else { return }
        _ = bytes.withUnsafeBytes { pwrite(fd, $0.baseAddress, $0.count, 0) }
    }

    /// What the present or last holder said.
    public static func note(at path: String) -> String? {
        guard let bytes = try? AtomicFile.read(path, limit: 4096) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
