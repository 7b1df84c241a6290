#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where lines wait for a relay. Whoever writes shares the file's lock (flock(2)) and writes only
/// into the file that has the name then; the relay renames it, takes the lock alone, and reads. So
/// no line is written into a file that was read already.
enum HookSpool {
    /// What is full begins anew: the newest events say what an agent does, the oldest are lost,
    /// and the first line says how many bytes of them.
    static let longest = 1 << 20

    /// False where the line could not be kept.
    @discardableResult
    static func append(_ line: [UInt8], to path: String) -> Bool {
        // Twice: a relay may take the file in between opening and locking it.
        for _ in 0..<2 {
            let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
            let fd = open(path, flags, 0o600)
            guard fd >= 0 else { return false }
            defer { close(fd) }
            guard flock(fd, LOCK_SH) == 0 else { return false }
            var status = stat()
            guard fstat(fd, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                status.st_uid == geteuid()
            else { return false }
            guard hasName(path, status) else { continue }
            guard Int(status.st_size) + line.count <= longest else {
                return beginAnew(fd, path, with: line)
            }
            return write(line, to: fd)
        }
        return false
    }

    private static func beginAnew(_ fd: Int32, _ path: String, with line: [UInt8]) -> Bool {
        // Whoever else writes just now has begun it anew, or will.
        guard line.count < longest, flock(fd, LOCK_EX | LOCK_NB) == 0 else { return false }
        var status = stat()
        guard fstat(fd, &status) == 0, hasName(path, status) else { return false }
        let lost = Int(status.st_size)
        guard lost + line.count > longest else { return write(line, to: fd) }
        guard ftruncate(fd, 0) == 0 else { return false }
        return write(Array("{\"lost\":\(lost)}\n".utf8) + line, to: fd)
    }

    private static func write(_ bytes: [UInt8], to fd: Int32) -> Bool {
        bytes.withUnsafeBytes { systemWrite(fd, $0.baseAddress, $0.count) } == bytes.count
    }

    private static func hasName(_ path: String, _ status: stat) -> Bool {
        var named = stat()
        return lstat(path, &named) == 0 && named.st_ino == status.st_ino
            && named.st_dev == status.st_dev
    }
}
