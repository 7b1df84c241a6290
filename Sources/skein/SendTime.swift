import Foundation
import Mesh
import MeshProtocol

/// When a message is to be sent: `--in 10m`, `--at 14:30`, `--at 2026-11-22T09:00`.
enum SendTime {
    /// Nil where neither is given: at once.
    static func moment(
        in span: String?, at time: String?, now: Moment, zone: TimeZone = .current
    ) throws(SkeinError) -> Moment? {
        switch (span, time) {
        case (nil, nil): return nil
        case (let span?, nil):
            guard let seconds = Lifetime.seconds(span) ?? self.seconds(span) else {
                throw SkeinError(
                    .arguments, "--in \(span) is no time",
                    hint: "Give seconds, minutes, hours or days up to a year: 30s, 30m, 12h, 7d")
            }
            return now.advanced(bySeconds: seconds)
        case (nil, let time?):
            guard let moment = parse(time, now: now, zone: zone) else {
                throw SkeinError(
                    .arguments, "--at \(time) is no time",
                    hint: "Give 14:30, or 2026-11-22T09:00, or that with Z or +01:00")
            }
            guard moment > now else {
                throw SkeinError(
                    .arguments, "--at \(time) is past", hint: "Give a time that lies ahead")
            }
            guard moment <= now.advanced(bySeconds: Lifetime.longest) else {
                throw SkeinError(
                    .arguments, "--at \(time) is more than a year ahead",
                    hint: "Give an earlier one")
            }
            return moment
        case (_?, _?):
            throw SkeinError(.arguments, "--in and --at exclude each other", hint: "Give one")
        }
    }

    /// `30s`: what an invite never lives for.
    private static func seconds(_ span: String) -> Int64? {
        guard span.hasSuffix("s"), (2...8).contains(span.utf8.count),
            let seconds = number(span.dropLast()), seconds > 0
        else { return nil }
        return Int64(seconds)
    }

    /// A time of day is the next one: today's, else tomorrow's.
    static func parse(_ text: String, now: Moment, zone: TimeZone) -> Moment? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        if let (hour, minute) = timeOfDay(text[...]) {
            let start = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
            return calendar.nextDate(
                after: start, matching: DateComponents(hour: hour, minute: minute, second: 0),
                matchingPolicy: .nextTime
            ).map(moment)
        }
        if let utc = ISOMoment(text: text) { return utc.moment }
        return moment(ofISO: text, calendar)
    }

    /// `YYYY-MM-DDTHH:MM[:SS]`, as it is here, or with `Z` or `±HH:MM` as it is there.
    private static func moment(ofISO text: String, _ calendar: Calendar) -> Moment? {
        guard (16...25).contains(text.utf8.count), text.utf8.allSatisfy({ $0 < 0x80 }) else {
            return nil
        }
        var calendar = calendar
        var clock = text.dropFirst(11)
        if clock.hasSuffix("Z") {
            clock = clock.dropLast()
            calendar.timeZone = .gmt
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let (hours, minutes) = timeOfDay(clock[clock.index(after: sign)...]),
                let zone = TimeZone(
                    secondsFromGMT: (hours * 60 + minutes) * (clock[sign] == "-" ? -60 : 60))
            else { return nil }
            clock = clock[..<sign]
            calendar.timeZone = zone
        }
        let date = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        let numbers = date.compactMap { number($0) }
        let second = clock.count == 8 && clock.dropFirst(5).first == ":"
            ? number(clock.dropFirst(6)) : clock.count == 5 ? 0 : nil
        guard date.map(\.count) == [4, 2, 2], numbers.count == 3, text.dropFirst(10).first == "T",
            let (hour, minute) = timeOfDay(clock.prefix(5)), let second, second < 60
        else { return nil }
        let parts = DateComponents(
            year: numbers[0], month: numbers[1], day: numbers[2], hour: hour, minute: minute,
            second: second)
        // What a calendar would carry over, as the 31st of April, is no date.
        guard let found = calendar.date(from: parts),
            calendar.dateComponents([.month, .day], from: found)
                == DateComponents(month: numbers[1], day: numbers[2])
        else { return nil }
        return moment(found)
    }

    private static func timeOfDay(_ text: Substring) -> (hour: Int, minute: Int)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 2, (1...2).contains(parts[0].count),
            let hour = number(parts[0]), let minute = number(parts[1]), hour < 24, minute < 60
        else { return nil }
        return (hour, minute)
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy({ (48...57).contains($0) }) ? Int(text) : nil
    }

    private static func moment(_ date: Date) -> Moment {
        Moment(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }
}

/// How long to wait: `30`, `30s`, `5m`, `1h`.
enum WaitSpan {
    static let longest = 86_400

    static func seconds(_ text: String, flag: String) throws(SkeinError) -> Int {
        var digits = text[...]
        var unit = 1
        if let last = text.last, let known = ["s": 1, "m": 60, "h": 3600][String(last)] {
            unit = known
            digits = digits.dropLast()
        }
        guard (1...6).contains(digits.count),
            digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits),
            number * unit <= longest
        else {
            throw SkeinError(
                .arguments, "\(flag) \(text) is no time", hint: "Give 30, 30s, 5m or 1h")
        }
        return number * unit
    }
}
