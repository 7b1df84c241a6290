import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where everything this program keeps is kept. Locating it makes nothing on disk; `prepare`
/// makes the directories, each readable by its owner only.
public struct Home: Hashable, Sendable {
    /// What `SKEIN_HOME` names, as an absolute path; nil where the XDG directories are used.
    public let root: String?
    public let configDirectory: String
    public let dataDirectory: String
    public let stateDirectory: String
    public let cacheDirectory: String
    /// Where the relay's socket is. It may be a short directory elsewhere, see `SocketPlace`.
    public let runtimeDirectory: String

    /// `SKEIN_HOME` puts everything under one directory; without it the XDG base directories are
    /// used (XDG Base Directory Specification 0.8: a relative path in one of them is ignored).
    public static func locate(environment: [String: String]) throws(SkeinError) -> Home {
        if let given = environment["SKEIN_HOME"], !given.isEmpty {
            return try Home(root: absolute(given))
        }
        let user = try userDirectory(environment)
        func directory(_ variable: String, _ fallback: String) -> String {
            guard let path = environment[variable], path.hasPrefix("/") else {
                return user + "/" + fallback + "/skein"
            }
            return withoutTrailingSlashes(path) + "/skein"
        }
        let state = directory("XDG_STATE_HOME", ".local/state")
        let temporary = environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let runtime = temporary.map { withoutTrailingSlashes($0) + "/skein" } ?? state + "/run"
        return Home(
            root: nil, config: directory("XDG_CONFIG_HOME", ".config"),
            data: directory("XDG_DATA_HOME", ".local/share"), state: state,
            cache: directory("XDG_CACHE_HOME", ".cache"),
            runtime: try SocketPlace.directory(for: runtime, temporary: temporary))
    }

    /// Everything under one directory, given by its absolute path.
    public init(root: String) throws(SkeinError) {
        self.init(
            root: root, config: root + "/config", data: root + "/data", state: root + "/state",
            cache: root + "/cache",
            runtime: try SocketPlace.directory(for: root + "/run", temporary: nil))
    }

    private init(
        root: String?, config: String, data: String, state: String, cache: String, runtime: String
    ) {
        self.root = root
        configDirectory = config
        dataDirectory = data
        stateDirectory = state
        cacheDirectory = cache
        runtimeDirectory = runtime
    }

    private static func absolute(_ path: String) throws(SkeinError) -> String {
        if path.hasPrefix("/") { return withoutTrailingSlashes(path) }
        guard let current = getcwd(nil, 0) else {
            throw SkeinError(
                .homeUnwritable, "SKEIN_HOME is the relative path \(path), and the current "
                    + "directory cannot be read: \(SystemFailure.last.reason)",
                hint: "Give SKEIN_HOME an absolute path")
        }
        defer { free(current) }
        let directory = String(cString: current)
        return (directory == "/" ? "" : directory) + "/" + withoutTrailingSlashes(path)
    }

    private static func userDirectory(
        _ environment: [String: String]
    ) throws(SkeinError) -> String {
        if let home = environment["HOME"], home.hasPrefix("/") {
            return withoutTrailingSlashes(home)
        }
        if let entry = getpwuid(getuid()), let directory = entry.pointee.pw_dir {
            let path = String(cString: directory)
            if path.hasPrefix("/") { return withoutTrailingSlashes(path) }
        }
        throw SkeinError(
            .homeUnwritable, "there is no home directory to keep anything in",
            hint: "Set HOME, or SKEIN_HOME to a directory of Skein's own")
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var path = Substring(path)
        while path.hasSuffix("/") { path = path.dropLast() }
        return String(path)
    }
}
