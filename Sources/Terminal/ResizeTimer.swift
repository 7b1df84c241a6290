import Dispatch

/// Makes one event of a burst: it fires when nothing has come for a while, or when the burst has
/// gone on for long.
@MainActor
final class ResizeTimer {
    /// Milliseconds of quiet that end a burst.
    static let quiet = 15
    /// Milliseconds after which a burst that goes on is told of all the same.
    static let longest = 100

    private let timer: any DispatchSourceTimer
    private let latest: DispatchTime

    init(onFire: @escaping () -> Void) {
        latest = .now() + .milliseconds(Self.longest)
        timer = DispatchSource.makeTimerSource(queue: .main)
        timer.setEventHandler {
            MainActor.assumeIsolated { onFire() }
        }
        extend()
        timer.activate()
    }

    /// One more of the burst has come.
    func extend() {
        timer.schedule(deadline: min(.now() + .milliseconds(Self.quiet), latest))
    }

    func cancel() { timer.cancel() }
}
