import CTerminalGuard
import Dispatch

/// Reads the signals that the guard's handler wrote into its pipe.
@MainActor
final class RequestReader {
    private let descriptor: Int32
    private let source: any DispatchSourceRead
    private let onSignal: (Int32) -> Void
    private var isCancelled = false

    init(descriptor: Int32, onSignal: @escaping (Int32) -> Void) {
        self.descriptor = descriptor
        self.onSignal = onSignal
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.read() }
        }
        source.activate()
    }

    func cancel() {
        isCancelled = true
        source.cancel()
    }

    private func read() {
        skein_guard_alternate_stack()
        for signal in drain() where !isCancelled { onSignal(signal) }
    }

    /// Every signal noted and not yet read, each once, in the order of their first coming.
    func drain() -> [Int32] {
        skein_guard_answer()
        var signals: [Int32] = []
        var buffer = [UInt8](repeating: 0, count: 512)
        while true {
            let count = buffer.withUnsafeMutableBytes { Posix.read(descriptor, $0) }
            guard count > 0 else { return signals }
            for byte in buffer[..<count] where !signals.contains(Int32(byte)) {
                signals.append(Int32(byte))
            }
        }
    }
}
