import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// This process as the system sees it.
enum Process {
    /// The one call of exit(3).
    static func end(with code: ExitCode) -> Never {
        fflush(nil)
        exit(code.rawValue)
    }

    /// For a process that was told twice, or cannot come to its end: nothing more is done.
    static func endAtOnce(with status: Int32) -> Never { _exit(status) }

    static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return variables
    }

    static var readsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    static var writesToTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var complainsToTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// How wide the window is that is printed to; nil for a pipe, a file, or a terminal that does
    /// not know.
    static var windowColumns: Int? {
        guard writesToTerminal else { return nil }
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 else { return nil }
        return window.ws_col > 0 ? Int(window.ws_col) : nil
    }

    /// The path of this program, to start it again as the relay.
    static var executable: String {
        #if os(Linux)
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
            if count > 0 {
                return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
            }
        #else
            var size = UInt32(PATH_MAX) + 1
            var buffer = [CChar](repeating: 0, count: Int(size))
            if _NSGetExecutablePath(&buffer, &size) == 0 { return String(cString: buffer) }
        #endif
        return CommandLine.arguments.first ?? "skein"
    }

    static var currentDirectory: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    static var hostname: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let name = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return String(decoding: name, as: UTF8.self)
    }

    /// The name service is asked only where the environment does not say: it costs milliseconds.
    static func loginName(_ environment: [String: String]) -> String {
        let said = [environment["LOGNAME"], environment["USER"]].compactMap { $0 }
        if let name = said.first(where: { !$0.isEmpty }) { return name }
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "me" }
        return String(cString: name)
    }
}
