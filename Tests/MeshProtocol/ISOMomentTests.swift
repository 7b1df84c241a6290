import Foundation
import Mesh
import MeshProtocol
import Testing

@Suite("Times in ISO 8601")
struct ISOMomentTests {
    @Test(
        "known moments",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_776_221_640_123, "2026-04-15T02:54:00.123Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func known(milliseconds: Int64, text: String) {
        let moment = ISOMoment(Moment(milliseconds: milliseconds))
        #expect(moment.description == text)
        #expect(ISOMoment(text: text) == moment)
    }

    @Test("five centuries agree with Foundation's calendar")
    func calendar() throws {
        var utc = Calendar(identifier: .gregorian)
        utc.timeZone = try #require(TimeZone(identifier: "UTC"))
        for day in stride(from: Int64(-135_000), to: 47_500, by: 17) {
            let moment = Moment(milliseconds: day * 86_400_000 + 3_723_004)
            let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
            let parts = utc.dateComponents([.year, .month, .day], from: date)
            let text = ISOMoment(moment).description
            let expected = [parts.year, parts.month, parts.day]
            #expect(text.prefix(10).split(separator: "-").map { Int($0) } == expected)
            #expect(text.hasSuffix("T01:02:03.004Z"))
            #expect(ISOMoment(text: text)?.moment == moment)
        }
    }

    @Test(
        "other fractions are read",
        arguments: [
            ("1970-01-01T00:00:01Z", 1000), ("1970-01-01T00:00:01.5Z", 1500),
            ("1970-01-01T00:00:01.123456Z", 1123), ("1970-01-01T00:00:01.12Z", 1120),
        ] as [(String, Int64)])
    func fractions(text: String, milliseconds: Int64) {
        #expect(ISOMoment(text: text)?.moment.milliseconds == milliseconds)
    }

    @Test(
        "what is no time is none",
        arguments: [
            "", "now", "1970-01-01", "1970-13-01T00:00:00Z", "1970-01-01T24:00:00Z",
            "1970-01-01T00:00:00+01:00", "1970-01-01 00:00:00Z", "1970-01-01T00:00:00.Z",
            "-970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.0000000000Z",
        ])
    func noTime(text: String) {
        #expect(ISOMoment(text: text) == nil)
    }

    @Test("moments beyond four digits of year are written as the last that has four")
    func extremes() {
        let last = ISOMoment(Moment(milliseconds: .max)).description
        #expect(last == "9999-12-31T23:59:59.999Z")
        let first = ISOMoment(Moment(milliseconds: .min)).description
        #expect(first == "0000-01-01T00:00:00.000Z")
    }
}
