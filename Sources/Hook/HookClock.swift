#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// When a hook has to be done with something, by the clock that nobody sets.
struct HookDeadline {
    private let end: Int64

    init(milliseconds: Int64) { end = Self.now + milliseconds }

    /// For poll(2): never below 0.
    var left: Int32 { Int32(clamping: max(0, end - Self.now)) }
    var isOver: Bool { left == 0 }

    /// Whether `fd` can be read or written before the time is over. What was hung up on counts:
    /// the next call says how it stands.
    func waits(for events: Int32, on fd: Int32) -> Bool {
        var entry = pollfd(fd: fd, events: Int16(events), revents: 0)
        while true {
            let count = poll(&entry, 1, left)
            if count < 0, errno == EINTR, !isOver { continue }
            return count > 0
        }
    }

    private static var now: Int64 { milliseconds(of: CLOCK_MONOTONIC) }

    /// Since 1970.
    static var wallClock: Int64 { milliseconds(of: CLOCK_REALTIME) }

    private static func milliseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

enum HookInput {
    /// The most bytes that are kept of what an agent says.
    static let longest = 256 << 10

    /// All of it. Nil where it is longer, which is read to its end all the same so that the agent
    /// can finish its sentence, and where it is not over in time.
    static func read(from fd: Int32, until deadline: HookDeadline) -> [UInt8]? {
        var bytes: [UInt8] = []
        var isTooLong = false
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while deadline.waits(for: Int32(POLLIN), on: fd) {
            let count = readSome(fd, &chunk)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 && !isTooLong ? bytes : nil }
            if !isTooLong { bytes += chunk[..<count] }
            if bytes.count > longest {
                isTooLong = true
                bytes = []
            }
            if deadline.isOver { break }
        }
        return nil
    }

    private static func readSome(_ fd: Int32, _ buffer: inout [UInt8]) -> Int {
        buffer.withUnsafeMutableBytes { systemRead(fd, $0.baseAddress, $0.count) }
    }
}

func systemRead(_ fd: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(fd, buffer, count)
}

func systemWrite(_ fd: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(fd, buffer, count)
}

enum HookOutput {
    /// What poll(2) calls writable takes this much without waiting (PIPE_BUF is 512 at least and
    /// 4096 where it matters).
    private static let step = 512

    /// True when all of it was taken.
    static func write(_ bytes: [UInt8], to fd: Int32, until deadline: HookDeadline) -> Bool {
        var sent = 0
        while sent < bytes.count {
            guard deadline.waits(for: Int32(POLLOUT), on: fd) else { return false }
            let count = bytes.withUnsafeBytes {
                systemWrite(fd, $0.baseAddress?.advanced(by: sent), min(step, bytes.count - sent))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
