#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds programs as execvp(3) would, and reads only what it must: a file's mode.
public struct PathSearch: Sendable {
    private let folders: [String]
    private let directory: String

    /// `path` is a PATH as in environ(7); an empty entry means `directory`.
    public init(path: String, directory: String) {
        self.directory = directory
        folders = path.split(separator: ":", omittingEmptySubsequences: false).map {
            $0.isEmpty ? directory : String($0)
        }
    }

    /// The path of an executable regular file, or nil. A name with a slash is not searched for.
    public func find(_ name: String) -> String? {
        guard !name.isEmpty, name.utf8.count <= 4096, !name.utf8.contains(0) else { return nil }
        if name.utf8.contains(UInt8(ascii: "/")) {
            let path = name.hasPrefix("/") ? name : directory + "/" + name
            return Self.isExecutable(path) ? path : nil
        }
        return folders.lazy.map { $0 + "/" + name }.first(where: Self.isExecutable)
    }

    private static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return access(path, X_OK) == 0
    }
}
