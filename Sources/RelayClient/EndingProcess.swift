import CSystemCalls
import Foundation

/// A relay's process whose end is waited for: its stores, its log and its lock are open until then.
struct EndingProcess: Sendable {
    private let pid: pid_t
    #if os(Linux)
        /// A pidfd: the number may be another's as soon as the process has ended.
        private let descriptor: Int32
    #endif

    /// To be made while a connection to the process stands.
    init(_ pid: Int32) {
        self.pid = pid
        #if os(Linux)
            descriptor = pid > 1 && pid != getpid() ? skein_pidfd_open(pid) : -1
        #endif
    }

    /// Returns when it has ended, or when the limit is over. At once for this very process.
    func ended(within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                wait(until: deadline)
                continuation.resume()
            }
        }
    }

    /// Lets go of it, waited for or not.
    func forget() {
        #if os(Linux)
            if descriptor >= 0 { close(descriptor) }
        #endif
    }

    /// The same, by blocking.
    func wait(until deadline: ContinuousClock.Instant) {
        guard pid > 1, pid != getpid() else { return }
        #if os(Linux)
            guard descriptor >= 0 else { return }
            _ = PolledDescriptor.waits(descriptor, for: POLLIN, until: deadline)
        #else
            while kill(pid, 0) == 0, ContinuousClock.now < deadline { usleep(5_000) }
        #endif
    }
}
