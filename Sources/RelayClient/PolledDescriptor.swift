import Foundation

/// Reading a descriptor with a limit of time, by blocking. Not for the main thread.
enum PolledDescriptor {
    enum Line {
        /// Without its line feed; and what was read after it.
        case line([UInt8], rest: [UInt8])
        case ended
        case tooLong
        case late
    }

    static func line(
        from fd: Int32, after read: [UInt8] = [], limit: Int,
        until deadline: ContinuousClock.Instant
    ) -> Line {
        var bytes = read
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            guard waits(fd, for: POLLIN, until: deadline) else { return .late }
            let count = chunk.withUnsafeMutableBytes { Foundation.read(fd, $0.baseAddress, $0.count) }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count > 0 else { return .ended }
            let seen = bytes.count
            bytes += chunk[..<count]
            if let end = bytes[seen...].firstIndex(of: 0x0A) {
                return .line(Array(bytes[..<end]), rest: Array(bytes[(end + 1)...]))
            }
            if bytes.count > limit { return .tooLong }
        }
    }

    /// False when the time is up.
    static func waits(
        _ fd: Int32, for events: Int32, until deadline: ContinuousClock.Instant
    ) -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            let milliseconds = left.components.seconds * 1000
                + left.components.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { return false }
            var entry = pollfd(fd: fd, events: Int16(events), revents: 0)
            let result = poll(&entry, 1, Int32(min(milliseconds, 60_000)))
            if result > 0 { return true }
            if result < 0 && errno != EINTR { return true }
        }
    }
}
