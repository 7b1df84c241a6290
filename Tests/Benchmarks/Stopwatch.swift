import CTestSupport
import Foundation

/// Times of whole programs, measured from outside, as a person with a terminal has them.
struct Stopwatch {
    /// Added to a small environment; the terminal is an 80×24 xterm of 256 colours.
    let environment: [String: String]

    enum Failure: Error, CustomStringConvertible {
        case call(String)
        case neverShown(String)

        var description: String {
            switch self {
            case .call(let name): "\(name): \(String(cString: strerror(errno)))"
            case .neverShown(let text): "“\(text)” was never on the screen"
            }
        }
    }

    private var whole: [String: String] {
        ["TERM": "xterm-256color", "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"]
            .merging(environment) { $1 }
    }

    /// Milliseconds from the start of a program to its having written `text` to its terminal.
    func untilShown(_ text: String, by command: [String]) throws -> Double {
        let running = try Running(command, whole)
        defer { running.end() }
        var output: [UInt8] = []
        while let bytes = running.read(within: 5_000) {
            let now = running.milliseconds
            output += bytes
            if output.contain(text) { return now }
        }
        throw Failure.neverShown(text)
    }

    /// Milliseconds a program takes from start to end, its output thrown away.
    func wholeRun(_ command: [String]) throws -> Double {
        var argv = command.map { strdup($0) } + [nil]
        var envp = whole.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        let start = DispatchTime.now().uptimeNanoseconds
        let process = support_spawn("/dev/null", nil, &argv, &envp)
        guard process > 0 else { throw Failure.call("spawn \(command[0])") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6
    }

    /// What a program does that is left alone: bytes to its terminal and seconds of processor time.
    func idle(_ command: [String], after text: String, seconds: Double) throws -> (bytes: Int, cpu: Double) {
        let running = try Running(command, whole)
        defer { running.end() }
        var output: [UInt8] = []
        while !output.contain(text) {
            guard let bytes = running.read(within: 5_000) else { throw Failure.neverShown(text) }
            output += bytes
        }
        while running.read(within: 500) != nil {}
        let before = running.cpuSeconds
        let end = Date().addingTimeInterval(seconds)
        var bytes = 0
        while case let left = end.timeIntervalSinceNow, left > 0 {
            bytes += running.read(within: Int32(left * 1000))?.count ?? 0
        }
        return (bytes, running.cpuSeconds - before)
    }
}

extension [UInt8] {
    /// Whether these bytes hold those of a text.
    fileprivate func contain(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first else { return true }
        return indices.contains { index in
            self[index] == first && self[index...].starts(with: wanted)
        }
    }
}

/// A program on a terminal of its own.
private final class Running {
    private let window: Int32
    private let process: pid_t
    private let start: UInt64

    init(_ command: [String], _ environment: [String: String]) throws {
        var name = [CChar](repeating: 0, count: 256)
        window = support_open_pty(&name, name.count)
        guard window >= 0 else { throw Stopwatch.Failure.call("posix_openpt") }
        var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(window, UInt(TIOCSWINSZ), &size)
        var argv = command.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        start = DispatchTime.now().uptimeNanoseconds
        process = support_spawn(name, nil, &argv, &envp)
        guard process > 0 else { throw Stopwatch.Failure.call("spawn \(command[0])") }
    }

    var milliseconds: Double { Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6 }

    /// What is written next; nil when nothing comes in time, or no more can.
    func read(within milliseconds: Int32) -> [UInt8]? {
        var entry = pollfd(fd: window, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Foundation.read(window, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// proc(5), fields 14 and 15 of `stat`.
    var cpuSeconds: Double {
        let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        let fields = stat.split(separator: " ").compactMap { Double($0) }
        let ticks = stat.isEmpty || fields.count < 14 ? 0 : fields[11] + fields[12]
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    func end() {
        kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        close(window)
    }
}
