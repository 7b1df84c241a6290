import TestSupport

/// Text of the kinds that break columns, at random but the same in every run.
enum AwkwardText {
    static let parts: [String] = [
        "a", "Z", "9", " ", "word", "日本", "한", "é", "e\u{301}", "\u{301}", "⚠️", "1️⃣", "👨‍👩‍👧‍👦",
        "👍🏽", "🇫🇷", "🇫", "क्षि", "ﬁ", "\t", "\n", "\u{1B}[31m", "\u{7F}", "\u{85}", "\u{9B}",
        "\u{202E}", "\u{2066}", "\u{200B}", "\u{200D}", "\u{FEFF}", "\u{AD}", "\u{2028}",
        "\u{E0041}", "\u{FE0F}", "\u{3000}", "\u{A0}", "\u{FFFD}", "🫩", "ไทย", "עִבְרִית", "नमस्ते",
        "\u{0}", "\r\n", "\u{115F}", "\u{3164}", "\u{10FFFF}",
    ]

    static func make(parts count: Int, using generator: inout SeededGenerator) -> String {
        (0..<count).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
    }

    /// The same parts without what takes no column of its own.
    static func makeVisible(parts count: Int, using generator: inout SeededGenerator) -> String {
        let visible = ["a", "word", " ", "日本", "é", "⚠️", "👨‍👩‍👧‍👦", "नमस्ते", "x", "  "]
        return (0..<count).map { _ in visible.randomElement(using: &generator) ?? "" }.joined()
    }
}
