import CTerminalGuard
import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads the terminal when there is something to read, and wakes for nothing else but an Escape
/// that may be one. The descriptor stays blocking, for its flags are shared with the shell: it is
/// read only after poll(2) said so.
@MainActor
final class InputReader {
    private let descriptor: Int32
    private let source: any DispatchSourceRead
    private let onTokens: ([InputDecoder.Token]) -> Void
    private let onEnd: () -> Void
    private var decoder: InputDecoder
    private var timer: (any DispatchSourceTimer)?
    private var isCancelled = false

    /// Bytes handled before the main queue gets a turn.
    private static let bytesPerTurn = 1 << 16

    init(
        descriptor: Int32, keys: KeySequences,
        onTokens: @escaping ([InputDecoder.Token]) -> Void, onEnd: @escaping () -> Void
    ) {
        self.descriptor = descriptor
        self.onTokens = onTokens
        self.onEnd = onEnd
        decoder = InputDecoder(keys: keys)
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.read() }
        }
        source.activate()
    }

    /// Nothing is read after this, and nothing told.
    func cancel() {
        guard !isCancelled else { return }
        isCancelled = true
        source.cancel()
        stopTimer()
    }

    private func read() {
        skein_guard_alternate_stack()
        var buffer = [UInt8](repeating: 0, count: 4096)
        var total = 0
        while !isCancelled, total < Self.bytesPerTurn, isReadable {
            let count = buffer.withUnsafeMutableBytes { Posix.read(descriptor, $0) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return endUnlessInBackground() }
            total += count
            tell(decoder.decode(buffer[..<count]))
        }
        guard !isCancelled else { return }
        waitForRest()
    }

    /// 0 is the end, EIO a terminal that is gone, or one that is not ours to read just now.
    private func endUnlessInBackground() {
        if skein_guard_in_foreground(descriptor) != 0 || tcgetpgrp(descriptor) < 0 { onEnd() }
    }

    private var isReadable: Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    private func tell(_ tokens: [InputDecoder.Token]) {
        if !tokens.isEmpty { onTokens(tokens) }
    }

    private func waitForRest() {
        stopTimer()
        guard let patience = decoder.patience else { return }
        let timer = DispatchSource.makeTimerSource(queue: .main)
        timer.schedule(deadline: .now() + .milliseconds(patience))
        timer.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.flush() }
        }
        timer.activate()
        self.timer = timer
    }

    private func flush() {
        stopTimer()
        // What is waiting to be read may be the rest.
        if isReadable { return }
        tell(decoder.flush())
    }

    private func stopTimer() {
        timer?.cancel()
        timer = nil
    }
}
