import Foundation
import Mesh
import MeshProtocol

/// A time that has been: `12:30`, `12:30:05`, `-10m`, `2026-11-21T12:30`.
enum PastTime {
    static func moment(
        _ text: String, now: Moment, zone: TimeZone = .current
    ) throws(SkeinError) -> Moment {
        guard let moment = parse(text, now: now, zone: zone) else {
            throw SkeinError(
                .arguments, "--at \(text) is no time",
                hint: "Give 12:30, -10m, or 2026-11-21T12:30, or that with Z or +01:00")
        }
        guard moment <= now else {
            throw SkeinError(
                .arguments, "--at \(text) lies ahead", hint: "Give a time that is past")
        }
        return moment
    }

    /// A time of day is the last one: today's, else yesterday's.
    private static func parse(_ text: String, now: Moment, zone: TimeZone) -> Moment? {
        if text.hasPrefix("-") {
            return span(text.dropFirst()).map { now.advanced(bySeconds: -$0) }
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { number($0) }
        guard (2...3).contains(parts.count), numbers.count == parts.count else {
            return SendTime.parse(text, now: now, zone: zone)
        }
        let seconds = numbers.count == 3 ? numbers[2] : 0
        guard parts.dropFirst().allSatisfy({ $0.count == 2 }), numbers[0] < 24, numbers[1] < 60,
            seconds < 60
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        // One that is now is past as well.
        let start = Date(timeIntervalSince1970: Double(now.milliseconds / 1000) + 1)
        let time = DateComponents(hour: numbers[0], minute: numbers[1], second: seconds)
        return calendar.nextDate(
            after: start, matching: time, matchingPolicy: .nextTime, direction: .backward
        ).map { Moment(milliseconds: Int64(($0.timeIntervalSince1970 * 1000).rounded())) }
    }

    /// `90s`, `10m`, `2h`, `1d`, in seconds.
    private static func span(_ text: Substring) -> Int64? {
        guard let unit = ["s": 1, "m": 60, "h": 3600, "d": 86_400][text.suffix(1)],
            let number = number(text.dropLast())
        else { return nil }
        return Int64(number) * Int64(unit)
    }

    private static func number(_ text: Substring) -> Int? {
        (1...6).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
            ? Int(text) : nil
    }
}
