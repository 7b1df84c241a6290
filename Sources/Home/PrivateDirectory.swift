import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Directories that only their owner can enter.
enum PrivateDirectory {
    /// Makes `path` and every missing directory above it, 0700. One that exists is kept; with
    /// `closed` it must be a real directory of this user's, and is closed to everyone else.
    static func make(_ path: String, closed: Bool = false) throws(SkeinError) {
        if mkdir(path, 0o700) != 0 {
            let failure = SystemFailure.last
            if failure.number == ENOENT, let parent = parent(of: path) {
                try make(parent)
                if mkdir(path, 0o700) != 0 && errno != EEXIST {
                    throw SystemFailure.last.writing(path)
                }
            } else if failure.number != EEXIST {
                throw failure.writing(path)
            }
        }
        try closed ? close(path) : check(path)
    }

    private static func check(_ path: String) throws(SkeinError) {
        var found = stat()
        guard stat(path, &found) == 0 else { throw SystemFailure.last.writing(path) }
        guard found.st_mode & S_IFMT == S_IFDIR else {
            throw SystemFailure(number: ENOTDIR).writing(path)
        }
        guard access(path, W_OK | X_OK) == 0 else { throw SystemFailure.last.writing(path) }
    }

    /// Symbolic links are not followed: in a directory others can write to, one could lead
    /// anywhere.
    private static func close(_ path: String) throws(SkeinError) {
        var found = stat()
        guard lstat(path, &found) == 0 else { throw SystemFailure.last.writing(path) }
        guard found.st_mode & S_IFMT == S_IFDIR, found.st_uid == geteuid() else {
            throw SkeinError(
                .forbidden, "\(path) does not belong to you, so nothing is kept in it",
                hint: "Remove it, or set SKEIN_HOME to a directory of your own")
        }
        if found.st_mode & 0o077 != 0, chmod(path, 0o700) != 0 {
            throw SystemFailure.last.writing(path)
        }
    }

    private static func parent(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
        return String(path[..<slash])
    }
}
