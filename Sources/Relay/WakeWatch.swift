import Dispatch

/// Sees in the clocks that this process did not run for a while: the machine slept, or the process
/// was stopped and goes on. Pure: the times are given to it.
struct WakeRule {
    /// Between two looks, as planned.
    let period: Duration
    /// What may be added to it on a busy machine before it counts as a gap.
    let tolerance: Duration
    private var last: (all: Duration, awake: Duration)

    /// The first look is now.
    init(period: Duration, all: Duration, awake: Duration) {
        last = (all, awake)
        self.period = period
        tolerance = period * 3 / 2
    }

    /// `all` is a clock that goes on while the machine sleeps, `awake` one that does not. True
    /// where time has gone that this process has not seen.
    mutating func wasAway(all: Duration, awake: Duration) -> Bool {
        defer { last = (all, awake) }
        let slept = (all - last.all) - (awake - last.awake)
        let late = (awake - last.awake) - period
        return slept > .seconds(1) || late > tolerance
    }
}

/// The relay's one coarse clock. At every tick it looks whether the process was away.
final class WakeWatch: Sendable {
    // Dispatch objects may be used from any thread; their Swift types do not say so everywhere.
    private nonisolated(unsafe) let timer: any DispatchSourceTimer

    /// `tick` is called on a queue of its own, with whether the process was away.
    init(period: Duration, _ tick: @escaping @Sendable (_ wasAway: Bool) -> Void) {
        let timer = DispatchSource.makeTimerSource(
            queue: DispatchQueue(label: "skein.relay.wake", qos: .utility))
        var rule = WakeRule(period: period, all: .zero, awake: .zero)
        let start = (all: ContinuousClock.now, awake: SuspendingClock.now)
        let milliseconds = Int(period / .milliseconds(1))
        timer.schedule(
            deadline: .now() + .milliseconds(milliseconds),
            repeating: .milliseconds(milliseconds), leeway: .milliseconds(milliseconds / 8))
        timer.setEventHandler {
            tick(
                rule.wasAway(
                    all: start.all.duration(to: .now), awake: start.awake.duration(to: .now)))
        }
        timer.activate()
        self.timer = timer
    }

    func cancel() { timer.cancel() }

    deinit { timer.cancel() }
}
