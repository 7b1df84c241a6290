import Dispatch
import Foundation

/// Reads and writes the window's end of a pty on one queue. Everything but `start` and `close`
/// happens there, which is what makes it safe to share.
final class Reading: @unchecked Sendable {
    private let descriptor: Int32
    private let queue: DispatchQueue
    private let source: any DispatchSourceRead
    private var tell: (([UInt8]) -> Void)?
    private var isDone = false
    private var isClosed = false

    init(descriptor: Int32, queue: DispatchQueue) {
        self.descriptor = descriptor
        self.queue = queue
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    }

    func start(_ tell: @escaping @Sendable ([UInt8]) -> Void) {
        queue.sync { self.tell = tell }
        source.setEventHandler { [weak self] in self?.readAvailable() }
        source.activate()
    }

    /// Reads all there is.
    func readAvailable() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !isDone {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                tell?(Array(buffer[..<count]))
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                // EIO: nobody has the other end open any more.
                return finish()
            } else if errno == EAGAIN {
                return
            }
        }
    }

    /// Writes all of it, waiting for room where there is none.
    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty, !isDone {
            let count = rest.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                readAvailable()
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, 100)
            } else if errno != EINTR {
                return
            }
        }
    }

    /// Closes the descriptor, after reading has ended.
    func close() {
        queue.async {
            guard !self.isClosed else { return }
            self.isClosed = true
            self.finish()
            Foundation.close(self.descriptor)
        }
    }

    private func finish() {
        guard !isDone else { return }
        isDone = true
        source.cancel()
    }
}
