import Surface

/// A frame as a picture (SVG 1.1): what a terminal of 24-bit colours shows in a theme.
public struct GridPicture: Sendable {
    /// Of one cell, in user units.
    private static let width = 8
    private static let height = 17
    /// From the top of a cell to the line the letters stand on.
    private static let baseline = 13
    private static let margin = 8

    private let grid: Grid
    private let theme: Theme

    public init(_ grid: Grid, in theme: Theme) {
        self.grid = grid
        self.theme = theme
    }

    public var svg: String {
        let columns = grid.size.columns * Self.width + 2 * Self.margin
        let rows = grid.size.rows * Self.height + 2 * Self.margin
        var lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(columns)" height="\(rows)" \
            viewBox="0 0 \(columns) \(rows)" font-family="ui-monospace, monospace" font-size="13">
            """,
            #"<rect width="100%" height="100%" fill="\#(theme.background.hex)"/>"#,
        ]
        for row in 0..<grid.size.rows { lines += runs(in: row).flatMap { draw($0, row) } }
        return (lines + ["</svg>"]).joined(separator: "\n")
    }

    private struct Run {
        var column: Int
        var columns = 0
        var text = ""
        var style: Style
    }

    /// Cells beside each other that look alike.
    private func runs(in row: Int) -> [Run] {
        var runs: [Run] = []
        for column in 0..<grid.size.columns {
            let cell = grid[column, row]
            if runs.last?.style != cell.style {
                runs.append(Run(column: column, style: cell.style))
            }
            runs[runs.count - 1].text += cell.cluster
            runs[runs.count - 1].columns += 1
        }
        return runs
    }

    private func draw(_ run: Run, _ row: Int) -> [String] {
        let paint = theme.paint(for: run.style.role)
        let emphasis = paint.emphasis.union(run.style.emphasis)
        let ink = paint.foreground ?? (theme.appearance == .dark ? Self.light : Self.dark)
        let isReversed = emphasis.contains(.reverse)
        let ground = isReversed ? ink : paint.background
        let x = Self.margin + run.column * Self.width
        let y = Self.margin + row * Self.height
        var lines: [String] = []
        if let ground, ground != theme.background {
            lines.append(
                #"<rect x="\#(x)" y="\#(y)" width="\#(run.columns * Self.width)" "#
                    + #"height="\#(Self.height)" fill="\#(ground.hex)"/>"#)
        }
        guard run.text.contains(where: { $0 != " " }) else { return lines }
        var look = #"fill="\#((isReversed ? theme.background : ink).hex)""#
        if emphasis.contains(.bold) { look += #" font-weight="bold""# }
        if emphasis.contains(.underline) { look += #" text-decoration="underline""# }
        if emphasis.contains(.dim) { look += #" opacity="0.6""# }
        lines.append(
            #"<text x="\#(x)" y="\#(y + Self.baseline)" "#
                + #"textLength="\#(run.columns * Self.width)" lengthAdjust="spacingAndGlyphs" "#
                + #"xml:space="preserve" \#(look)>\#(Self.escaped(run.text))</text>"#)
        return lines
    }

    private static let light = RGB(number: 0xE6E6E6)
    private static let dark = RGB(number: 0x1A1A1A)

    /// Text of an XML document. What no document may hold (XML 1.0, section 2.2) is U+FFFD.
    static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped.append("\u{FFFD}")
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
