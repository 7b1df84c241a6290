import CSystemCalls
import Foundation
import MeshProtocol

/// Asking a relay of an older program to end. It says goodbye to its meshes as for any SIGTERM;
/// what waits to be sent is on disk, and the next relay sends it.
enum OldRelay {
    /// `fd` is connected to it and stays the caller's. Returns when it has closed the connection.
    ///
    /// The process is the one that the kernel says listens there: a pid out of a text may be
    /// anybody's by now.
    static func replace(at fd: Int32, until deadline: ContinuousClock.Instant) throws(SkeinError) {
        var pid = pid_t()
        guard skein_peer_pid(fd, &pid) == 0, pid > 1, pid != getpid() else {
            throw SkeinError(
                .relayRefused, "the running relay is an older Skein's, and it cannot be told which "
                    + "process it is", hint: "End it, then try again")
        }
        #if os(Linux)
            let process = skein_pidfd_open(pid)
            // It may have ended by itself meanwhile.
            guard process >= 0 else { return }
            defer { close(process) }
            // The connection still stands, so its process still lives: the descriptor is its.
            guard !isClosed(fd) else { return }
            guard skein_pidfd_terminate(process) == 0 || errno == ESRCH else { throw failed(pid) }
        #else
            guard !isClosed(fd) else { return }
            guard kill(pid, SIGTERM) == 0 || errno == ESRCH else { throw failed(pid) }
        #endif
        guard closes(fd, until: deadline) else {
            throw SkeinError(
                .relayUnreachable,
                "the running relay is an older Skein's and does not end (process \(pid))",
                hint: "End it with kill -9 \(pid), then try again")
        }
    }

    private static func failed(_ pid: pid_t) -> SkeinError {
        SkeinError(
            .relayRefused, "the running relay is an older Skein's and cannot be ended (process "
                + "\(pid)): \(String(cString: strerror(errno)))", hint: "End it, then try again")
    }

    private static func isClosed(_ fd: Int32) -> Bool {
        var entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0 && Int32(entry.revents) & Int32(POLLHUP) != 0
    }

    private static func closes(_ fd: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while PolledDescriptor.waits(fd, for: POLLIN, until: deadline) {
            let count = chunk.withUnsafeMutableBytes { read(fd, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return true }
        }
        return false
    }
}
