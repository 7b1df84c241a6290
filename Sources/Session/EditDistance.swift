/// How many single-character edits apart two words are (Levenshtein), for "did you mean".
public enum EditDistance {
    public static func between(_ left: String, _ right: String) -> Int {
        let target = Array(right.lowercased().prefix(64))
        var row = Array(0...target.count)
        for (i, a) in left.lowercased().prefix(64).enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in target.enumerated() {
                let substituted = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[target.count]
    }
}
