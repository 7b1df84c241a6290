import Foundation
import Mesh
import MeshProtocol
import Testing

@testable import skein

@Suite("What is typed")
struct TypedValuesTests {
    /// 2026-03-28T12:00:00Z, the day before clocks go forward in Berlin.
    static let now = Moment(milliseconds: 1_774_699_200_000)

    static let times: [(String, String?)] = [
        ("14:30", "2026-03-28T13:30:00.000Z"), ("13:00", "2026-03-29T11:00:00.000Z"),
        ("9:05", "2026-03-29T07:05:00.000Z"), ("2026-03-29T09:00", "2026-03-29T07:00:00.000Z"),
        ("2026-03-29T09:00:30", "2026-03-29T07:00:30.000Z"),
        ("2026-03-29T09:00Z", "2026-03-29T09:00:00.000Z"),
        ("2026-03-29T09:00:00Z", "2026-03-29T09:00:00.000Z"),
        ("2026-03-29T09:00-05:30", "2026-03-29T14:30:00.000Z"),
        ("2026-03-29T09:00:01+01:00", "2026-03-29T08:00:01.000Z"),
        ("24:00", nil), ("1:5", nil), ("2026-02-30T09:00", nil), ("2026-13-01T09:00", nil),
        ("2026-03-29 09:00", nil), ("2026-03-29T9:00", nil), ("2026-03-29", nil), ("", nil),
        ("noon", nil), ("2026-03-29T09:00:00+1", nil), ("２０26-03-29T09:00", nil),
    ]

    @Test("times of day, dates, and both with a zone", arguments: times)
    func time(text: String, expected: String?) throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let moment = SendTime.parse(text, now: Self.now, zone: zone)
        #expect(moment.map { ISOMoment($0).description } == expected)
    }

    @Test("what lies behind, too far ahead, or is said twice is refused")
    func bounds() throws {
        for (span, time) in [
            ("5", nil), ("0m", nil), ("366d", nil), ("0s", nil), ("s", nil), ("-1s", nil), (nil, "2026-03-28T11:00Z"),
            (nil, "2027-03-29T13:00Z"), ("5m", "14:30"),
        ] as [(String?, String?)] {
            #expect(throws: SkeinError.self) {
                try SendTime.moment(in: span, at: time, now: Self.now, zone: .gmt)
            }
        }
        #expect(try SendTime.moment(in: nil, at: nil, now: Self.now) == nil)
        let soon = try SendTime.moment(in: "10m", at: nil, now: Self.now)
        #expect(soon?.milliseconds(since: Self.now) == 600_000)
        let sooner = try SendTime.moment(in: "30s", at: nil, now: Self.now)
        #expect(sooner?.milliseconds(since: Self.now) == 30_000)
    }

    @Test(
        "spans to wait", arguments: [
            ("30", 30), ("30s", 30), ("5m", 300), ("1h", 3600), ("0", 0), ("86400", 86_400),
            ("25h", nil), ("", nil), ("s", nil), ("-1", nil), ("1d", nil), ("9999999", nil),
        ] as [(String, Int?)])
    func spans(text: String, seconds: Int?) {
        #expect((try? WaitSpan.seconds(text, flag: "--wait")) == seconds)
    }

    @Test("a text is its words, or standard input without its last line end")
    func body() throws {
        func read(_ words: [String], _ input: String) throws(SkeinError) -> String {
            try BodyText.read(words, what: "A message", limit: 10) { _ in Array(input.utf8) }
        }
        #expect(try read(["a", "b"], "") == "a b")
        #expect(try read(["-"], "x\n\n") == "x\n")
        #expect(try read(["-", "-"], "x") == "- -")
        #expect(try read(["0123456789"], "") == "0123456789")
        for (words, input, code) in [
            ([], "", .arguments), (["-"], "", .arguments), (["-"], "\n", .arguments),
            (["-"], "a\0", .arguments), (["01234567890"], "", .messageTooLong),
            (["-"], "01234567890", .messageTooLong),
        ] as [([String], String, ErrorCode)] {
            #expect {
                try read(words, input)
            } throws: { ($0 as? SkeinError)?.code == code }
        }
        #expect(throws: SkeinError.self) {
            try BodyText.read(["-"], what: "A message") { _ in [0xC3, 0x28] }
        }
    }

    @Test("groups, with and without a role")
    func groups() throws {
        #expect(try GroupWord.read("@api/x:lead") == GroupMembership(name: "api/x", role: "lead"))
        #expect(try GroupWord.read("api") == GroupMembership(name: "api"))
        for text in ["", "@", "a b", "all", "a:", ":r", "a//b"] {
            #expect(throws: SkeinError.self) { try GroupWord.read(text) }
        }
    }
}
