/// Which items a typed text leaves, best first: a literal match before its letters in order.
public enum PickerFilter {
    /// The indices of the titles that match `query`: those that begin with it, those that hold it,
    /// those that hold its letters in order; each group as it stood. All for an empty query.
    public static func matches(_ query: String, in titles: [String]) -> [Int] {
        let wanted = query.lowercased()
        guard !wanted.isEmpty else { return Array(titles.indices) }
        var ranked: [(rank: Int, index: Int)] = []
        for (index, title) in titles.enumerated() {
            if let rank = rank(wanted, title.lowercased()) { ranked.append((rank, index)) }
        }
        return ranked.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map(\.index)
    }

    private static func rank(_ wanted: String, _ title: String) -> Int? {
        if title.hasPrefix(wanted) { return 0 }
        if title.contains(wanted) { return 1 }
        var rest = title[...]
        for letter in wanted {
            guard let found = rest.firstIndex(of: letter) else { return nil }
            rest = rest[rest.index(after: found)...]
        }
        return 2
    }
}
