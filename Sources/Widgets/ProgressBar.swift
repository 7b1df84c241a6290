import Surface
import Text

/// How far something is: a bar, and a text after it.
public struct ProgressBar: Equatable, Sendable {
    /// 0 to 1.
    public var fraction: Double
    public var label: String

    public init(fraction: Double, label: String = "") {
        self.fraction = fraction.isFinite ? min(max(0, fraction), 1) : 0
        self.label = label
    }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        let text = label.isEmpty ? "" : "  " + label
        let bar = max(0, area.columns - TextWidth.of(text))
        let filled = Int((Double(bar) * fraction).rounded(.down))
        grid.put(
            [
                Span(String(repeating: glyphs.filled, count: filled), .accent),
                Span(String(repeating: glyphs.unfilled, count: bar - filled), .border),
                Span(text, .muted),
            ], at: area.origin, maxColumns: area.columns, ellipsis: glyphs.ellipsis)
    }
}
