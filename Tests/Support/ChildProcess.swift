import CTestSupport
import Foundation

/// How a process ended.
public enum ProgramEnd: Equatable, Sendable {
    case exited(Int32)
    case killed(by: Int32)

    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7F
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xFF) : .killed(by: signal)
    }
}

/// Starting a program as the leader of a session of its own, with a terminal.
enum ChildProcess {
    static func spawn(
        _ arguments: [String], environment: [String: String], terminal path: String,
        directory: String?
    ) throws -> pid_t {
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for string in argv + envp { free(string) } }
        let process = support_spawn(path, directory, &argv, &envp)
        guard process > 0 else { throw Pty.Failure(call: "spawn \(arguments[0])", errno: errno) }
        return process
    }

    /// Waits, on a thread of its own, and tells.
    static func whenEnded(_ process: pid_t, _ tell: @escaping @Sendable (ProgramEnd) -> Void) {
        let thread = Thread {
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            tell(ProgramEnd(waitStatus: status))
        }
        thread.start()
    }
}

/// What the kernel says of a process of ours.
public enum ProcessFacts {
    /// Whether it runs or could be made to: neither gone nor a zombie.
    public static func isAlive(_ process: pid_t) -> Bool {
        guard let fields = fields(process) else { return kill(process, 0) == 0 && !hasProc }
        return fields.first != "Z"
    }

    /// Seconds of processor time so far, its children not counted; nil when it is gone.
    public static func cpuSeconds(_ process: pid_t) -> Double? {
        guard let fields = fields(process), fields.count > 12,
            let user = Double(fields[11]), let system = Double(fields[12])
        else { return nil }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// How many descriptors it has open; nil where the kernel does not say.
    public static func openDescriptors(_ process: pid_t) -> Int? {
        try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }

    private static let hasProc = FileManager.default.fileExists(atPath: "/proc/self/stat")

    /// proc(5), `stat`, from the state on: what stands before it may hold blanks.
    private static func fields(_ process: pid_t) -> [Substring]? {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        return stat[end...].dropFirst(2).split(separator: " ")
    }
}
