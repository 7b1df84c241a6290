import Surface
import Text

/// A key and what it does now.
public struct KeyHint: Equatable, Sendable {
    /// As a person knows it: `⏎`, `esc`, `^C`, `↑↓`.
    public var key: String
    public var label: String
    /// Kept when there is no room for all.
    public var isImportant: Bool

    public init(_ key: String, _ label: String, isImportant: Bool = false) {
        self.key = key
        self.label = label
        self.isImportant = isImportant
    }
}

/// The line of keys at the bottom of every screen. Where there is no room for all, those that are
/// not important go first, from the right; then labels are cut.
public struct KeyLine: Equatable, Sendable {
    public var hints: [KeyHint]

    public init(_ hints: [KeyHint]) {
        self.hints = hints
    }

    /// The hints that fit in so many columns, in their order.
    public func fitting(columns: Int, glyphs: Glyphs) -> [KeyHint] {
        var kept = hints
        while Self.width(kept, glyphs) > columns, kept.count > 1 {
            let victim = kept.lastIndex { !$0.isImportant } ?? kept.count - 1
            kept.remove(at: victim)
        }
        return kept
    }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        var spans: [Span] = []
        for hint in fitting(columns: area.columns, glyphs: glyphs) {
            if !spans.isEmpty { spans.append(Span(Self.gap)) }
            spans.append(Span(glyphs.key(hint.key), .key))
            if !hint.label.isEmpty { spans.append(Span(" " + hint.label, .muted)) }
        }
        grid.put(
            spans, at: area.origin, maxColumns: area.columns, ellipsis: glyphs.ellipsis)
    }

    private static let gap = "   "

    private static func width(_ hints: [KeyHint], _ glyphs: Glyphs) -> Int {
        hints.reduce(-gap.count) { sum, hint in
            let label = hint.label.isEmpty ? 0 : 1 + TextWidth.of(hint.label)
            return sum + gap.count + TextWidth.of(glyphs.key(hint.key)) + label
        }
    }
}

extension Glyphs {
    /// A key's name with its signs spelled out where only ASCII can be shown.
    func key(_ name: String) -> String {
        guard isASCII else { return name }
        switch name {
        case "⏎": return enter
        case "⌫": return backspace
        case "↑↓": return upDown
        case "←→": return leftRight
        case "↑": return "up"
        case "↓": return "down"
        case "←": return "left"
        case "→": return "right"
        default: return String(name.map { $0.isASCII ? $0 : "?" })
        }
    }
}
