import CNcurses
import Surface
import Text
import Themes

/// Turns cells into ncurses' own: characters both can place, attributes, and a pair of colours,
/// of which it makes each once.
@MainActor
struct CellPainter {
    private struct Pair: Hashable {
        var foreground: Int32
        var background: Int32
    }

    let isUnicode: Bool
    /// Whether -1 is the terminal's own colour.
    let hasDefaultColors: Bool
    /// Whether a colour's number is 0xRRGGBB.
    let isDirect: Bool
    private var pairs: [Pair: Int32] = [:]

    init(isUnicode: Bool, hasDefaultColors: Bool, isDirect: Bool) {
        self.isUnicode = isUnicode
        self.hasDefaultColors = hasDefaultColors
        self.isDirect = isDirect
    }

    mutating func append(_ cell: Cell, paint: CellPaint, to cells: inout [cchar_t]) {
        let attributes = Self.attributes(paint.emphasis)
        let pair = pair(paint)
        for piece in StandIn.pieces(
            of: cell.cluster, columns: cell.width, ascii: !isUnicode, systemWidth: Self.systemWidth)
        {
            cells.append(Self.cell(piece, attributes: attributes, pair: pair))
        }
    }

    private static func cell(_ piece: String, attributes: attr_t, pair: Int32) -> cchar_t {
        let scalars = piece.unicodeScalars
        var cell = cchar_t()
        let result = withUnsafeTemporaryAllocation(
            of: wchar_t.self, capacity: scalars.count + 1
        ) { text in
            for (index, scalar) in scalars.enumerated() {
                text[index] = wchar_t(truncatingIfNeeded: scalar.value)
            }
            text[scalars.count] = 0
            return curses_set_cell(&cell, text.baseAddress, attributes, pair)
        }
        if result != OK { _ = curses_set_cell(&cell, [0x3F, 0], attributes, pair) }
        return cell
    }

    private static func systemWidth(_ scalar: Unicode.Scalar) -> Int {
        Int(curses_width(wchar_t(truncatingIfNeeded: scalar.value)))
    }

    private mutating func pair(_ paint: CellPaint) -> Int32 {
        guard curses_color_pairs() > 0 else { return 0 }
        let wanted = Pair(
            foreground: number(paint.foreground, default: 7),
            background: number(paint.background, default: 0))
        if wanted == Pair(foreground: -1, background: -1) { return 0 }
        if let pair = pairs[wanted] { return pair }
        let next = Int32(pairs.count + 1)
        guard next < curses_color_pairs(),
            init_extended_pair(next, wanted.foreground, wanted.background) == OK
        else { return 0 }
        pairs[wanted] = next
        return next
    }

    private func number(_ color: TerminalColor, default own: Int32) -> Int32 {
        switch color {
        case .default: hasDefaultColors ? -1 : own
        case .indexed(let index): isDirect ? Int32(Xterm.color(index).number) : bounded(index)
        case .rgb(let rgb): isDirect ? Int32(rgb.number) : bounded(Xterm.index(rgb))
        }
    }

    /// A palette made for more colours than there are loses them rather than showing wrong ones.
    private func bounded(_ index: UInt8) -> Int32 {
        Int32(index) < curses_colors() ? Int32(index) : (hasDefaultColors ? -1 : 7)
    }

    private static func attributes(_ emphasis: Style.Emphasis) -> attr_t {
        var attributes = attr_t(0)
        if emphasis.contains(.bold) { attributes |= curses_bold() }
        if emphasis.contains(.dim) { attributes |= curses_dim() }
        if emphasis.contains(.underline) { attributes |= curses_underline() }
        if emphasis.contains(.reverse) { attributes |= curses_reverse() }
        return attributes
    }
}

/// xterm's table of 256 colours, for a palette that does not match the terminal's depth.
private enum Xterm {
    static func color(_ index: UInt8) -> RGB {
        switch index {
        case 0..<16:
            let level: UInt8 = index < 8 ? 205 : 255
            return RGB(
                index & 1 != 0 ? level : 0, index & 2 != 0 ? level : 0, index & 4 != 0 ? level : 0)
        case 16..<232:
            let place = index - 16
            return RGB(step(place / 36), step(place / 6 % 6), step(place % 6))
        default:
            let level = 8 + 10 * (index - 232)
            return RGB(level, level, level)
        }
    }

    static func index(_ color: RGB) -> UInt8 {
        16 + 36 * nearest(color.red) + 6 * nearest(color.green) + nearest(color.blue)
    }

    private static func step(_ place: UInt8) -> UInt8 { place == 0 ? 0 : 55 + 40 * place }

    private static func nearest(_ level: UInt8) -> UInt8 {
        level < 48 ? 0 : level < 115 ? 1 : (level - 35) / 40
    }
}
