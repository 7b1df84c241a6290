import Testing

@testable import Relay

@Suite("Seeing that the process was away")
struct WakeRuleTests {
    /// Seconds of the two clocks at the second of two looks; at the first both are 10.
    @Test(
        "in the clocks",
        arguments: [
            (12.0, 12.0, false), (12.3, 12.3, false), (14.5, 14.5, false),
            // Stopped for three minutes.
            (192, 192, true), (15.1, 15.1, true),
            // The machine slept; the second look comes when it is due by the clock that stood.
            (72, 12, true), (13.5, 12, true), (12.9, 12, false),
            // A clock that goes back is no sleep.
            (11, 11, false),
        ])
    func rule(all: Double, awake: Double, wasAway: Bool) {
        var rule = WakeRule(period: .seconds(2), all: .seconds(10), awake: .seconds(10))
        let looks = [(all, awake), (all + 2, awake + 2)].map { all, awake in
            rule.wasAway(all: .seconds(all), awake: .seconds(awake))
        }
        #expect(looks == [wasAway, false])
    }
}
