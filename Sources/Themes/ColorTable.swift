/// xterm's table of 256 colours, and the nearest in it to any colour.
///
/// The first sixteen differ between terminals, so 256-colour projection keeps to the cube and the
/// greys, which do not; 16 and 8 are matched against xterm's own defaults.
public enum ColorTable {
    /// The index of the nearest colour that `depth` offers; `none` and 24-bit have no table.
    public static func nearest(to color: RGB, depth: ColorDepth) -> UInt8? {
        switch depth {
        case .none, .trueColor: nil
        case .colors8: nearest(to: color, in: 0..<8)
        case .colors16: nearest(to: color, in: 0..<16)
        case .colors256: nearest(to: color, in: 16..<256)
        }
    }

    /// What xterm shows for an index.
    public static func color(_ index: UInt8) -> RGB { colors[Int(index)] }

    static let colors: [RGB] = base + cube + greys

    private static let perceived: [OKLab] = colors.map(OKLab.init)

    private static func nearest(to color: RGB, in indices: Range<Int>) -> UInt8? {
        let wanted = OKLab(color)
        let best = indices.min {
            wanted.squaredDistance(to: perceived[$0]) < wanted.squaredDistance(to: perceived[$1])
        }
        return best.map(UInt8.init(truncatingIfNeeded:))
    }

    private static let base: [RGB] = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ].map(RGB.init(number:))

    private static let cube: [RGB] = {
        let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
        return steps.flatMap { red in
            steps.flatMap { green in steps.map { blue in RGB(red, green, blue) } }
        }
    }()

    private static let greys: [RGB] = (0..<24).map { step in
        let level = UInt8(8 + 10 * step)
        return RGB(level, level, level)
    }
}
