/// How long something holds, as a person writes it: `30m`, `12h`, `7d`.
public enum Lifetime {
    public static let longest: Int64 = 365 * 86_400

    /// In seconds; nil for anything but a number of at least 1 and `m`, `h` or `d`, a year at most.
    public static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["m": 60, "h": 3600, "d": 86_400]
        guard let last = text.last, let unit = units[last] else { return nil }
        let digits = text.dropLast()
        guard (1...6).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(digits)
        else { return nil }
        let seconds = number * unit
        return (1...longest).contains(seconds) ? seconds : nil
    }
}
