#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One process, told from every other that has had or will have its pid by when it started.
public struct RunningProcess: Hashable, Sendable {
    public let pid: Int32
    /// Linux: clock ticks since boot (proc(5), field 22 of stat). macOS: microseconds since the
    /// epoch.
    public let start: UInt64
    /// The user it runs as.
    public let owner: UInt32

    /// Nil unless a process with this pid runs now; one that has ended and waits to be reaped
    /// does not.
    public init?(pid: Int32) {
        guard pid > 0, let found = Self.look(pid) else { return nil }
        self.pid = pid
        start = found.start
        owner = found.owner
    }

    public static var current: RunningProcess? { RunningProcess(pid: getpid()) }

    /// The process and those it descends from, as far as init and 64 at most.
    public static func ancestry(of pid: Int32) -> [RunningProcess] {
        var found: [RunningProcess] = []
        var next = pid
        while next > 1, found.count < 64, let seen = look(next) {
            found.append(RunningProcess(pid: next, start: seen.start, owner: seen.owner))
            next = seen.parent
        }
        return found
    }

    private init(pid: Int32, start: UInt64, owner: UInt32) {
        self.pid = pid
        self.start = start
        self.owner = owner
    }

    /// Names this run of the system, so that a pid and a start of an earlier one are not taken
    /// for this one's. Nil where starts are told by the calendar and need no such name.
    public static var bootID: String? {
        #if os(Linux)
            guard let bytes = try? AtomicFile.read("/proc/sys/kernel/random/boot_id", limit: 256)
            else { return nil }
            return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        #else
            nil
        #endif
    }

    private struct Seen {
        var start: UInt64
        var owner: UInt32
        var parent: Int32
    }

    #if os(Linux)
        private static func look(_ pid: Int32) -> Seen? {
            var found = stat()
            guard stat("/proc/\(pid)", &found) == 0,
                let bytes = try? AtomicFile.read("/proc/\(pid)/stat", limit: 65_536)
            else { return nil }
            // The second field is the program's name in parentheses, which may hold anything,
            // also parentheses and spaces: what follows the last one is regular.
            guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
            let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
            // Field 3 (state) is the first of these, so field 22 is the twentieth.
            guard fields.count >= 20, let state = fields[0].first,
                state != UInt8(ascii: "Z"), state != UInt8(ascii: "X"),
                let start = UInt64(String(decoding: fields[19], as: UTF8.self))
            else { return nil }
            let parent = Int32(String(decoding: fields[1], as: UTF8.self)) ?? 0
            return Seen(start: start, owner: found.st_uid, parent: parent)
        }
    #elseif canImport(Darwin)
        private static func look(_ pid: Int32) -> Seen? {
            var info = proc_bsdinfo()
            let size = Int32(MemoryLayout<proc_bsdinfo>.size)
            guard proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, size) == size,
                info.pbi_status != UInt32(SZOMB)
            else { return nil }
            return Seen(
                start: info.pbi_start_tvsec * 1_000_000 + info.pbi_start_tvusec,
                owner: info.pbi_uid, parent: Int32(bitPattern: info.pbi_ppid))
        }
    #endif
}
