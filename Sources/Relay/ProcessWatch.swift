import CSystemCalls
import Dispatch
import Home
import MeshProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Tells once when one process has ended. The kernel says so (pidfd_open(2) on Linux,
/// `NOTE_EXIT` of kqueue(2) on macOS): nothing is polled, and a pid given to another process is
/// never taken for this one.
final class ProcessWatch: Sendable {
    let process: RunningProcess
    // Dispatch objects may be used from any thread; their Swift types do not say so everywhere.
    private nonisolated(unsafe) let source: any DispatchSourceProtocol

    /// `ended` is called on a queue of its own. The process must run now, as this user.
    init(
        pid: Int32, start: UInt64, ended: @escaping @Sendable () -> Void
    ) throws(SkeinError) {
        let queue = DispatchQueue(label: "skein.relay.process")
        #if os(Linux)
            let fd = skein_pidfd_open(pid)
            guard fd >= 0 else {
                let number = errno
                if number == ESRCH || number == EINVAL { throw Self.gone(pid) }
                throw SkeinError(
                    .internal,
                    "process \(pid) cannot be watched: \(String(cString: strerror(number)))",
                    hint: "Skein needs Linux 5.3 or newer")
            }
            let source = DispatchSource.makeReadSource(fileDescriptor: fd, queue: queue)
            source.setCancelHandler { close(fd) }
        #else
            let source = DispatchSource.makeProcessSource(
                identifier: pid, eventMask: .exit, queue: queue)
        #endif
        // The descriptor stays readable: the first call is the last.
        source.setEventHandler {
            source.cancel()
            ended()
        }
        source.activate()
        self.source = source
        // Only now: from here on the end of whatever has this pid is told.
        guard let process = RunningProcess(pid: pid), process.start == start else {
            source.cancel()
            throw Self.gone(pid)
        }
        guard process.owner == geteuid() else {
            source.cancel()
            throw SkeinError(.forbidden, "process \(pid) belongs to another user")
        }
        self.process = process
    }

    func cancel() { source.cancel() }

    deinit { source.cancel() }

    private static func gone(_ pid: Int32) -> SkeinError {
        SkeinError(.launchNotFound, "process \(pid) does not run any more")
    }
}
