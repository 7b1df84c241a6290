import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A failed system call: its `errno`, and what that means.
struct SystemFailure: Error, Equatable {
    var number: Int32

    static var last: SystemFailure { SystemFailure(number: errno) }

    /// In the words of strerror(3), in lower case: `permission denied`.
    var reason: String {
        guard let text = strerror(number) else { return "error \(number)" }
        let words = String(cString: text)
        return words.prefix(1).lowercased() + words.dropFirst()
    }

    /// The failure to make or change `path`, as it is told.
    func writing(_ path: String) -> SkeinError {
        if number == ENOSPC || number == EDQUOT {
            return SkeinError(
                .diskFull, "\(path) cannot be written: \(reason)",
                hint: "Free some space, then try again")
        }
        if number == ENAMETOOLONG {
            return SkeinError(
                .homePathTooLong, "\(path.prefix(80))… is longer than a path may be",
                hint: "Set SKEIN_HOME to a directory with a shorter path")
        }
        return SkeinError(
            .homeUnwritable, "\(path) cannot be written: \(reason)",
            hint: "Make it writable, or set SKEIN_HOME to a directory that is")
    }

    func reading(_ path: String) -> SkeinError {
        SkeinError(.homeUnwritable, "\(path) cannot be read: \(reason)")
    }
}
