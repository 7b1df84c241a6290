/// What is written for a cluster, so that ncurses, libc, the terminal and our columns agree.
///
/// ncurses holds one spacing code point and up to four marks a cell and places by libc's `wcwidth`;
/// terminals disagree with libc on emoji. Where a cluster goes beyond that, something stands in
/// for it: its base picture, a flag's letters, else a box.
public enum StandIn {
    /// Code points that fit in one cell of ncurses (`CCHARW_MAX`).
    public static let codePointsPerCell = 5

    /// What to write, one piece a cell of ncurses: each has one spacing code point, which comes
    /// first, and together they take exactly `columns`, by our table and by libc's.
    ///
    /// - Parameters:
    ///   - columns: what the cluster takes in the grid, 1 or 2.
    ///   - ascii: true where the locale can show nothing else.
    ///   - systemWidth: libc's `wcwidth`, which depends on the locale: -1 for what it cannot show.
    public static func pieces(
        of cluster: String, columns: Int, ascii: Bool, systemWidth: (Unicode.Scalar) -> Int
    ) -> [String] {
        let scalars = Array(cluster.unicodeScalars.prefix(codePointsPerCell + 1))
        if scalars.count == 1, scalars[0].value < 0x7F, scalars[0].value >= 0x20 {
            return [cluster] + blanks(columns - 1)
        }
        guard !ascii else {
            return Array(repeating: "?", count: max(0, columns))
        }
        guard !scalars.isEmpty else { return blanks(columns) }
        if let letters = flagLetters(scalars, columns: columns) { return letters }
        if agrees(cluster, scalars, columns: columns, systemWidth) { return [cluster] }
        if let split = split(cluster, columns: columns, systemWidth) { return split }
        let width = systemWidth(scalars[0])
        if width > 0, width <= columns, width == TextWidth.of(scalars[0]) {
            return [String(Character(scalars[0]))] + blanks(columns - width)
        }
        return (columns > 0 ? ["\u{25AF}"] : []) + blanks(columns - 1)
    }

    private static func agrees(
        _ cluster: String, _ scalars: [Unicode.Scalar], columns: Int,
        _ systemWidth: (Unicode.Scalar) -> Int
    ) -> Bool {
        guard let first = scalars.first, scalars.count <= codePointsPerCell else { return false }
        return systemWidth(first) == columns
            && scalars.dropFirst().allSatisfy { systemWidth($0) == 0 }
            && TextWidth.of(cluster) == columns
            && !isDrawnAsSequence(scalars)
    }

    /// Joined, toned and selected emoji: terminals that do not know the sequence draw its parts
    /// side by side, however wide libc thinks they are.
    private static func isDrawnAsSequence(_ scalars: [Unicode.Scalar]) -> Bool {
        scalars.dropFirst().contains {
            $0 == Emoji.joiner || $0 == Emoji.presentation || $0.properties.isEmojiModifier
        } && (scalars.first?.properties.isEmoji ?? false)
    }

    /// The two letters of a flag, or the one of half a flag, one a column: "FR".
    private static func flagLetters(_ scalars: [Unicode.Scalar], columns: Int) -> [String]? {
        guard scalars.count <= columns, scalars.allSatisfy(TextWidth.isRegionalIndicator) else {
            return nil
        }
        let letters = scalars.compactMap { indicator in
            Unicode.Scalar(indicator.value - 0x1F1E6 + 0x41).map { String(Character($0)) }
        }
        return letters + blanks(columns - letters.count)
    }

    /// Letters that one cluster joins, as in the scripts of India, each with its own marks.
    private static func split(
        _ cluster: String, columns: Int, _ systemWidth: (Unicode.Scalar) -> Int
    ) -> [String]? {
        var pieces: [String.UnicodeScalarView] = []
        var total = 0
        for scalar in cluster.unicodeScalars {
            guard !scalar.properties.isEmoji else { return nil }
            let width = systemWidth(scalar)
            guard width >= 0, width == TextWidth.of(scalar) else { return nil }
            total += width
            guard total <= columns else { return nil }
            if width > 0 {
                pieces.append(String.UnicodeScalarView([scalar]))
            } else if let last = pieces.indices.last, pieces[last].count < codePointsPerCell {
                pieces[last].append(scalar)
            }
        }
        return total == columns && total > 0 ? pieces.map { String($0) } : nil
    }

    private static func blanks(_ count: Int) -> [String] {
        Array(repeating: " ", count: max(0, count))
    }
}
