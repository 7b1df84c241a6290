import CTestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Both ends of a pseudo-terminal: the window's end is held here, the program's end is a path.
public struct Pty: Sendable {
    /// The window's end, non-blocking and closed by exec.
    public let window: Int32
    /// What a program opens: `/dev/pts/5`, say.
    public let path: String

    /// A system call that failed while a test was being set up.
    public struct Failure: Error, CustomStringConvertible {
        public let call: String
        public let errno: Int32

        public var description: String { "\(call): \(String(cString: strerror(errno)))" }
    }

    public init(columns: Int = 80, rows: Int = 24) throws {
        var name = [CChar](repeating: 0, count: 256)
        window = support_open_pty(&name, name.count)
        guard window >= 0 else { throw Failure(call: "posix_openpt", errno: errno) }
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        resize(columns: columns, rows: rows)
    }

    /// The program's end, for use in this process. It does not become a controlling terminal.
    public func openProgramEnd() throws -> Int32 {
        let end = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard end >= 0 else { throw Failure(call: "open \(path)", errno: errno) }
        return end
    }

    /// Tells the kernel, which tells the foreground job by SIGWINCH.
    public func resize(columns: Int, rows: Int) {
        var size = winsize(
            ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(window, UInt(TIOCSWINSZ), &size)
    }

    /// The line discipline as it is now.
    public var settings: TerminalSettings { TerminalSettings(of: window) }

    public func close() {
        #if canImport(Glibc)
            Glibc.close(window)
        #else
            Darwin.close(window)
        #endif
    }
}
