/// Times, counted in buckets no wider than 1.6 % of what is in them: it grows no larger the longer
/// one measures.
struct Histogram {
    private static let parts = 64
    private var counts = [Int](repeating: 0, count: parts * 60)
    private(set) var count = 0

    mutating func record(_ nanoseconds: UInt64) {
        let bits = 64 - nanoseconds.leadingZeroBitCount
        let shift = max(0, bits - 7)
        counts[shift * Self.parts + Int(nanoseconds >> shift)] += 1
        count += 1
    }

    /// Milliseconds; `share` is 0.5 for the median. NaN where nothing was recorded.
    func quantile(_ share: Double) -> Double {
        guard count > 0 else { return .nan }
        var rest = Int((Double(count) * share).rounded(.up))
        for (index, found) in counts.enumerated() where found > 0 {
            rest -= found
            if rest <= 0 { return Self.milliseconds(index) }
        }
        return .nan
    }

    /// The middle of a bucket.
    private static func milliseconds(_ index: Int) -> Double {
        let shift = max(0, index / parts - 1)
        let low = UInt64(index - shift * parts) << shift
        return (Double(low) + Double(UInt64(1) << shift) / 2) / 1e6
    }
}
