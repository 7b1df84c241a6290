import CSystemCalls
import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Tells that an address, a link or a route of this machine is another one: the kernel says so
/// (rtnetlink(7) on Linux, route(4) on macOS), nothing is polled.
final class NetworkWatch: Sendable {
    // Dispatch objects may be used from any thread; their Swift types do not say so everywhere.
    private nonisolated(unsafe) let source: any DispatchSourceRead

    /// A change comes as many messages: they are told once, when they have been over this long.
    static let settling = 500

    /// `changed` is called on a queue of its own. Nil where the system does not tell.
    init?(_ changed: @escaping @Sendable () -> Void) {
        let fd = skein_network_changes()
        guard fd >= 0 else { return nil }
        let queue = DispatchQueue(label: "skein.relay.network", qos: .utility)
        let source = DispatchSource.makeReadSource(fileDescriptor: fd, queue: queue)
        let debounce = Debounce(
            queue: queue, pause: .milliseconds(Self.settling), changed)
        source.setEventHandler {
            switch skein_drain(fd) {
            case 1: debounce.poke()
            case 0: break
            default: source.cancel()
            }
        }
        source.setCancelHandler { close(fd) }
        source.activate()
        self.source = source
    }

    func cancel() { source.cancel() }

    deinit { source.cancel() }
}

/// Calls once for what comes in quick succession.
private final class Debounce: Sendable {
    private let queue: DispatchQueue
    private let pause: DispatchTimeInterval
    private let call: @Sendable () -> Void
    private let isWaiting = Mutex(false)

    init(
        queue: DispatchQueue, pause: DispatchTimeInterval, _ call: @escaping @Sendable () -> Void
    ) {
        self.queue = queue
        self.pause = pause
        self.call = call
    }

    func poke() {
        guard !isWaiting.withLock({ exchange(&$0, true) }) else { return }
        queue.asyncAfter(deadline: .now() + pause) { [self] in
            isWaiting.withLock { $0 = false }
            call()
        }
    }

    private func exchange(_ value: inout Bool, _ new: Bool) -> Bool {
        defer { value = new }
        return value
    }
}
