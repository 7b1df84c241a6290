/// Makes text fit a number of columns: cut with an ellipsis, padded, or wrapped into lines.
///
/// What to cut with is an argument, because `…` has an ASCII twin.
public enum Fitting {
    public static let ellipsis = "…"

    /// `text` in at most `columns`, its end replaced by an ellipsis where it is longer.
    public static func end(
        _ text: String, columns: Int, ellipsis: String = ellipsis
    ) -> String {
        guard !fits(text, columns) else { return text }
        let mark = prefix(ellipsis, columns: columns)
        return String(prefix(text, columns: columns - TextWidth.of(mark))) + mark
    }

    /// `text` in at most `columns`, its middle replaced by an ellipsis where it is longer: the end
    /// of a path says more than its middle, and gets two thirds of the room.
    public static func middle(
        _ text: String, columns: Int, ellipsis: String = ellipsis
    ) -> String {
        guard !fits(text, columns) else { return text }
        let mark = prefix(ellipsis, columns: columns)
        let room = columns - TextWidth.of(mark)
        let head = prefix(text, columns: room / 3)
        let tail = suffix(text, columns: room - TextWidth.of(head))
        return head + mark + tail
    }

    /// As many clusters from the start as fit in `columns`.
    public static func prefix(_ text: String, columns: Int) -> String {
        var used = 0
        var end = text.startIndex
        while end < text.endIndex {
            let width = TextWidth.of(text[end])
            guard used + width <= columns else { break }
            used += width
            text.formIndex(after: &end)
        }
        return String(text[..<end])
    }

    /// As many clusters from the end as fit in `columns`.
    public static func suffix(_ text: String, columns: Int) -> String {
        var used = 0
        var start = text.endIndex
        while start > text.startIndex {
            let before = text.index(before: start)
            let width = TextWidth.of(text[before])
            guard used + width <= columns else { break }
            used += width
            start = before
        }
        return String(text[start...])
    }

    public enum Side: Sendable { case leading, trailing }

    /// `text` cut to `columns` and filled up with spaces, so that it takes exactly that many.
    public static func exactly(
        _ text: String, columns: Int, flush side: Side = .leading, ellipsis: String = ellipsis
    ) -> String {
        let cut = end(text, columns: columns, ellipsis: ellipsis)
        let space = String(repeating: " ", count: max(0, columns - TextWidth.of(cut)))
        return side == .leading ? cut + space : space + cut
    }

    /// Whether `text` fits, without measuring much more of it than would.
    private static func fits(_ text: String, _ columns: Int) -> Bool {
        // No cluster takes more columns than it has bytes.
        if text.utf8.count <= columns { return true }
        var used = 0
        for cluster in text {
            used += TextWidth.of(cluster)
            if used > columns { return false }
        }
        return true
    }
}
