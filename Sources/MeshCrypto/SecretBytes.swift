import CSodium

/// Secret bytes in one place of memory, wiped when the last holder lets go of them.
final class SecretBytes: Sendable {
    private let count: Int
    // Written only by `init` and `deinit`, which nobody runs beside.
    nonisolated(unsafe) private let memory: UnsafeMutablePointer<UInt8>

    init(count: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        self.count = count
        memory = .allocate(capacity: count)
        memory.initialize(repeating: 0, count: count)
        fill(memory)
    }

    deinit {
        sodium_memzero(memory, count)
        memory.deallocate()
    }

    func withBytes<Value>(_ work: (UnsafePointer<UInt8>) -> Value) -> Value {
        work(UnsafePointer(memory))
    }

    func prefix(_ length: Int) -> [UInt8] {
        Array(UnsafeBufferPointer(start: memory, count: min(length, count)))
    }
}
