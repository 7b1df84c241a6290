extension Fitting {
    /// `text` in lines of at most `columns`: broken at newlines and at spaces, and inside a word
    /// only where the word alone is longer than a line. A cluster wider than a line is left out.
    ///
    /// - Parameter maxLines: lines at most; where there were more the last one ends in `ellipsis`.
    public static func lines(
        _ text: String, columns: Int, maxLines: Int = .max, ellipsis: String = ellipsis
    ) -> [String] {
        guard columns > 0, maxLines > 0 else { return [] }
        var lines: [String] = []
        for paragraph in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            append(paragraph, columns: columns, maxLines: maxLines, to: &lines)
            if lines.count > maxLines { break }
        }
        guard lines.count > maxLines else { return lines }
        lines.removeSubrange(maxLines...)
        let last = lines[maxLines - 1]
        lines[maxLines - 1] = end(last + ellipsis, columns: columns, ellipsis: ellipsis)
        return lines
    }

    private static func append(
        _ paragraph: Substring, columns: Int, maxLines: Int, to lines: inout [String]
    ) {
        var line = ""
        var used = 0
        for word in paragraph.split(separator: " ") {
            let width = TextWidth.of(word)
            if !line.isEmpty, used + 1 + width <= columns {
                line += " " + word
                used += 1 + width
                continue
            }
            if !line.isEmpty { lines.append(line) }
            if lines.count > maxLines { return }
            (line, used) = ("", 0)
            for cluster in word {
                let width = TextWidth.of(cluster)
                guard width <= columns else { continue }
                if used + width > columns {
                    lines.append(line)
                    (line, used) = ("", 0)
                    if lines.count > maxLines { return }
                }
                line.append(cluster)
                used += width
            }
        }
        lines.append(line)
    }
}
