#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A hook's connection to the relay's socket.
struct RelayLink {
    private let fd: Int32
    private var unread: [UInt8] = []

    /// The longest line that is read.
    private static let longest = 1 << 20

    /// Nil where no relay listens. A relay that is stopped but for its socket takes the connection
    /// and answers nothing; the deadline ends that.
    init?(path: String, until deadline: HookDeadline) {
        var address = sockaddr_un()
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !path.isEmpty, path.utf8.count < room else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            for (offset, byte) in path.utf8.enumerated() { place[offset] = byte }
        }
        #if os(Linux)
            fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            fd = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard fd >= 0 else { return nil }
        // A relay too busy to take connections must not hold the agent up.
        _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let (descriptor, result) = withUnsafePointer(to: &address) { [fd] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (fd, connect(fd, $0, length)) }
        }
        if result != 0 {
            guard errno == EINPROGRESS, deadline.waits(for: Int32(POLLOUT), on: descriptor) else {
                close(descriptor)
                return nil
            }
        }
    }

    func end() { close(fd) }

    /// True when the system took the whole line.
    func write(_ line: [UInt8], until deadline: HookDeadline) -> Bool {
        var sent = 0
        while sent < line.count {
            let count = line.withUnsafeBytes {
                systemWrite(fd, $0.baseAddress?.advanced(by: sent), line.count - sent)
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                guard deadline.waits(for: Int32(POLLOUT), on: fd) else { return false }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// What the relay says to a request. Nil where it ended, or said nothing in time.
    mutating func reply(to id: Int, until deadline: HookDeadline) -> HookReply? {
        while let line = line(until: deadline) {
            if let reply = HookReply(line, to: id) { return reply }
        }
        return nil
    }

    private mutating func line(until deadline: HookDeadline) -> [UInt8]? {
        var searched = 0
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            if let end = unread[searched...].firstIndex(of: 0x0A) {
                let line = Array(unread[..<end])
                unread.removeFirst(end + 1)
                return line
            }
            searched = unread.count
            guard searched <= Self.longest else { return nil }
            let count = chunk.withUnsafeMutableBytes { systemRead(fd, $0.baseAddress, $0.count) }
            if count > 0 {
                unread += chunk[..<count]
            } else if count == 0 {
                return nil
            } else if errno == EAGAIN {
                guard deadline.waits(for: Int32(POLLIN), on: fd) else { return nil }
            } else if errno != EINTR {
                return nil
            }
        }
    }
}
