import Foundation
import MeshProtocol

/// Putting a store's file where it belongs, whole: a crash at any moment leaves what stood there
/// or what was to stand there.
enum StoreFile {
    static func exists(_ path: String) -> Bool {
        var found = stat()
        return lstat(path, &found) == 0
    }

    static func isFile(_ path: String) -> Bool {
        var found = stat()
        return stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFREG
    }

    static func taken(_ path: String) -> SkeinError {
        SkeinError(
            .fileExists, "\(path) exists already", hint: "Name another file", subject: path)
    }

    /// Lets `fill` write to a file beside `path` that only its owner can read, brings it to the
    /// disk, and lets `place` give it its name.
    static func make(
        _ path: String, _ fill: (String) throws -> Void,
        place: (String) throws(SkeinError) -> Void
    ) throws(SkeinError) {
        let temporary =
            directory(of: path) + "/." + name(of: path)
            + ".\(getpid()).\(UInt32.random(in: 0 ... .max))"
        let fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard fd >= 0 else { throw StoreFailure.writing(path, errno) }
        close(fd)
        defer {
            for suffix in ["", "-journal", "-wal", "-shm"] { unlink(temporary + suffix) }
        }
        try StoreFailure.telling(path) { try fill(temporary) }
        try synchronize(temporary, path)
        try place(temporary)
        synchronizeDirectory(of: path)
    }

    /// Gives it its name unless something has that name already.
    static func placeNew(_ temporary: String, at path: String) throws(SkeinError) {
        if link(temporary, path) == 0 { return }
        if errno == EEXIST { throw taken(path) }
        // Not every file system has a second name for a file.
        if exists(path) { throw taken(path) }
        guard rename(temporary, path) == 0 else { throw StoreFailure.writing(path, errno) }
    }

    /// Answers the name that what stood at `path` has now.
    static func replace(_ path: String, with temporary: String) throws(SkeinError) -> String {
        let aside = DatabaseFile.freeName(path + ".before-restore-")
        let isLinked = link(path, aside) == 0
        // What the log holds belongs to the store it was written for.
        for suffix in ["-wal", "-shm"] { rename(path + suffix, aside + suffix) }
        if !isLinked, rename(path, aside) != 0 { throw StoreFailure.writing(aside, errno) }
        guard rename(temporary, path) == 0 else { throw StoreFailure.writing(path, errno) }
        return aside
    }

    private static func synchronize(_ file: String, _ path: String) throws(SkeinError) {
        let fd = open(file, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { throw StoreFailure.writing(path, errno) }
        defer { close(fd) }
        guard fsync(fd) == 0 else { throw StoreFailure.writing(path, errno) }
    }

    /// So that the new name outlives a power cut. Not every file system can; none loses the file.
    private static func synchronizeDirectory(of path: String) {
        let fd = open(directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { return }
        fsync(fd)
        close(fd)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}
