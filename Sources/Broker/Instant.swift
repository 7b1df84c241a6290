import Mesh

/// Now, twice: by the calendar, which can be set, and by a clock that only ever runs forward.
/// Leases and timers go by the second, so that setting a machine's clock ends nobody's presence.
struct Instant: Equatable, Sendable {
    var wall: Moment
    /// Milliseconds since some moment of this process.
    var uptime: Int64
}

/// Where a broker reads the time.
struct Clock: Sendable {
    var wall: @Sendable () -> Moment
    var uptime: @Sendable () -> Int64

    var now: Instant { Instant(wall: wall(), uptime: uptime()) }
}
