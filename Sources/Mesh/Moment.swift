/// A point in time: milliseconds since the Unix epoch, as on the wire.
public struct Moment: Hashable, Comparable, Sendable, Codable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    public static func < (left: Moment, right: Moment) -> Bool {
        left.milliseconds < right.milliseconds
    }

    public func advanced(bySeconds seconds: Int64) -> Moment {
        Moment(milliseconds: milliseconds + seconds * 1000)
    }

    /// Bounded by what a moment can be.
    public func advanced(byMilliseconds milliseconds: Int64) -> Moment {
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
        return Moment(milliseconds: overflow ? (milliseconds < 0 ? .min : .max) : sum)
    }

    /// Milliseconds from `earlier` to this moment; negative if `earlier` is later. Bounded by what
    /// a number can be: moments come from elsewhere.
    public func milliseconds(since earlier: Moment) -> Int64 {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(
            earlier.milliseconds)
        return overflow ? (milliseconds < 0 ? .min : .max) : difference
    }
}
