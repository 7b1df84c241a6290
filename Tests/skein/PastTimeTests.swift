import Foundation
import Mesh
import MeshProtocol
import Testing

@testable import skein

@Suite("Times that have been")
struct PastTimeTests {
    /// 2026-11-21T12:40:30.500Z, 13:40:30 an hour east of it.
    private static let now = Moment(milliseconds: 1_795_264_830_500)

    private static func text(_ text: String) throws -> String {
        let zone = try #require(TimeZone(secondsFromGMT: 3600))
        return ISOMoment(try PastTime.moment(text, now: now, zone: zone)).description
    }

    @Test(
        "a time of day is the last one, a span counts from now, a date is what it says",
        arguments: [
            ("13:40", "2026-11-21T12:40:00.000Z"), ("13:40:30", "2026-11-21T12:40:30.000Z"), ("13:41", "2026-11-20T12:41:00.000Z"),
            ("9:05", "2026-11-21T08:05:00.000Z"), ("-10m", "2026-11-21T12:30:30.500Z"), ("-90s", "2026-11-21T12:39:00.500Z"), ("-2h", "2026-11-21T10:40:30.500Z"),
            ("-1d", "2026-11-20T12:40:30.500Z"), ("2026-11-21T12:30", "2026-11-21T11:30:00.000Z"), ("2026-11-21T12:30:05Z", "2026-11-21T12:30:05.000Z"),
        ])
    func times(given: String, moment: String) throws {
        #expect(try Self.text(given) == moment)
    }

    @Test("what is no time, or lies ahead, is refused", arguments: ["", "-", "-m", "10m", "-10", "25:00", "12:60", "12:5", "12:30:60", "12:30:00:00", "x", "2026-11-22T09:00", "-９m"])
    func wrong(given: String) {
        #expect(throws: SkeinError.self) { _ = try Self.text(given) }
    }
}
