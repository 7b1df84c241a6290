import Surface
import Text

/// A row of numbers as levels, the newest at the right.
public struct Sparkline: Equatable, Sendable {
    public var values: [Int]

    public init(_ values: [Int]) {
        self.values = values
    }

    /// The last values that fit, each a level between nothing and the highest of those shown; what
    /// is more than nothing never looks like nothing.
    public func text(columns: Int, glyphs: Glyphs) -> String {
        let shown = values.suffix(max(0, columns)).map { max(0, $0) }
        let levels = glyphs.levels
        guard let highest = shown.max(), highest > 0 else {
            return String(repeating: levels[0], count: shown.count)
        }
        let top = levels.count - 1
        return shown.map { value in
            let level = Int((Double(value) / Double(highest) * Double(top)).rounded())
            return levels[value == 0 ? 0 : max(1, level)]
        }.joined()
    }

    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) {
        guard !area.isEmpty else { return }
        grid.put(
            text(columns: area.columns, glyphs: glyphs), at: area.origin, style: Style(.accent))
    }
}
