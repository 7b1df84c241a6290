import Dispatch
import Foundation
import Synchronization

/// Tells when whoever holds the other end of a descriptor is gone.
final class ParentWatch: Sendable {
    private let state = Mutex<(isEnded: Bool, waiters: [CheckedContinuation<Void, Never>])>(
        (false, []))
    // Dispatch objects may be used from any thread; their Swift types do not say so everywhere.
    private nonisolated(unsafe) let source: any DispatchSourceRead

    init(_ fd: Int32) {
        source = DispatchSource.makeReadSource(
            fileDescriptor: fd, queue: DispatchQueue(label: "skein.demo.parent"))
        source.setEventHandler { [weak self] in
            var byte: UInt8 = 0
            let count = read(fd, &byte, 1)
            // The other end never writes: anything but an interruption is its end.
            if count < 0 && (errno == EINTR || errno == EAGAIN) { return }
            self?.end()
        }
        source.activate()
    }

    deinit { source.cancel() }

    func end() {
        source.cancel()
        let waiters = state.withLock { state in
            state.isEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isEnded = state.withLock { state in
                if !state.isEnded { state.waiters.append(continuation) }
                return state.isEnded
            }
            if isEnded { continuation.resume() }
        }
    }
}
