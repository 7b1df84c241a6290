/// A text as a square of dark and light modules that a telephone's camera reads (ISO/IEC
/// 18004:2015): bytes only, versions 1 to 10, which is 271 bytes at most.
public struct QRCode: Equatable, Sendable {
    /// How much of it may be unreadable: about 7 % or 15 %.
    public enum Level: Sendable { case low, medium }

    /// Modules a side: 17 + 4 × version.
    public let size: Int
    /// Row by row; true is dark.
    public private(set) var modules: [[Bool]]

    /// The smallest that holds the text; nil where none of these does.
    public init?(_ text: String, level: Level = .low) {
        let bytes = Array(text.utf8)
        guard let version = (1...10).first(where: { QRTables.room(for: $0, level) >= bytes.count })
        else { return nil }
        let words = QRWords.interleaved(
            QRWords.data(bytes, version: version, level: level), version: version, level: level)
        size = 17 + 4 * version
        var canvas = QRCanvas(version: version)
        canvas.place(words)
        modules = canvas.masked(level: level)
    }

    /// Whether a module is dark; the quiet zone around it is light.
    public func isDark(column: Int, row: Int) -> Bool {
        modules.indices.contains(row) && modules.indices.contains(column) && modules[row][column]
    }

    /// How many light modules must be around it for a camera to find it. The standard asks for 4;
    /// every telephone is content with 2.
    public static let quiet = 2

    /// Two rows of modules to a line of text, light ones drawn: on a dark screen as it should be,
    /// on a light one inverted, which cameras read as well.
    public var lines: [String] {
        let span = -Self.quiet..<(size + Self.quiet)
        return stride(from: -Self.quiet, to: size + Self.quiet, by: 2).map { row in
            span.map { column -> String in
                let below = row + 1 >= size + Self.quiet
                switch (isDark(column: column, row: row), isDark(column: column, row: row + 1) || below) {
                case (false, false): return "█"
                case (false, true): return "▀"
                case (true, false): return "▄"
                case (true, true): return " "
                }
            }.joined()
        }
    }
}

/// What the standard's tables say, for the versions and levels there are here.
enum QRTables {
    /// Data and error correction together, in codewords (table 1).
    static let codewords = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346]
    /// Error correction codewords in a block (table 9).
    private static let checkLow = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18]
    private static let checkMedium = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26]
    private static let blocksLow = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4]
    private static let blocksMedium = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5]
    /// Where alignment patterns have their middles (table E.1).
    private static let alignment = [
        [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46],
        [6, 28, 50],
    ]

    static func check(_ version: Int, _ level: QRCode.Level) -> Int {
        (level == .low ? checkLow : checkMedium)[version - 1]
    }

    static func blocks(_ version: Int, _ level: QRCode.Level) -> Int {
        (level == .low ? blocksLow : blocksMedium)[version - 1]
    }

    static func dataCodewords(_ version: Int, _ level: QRCode.Level) -> Int {
        codewords[version - 1] - check(version, level) * blocks(version, level)
    }

    static func alignmentCentres(_ version: Int) -> [Int] { alignment[version - 1] }

    /// How many bits say how long the text is.
    static func lengthBits(_ version: Int) -> Int { version < 10 ? 8 : 16 }

    /// How many bytes of text there is room for.
    static func room(for version: Int, _ level: QRCode.Level) -> Int {
        (dataCodewords(version, level) * 8 - 4 - lengthBits(version)) / 8
    }
}
