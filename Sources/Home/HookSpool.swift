import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lines that hooks wrote while no relay answered. To take them in, the file is renamed and locked
/// alone: whoever wrote into it meanwhile has the lock, and whoever comes later sees that it has
/// another name (flock(2)). What was renamed and not taken in to its end is found by the next.
public struct HookSpool: Sendable {
    public enum Content: Equatable, Sendable {
        case nothing
        /// A hook writes just now.
        case busy
        /// Call `removeTaken` when they were dealt with.
        case lines([UInt8])
    }

    /// The most bytes that are read: hooks write half of it.
    static let longest = 2 << 20

    private let path: String
    private var taken: String { path + ".taken" }

    public init(path: String) { self.path = path }

    /// One system call where there is nothing, as nearly always.
    public var isThere: Bool { access(path, F_OK) == 0 }

    public func take() throws(SkeinError) -> Content {
        if access(taken, F_OK) != 0, rename(path, taken) != 0 {
            if errno == ENOENT || errno == ENOTDIR { return .nothing }
            throw SystemFailure.last.reading(path)
        }
        let fd = open(taken, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if fd < 0, errno == ENOENT { return .nothing }
        var status = stat()
        guard fd >= 0, fstat(fd, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_uid == geteuid()
        else {
            let failure = SystemFailure.last
            if fd >= 0 { close(fd) }
            // It is none of ours, or a folder: it must not stand in the way for ever.
            unlink(taken)
            throw failure.reading(taken)
        }
        defer { close(fd) }
        guard flock(fd, LOCK_EX | LOCK_NB) == 0 else { return .busy }
        return .lines(try Self.read(fd, taken))
    }

    /// False where it is still there.
    public func removeTaken() -> Bool { unlink(taken) == 0 }

    private static func read(_ fd: Int32, _ path: String) throws(SkeinError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < longest {
            let count = chunk.withUnsafeMutableBytes { systemRead(fd, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemFailure.last.reading(path) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}

private func systemRead(_ fd: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(fd, buffer, count)
}
