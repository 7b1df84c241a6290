import Mesh

/// A moment as old frames write it: ISO 8601 in UTC with milliseconds,
/// `2026-04-15T02:54:00.123Z`.
public struct ISOMoment: Hashable, Sendable, Codable, CustomStringConvertible {
    public var moment: Moment

    public init(_ moment: Moment) { self.moment = moment }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let moment = ISOMoment(text: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a time in ISO 8601")
        }
        self = moment
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Nil unless `text` is `YYYY-MM-DDTHH:MM:SS` with up to nine digits of fraction and `Z`.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        let marks: [(Int, Character)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
        guard (20...30).contains(bytes.count), bytes.last == UInt8(ascii: "Z"),
            marks.allSatisfy({ bytes[$0.0] == $0.1.asciiValue })
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16),
            let second = number(17..<19), (1...12).contains(month), (1...31).contains(day),
            hour < 24, minute < 60, second < 61
        else { return nil }
        var milliseconds: Int64 = 0
        if bytes.count > 20 {
            guard bytes.count > 21, bytes[19] == UInt8(ascii: "."),
                let fraction = number(20..<(bytes.count - 1))
            else { return nil }
            let digits = bytes.count - 21
            milliseconds = fraction
            for _ in min(digits, 3)..<3 { milliseconds *= 10 }
            for _ in 3..<max(digits, 3) { milliseconds /= 10 }
        }
        let seconds =
            Self.days(year: year, month: month, day: day) * 86400 + hour * 3600 + minute * 60
            + second
        moment = Moment(milliseconds: seconds * 1000 + milliseconds)
    }

    public var description: String {
        // Years 0 to 9999 are what four digits can say.
        let all = min(max(moment.milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let days = (all - (all < 0 ? 86_399_999 : 0)) / 86_400_000
        var rest = all - days * 86_400_000
        func take(_ unit: Int64, _ digits: Int) -> String {
            defer { rest %= unit }
            return Self.padded(rest / unit, digits)
        }
        let (year, month, day) = Self.date(days: days)
        let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
        return date + "T" + take(3_600_000, 2) + ":" + take(60_000, 2) + ":" + take(1000, 2)
            + "." + take(1, 3) + "Z"
    }

    private static func padded(_ number: Int64, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    // Days from the epoch to a date of the Gregorian calendar and back, by counting years from
    // the first of March: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let ofEra = year - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468
    }

    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719468
        let era = (shifted >= 0 ? shifted : shifted - 146096) / 146097
        let ofEra = shifted - era * 146097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, ofYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
