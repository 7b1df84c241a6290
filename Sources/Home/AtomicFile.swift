import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files that hold their old bytes or their new ones, whatever happens in between.
public enum AtomicFile {
    /// Writes to a file of its own beside `path`, made with `mode`, brings it to the disk, and
    /// renames it into place. Unless `replacing`, a file that stands there is left
    /// (`E_FILE_EXISTS`).
    public static func write(
        _ bytes: [UInt8], to path: String, mode: UInt16 = 0o600, replacing: Bool = true
    ) throws(SkeinError) {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { String(path[..<$0]) } ?? "."
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        let temporary = "\(directory)/.\(name).\(getpid()).\(UInt32.random(in: 0 ... .max))"
        let fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
        guard fd >= 0 else { throw SystemFailure.last.writing(path) }
        do throws(SystemFailure) {
            do throws(SystemFailure) {
                try writeAll(bytes, to: fd)
                // The mode is what was asked for, whatever the umask.
                try check(fchmod(fd, mode_t(mode)))
                try check(fsync(fd))
            } catch {
                close(fd)
                throw error
            }
            try check(close(fd))
            if replacing {
                try check(rename(temporary, path))
            } else {
                try check(link(temporary, path))
                unlink(temporary)
            }
        } catch {
            unlink(temporary)
            if !replacing, error.number == EEXIST {
                throw SkeinError(
                    .fileExists, "\(path) exists already", hint: "Name another file",
                    subject: path)
            }
            throw error.writing(path)
        }
        synchronize(directory)
    }

    /// Nil where there is no such file. A file longer than `limit` bytes is refused.
    public static func read(_ path: String, limit: Int) throws(SkeinError) -> [UInt8]? {
        let fd = open(path, O_RDONLY | O_CLOEXEC)
        if fd < 0 {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SystemFailure.last.reading(path)
        }
        defer { close(fd) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = chunk.withUnsafeMutableBytes { systemRead(fd, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemFailure.last.reading(path) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw SkeinError(.homeUnwritable, "\(path) is longer than \(limit) bytes")
            }
        }
    }

    private static func check(_ result: Int32) throws(SystemFailure) {
        if result != 0 { throw SystemFailure.last }
    }

    private static func writeAll(_ bytes: [UInt8], to fd: Int32) throws(SystemFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                systemWrite(fd, $0.baseAddress?.advanced(by: sent), $0.count - sent)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemFailure.last }
            sent += count
        }
    }

    /// So that the new name outlives a power cut. Not every file system can; none loses the file.
    private static func synchronize(_ directory: String) {
        let fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { return }
        fsync(fd)
        close(fd)
    }
}

private func systemRead(_ fd: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(fd, buffer, count)
}

private func systemWrite(_ fd: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(fd, buffer, count)
}
