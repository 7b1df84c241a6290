/// The square while it is drawn: what is fixed for its version, then the codewords, then a mask.
struct QRCanvas {
    private let version: Int
    private let size: Int
    private var dark: [[Bool]]
    /// Finders, timing, alignment and what is written about the format: no codeword stands there.
    private var isFixed: [[Bool]]

    init(version: Int) {
        self.version = version
        size = 17 + 4 * version
        dark = Array(repeating: Array(repeating: false, count: size), count: size)
        isFixed = dark
        drawFixed()
    }

    private mutating func fix(_ column: Int, _ row: Int, _ isDark: Bool) {
        dark[row][column] = isDark
        isFixed[row][column] = true
    }

    private mutating func drawFixed() {
        for place in 0..<size {
            fix(6, place, place % 2 == 0)
            fix(place, 6, place % 2 == 0)
        }
        for (column, row) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(column, row) }
        let centres = QRTables.alignmentCentres(version)
        for row in centres {
            for column in centres {
                // Where the finders are there is none.
                let isFinder = (column, row) == (6, 6) || (column, row) == (6, size - 7)
                    || (column, row) == (size - 7, 6)
                if !isFinder { drawAlignment(column, row) }
            }
        }
        drawFormat(0)
        drawVersion()
    }

    private mutating func drawFinder(_ column: Int, _ row: Int) {
        for dy in -4...4 {
            for dx in -4...4 {
                let (x, y) = (column + dx, row + dy)
                guard (0..<size).contains(x), (0..<size).contains(y) else { continue }
                let distance = max(abs(dx), abs(dy))
                fix(x, y, distance != 2 && distance != 4)
            }
        }
    }

    private mutating func drawAlignment(_ column: Int, _ row: Int) {
        for dy in -2...2 {
            for dx in -2...2 { fix(column + dx, row + dy, max(abs(dx), abs(dy)) != 1) }
        }
    }

    /// Level and mask, with their own error correction, twice (section 7.9).
    private mutating func drawFormat(_ data: Int) {
        var rest = data
        for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
        let bits = (data << 10 | rest) ^ 0x5412
        func bit(_ place: Int) -> Bool { bits >> place & 1 == 1 }
        for place in 0...5 { fix(8, place, bit(place)) }
        fix(8, 7, bit(6))
        fix(8, 8, bit(7))
        fix(7, 8, bit(8))
        for place in 9..<15 { fix(14 - place, 8, bit(place)) }
        for place in 0..<8 { fix(size - 1 - place, 8, bit(place)) }
        for place in 8..<15 { fix(8, size - 15 + place, bit(place)) }
        fix(8, size - 8, true)
    }

    /// From version 7 on (section 7.10).
    private mutating func drawVersion() {
        guard version >= 7 else { return }
        var rest = version
        for _ in 0..<12 { rest = rest << 1 ^ (rest >> 11) * 0x1F25 }
        let bits = version << 12 | rest
        for place in 0..<18 {
            let (long, short) = (place / 3, size - 11 + place % 3)
            let isDark = bits >> place & 1 == 1
            fix(short, long, isDark)
            fix(long, short, isDark)
        }
    }

    /// The codewords, in columns of two from the right, up and down (section 7.7.3).
    mutating func place(_ words: [UInt8]) {
        var index = 0
        var right = size - 1
        while right >= 1 {
            if right == 6 { right = 5 }
            for step in 0..<size {
                for column in [right, right - 1] {
                    let isUpward = (right + 1) & 2 == 0
                    let row = isUpward ? size - 1 - step : step
                    guard !isFixed[row][column], index < words.count * 8 else { continue }
                    dark[row][column] = words[index / 8] >> UInt8(7 - index % 8) & 1 == 1
                    index += 1
                }
            }
            right -= 2
        }
    }

    /// With the mask that disturbs a camera least (section 7.8).
    func masked(level: QRCode.Level) -> [[Bool]] {
        var best: (penalty: Int, modules: [[Bool]])?
        for mask in 0..<8 {
            var drawn = self
            drawn.apply(mask)
            drawn.drawFormat((level == .low ? 1 : 0) << 3 | mask)
            let penalty = QRPenalty.of(drawn.dark)
            if penalty < best?.penalty ?? .max { best = (penalty, drawn.dark) }
        }
        return best?.modules ?? dark
    }

    private mutating func apply(_ mask: Int) {
        for row in 0..<size {
            for column in 0..<size where !isFixed[row][column] {
                if Self.inverts(mask, column, row) { dark[row][column].toggle() }
            }
        }
    }

    private static func inverts(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }
}

/// How hard a square is to read (section 7.8.3).
enum QRPenalty {
    static func of(_ modules: [[Bool]]) -> Int {
        let size = modules.count
        let columns = (0..<size).map { column in modules.map { $0[column] } }
        var penalty = (modules + columns).reduce(0) { $0 + line($1) }
        for row in 0..<(size - 1) {
            for column in 0..<(size - 1) {
                let one = modules[row][column]
                if modules[row][column + 1] == one, modules[row + 1][column] == one,
                    modules[row + 1][column + 1] == one
                {
                    penalty += 3
                }
            }
        }
        let dark = modules.reduce(0) { $0 + $1.count { $0 } }
        // Ten for every whole 5 % that dark and light are from being equal.
        return penalty + abs(dark * 20 - size * size * 10) / (size * size) * 10
    }

    /// Five of a colour and more, and what looks like a finder.
    private static func line(_ modules: [Bool]) -> Int {
        var penalty = 0
        var run = 1
        for place in 1...modules.count {
            if place < modules.count, modules[place] == modules[place - 1] {
                run += 1
            } else {
                if run >= 5 { penalty += run - 2 }
                run = 1
            }
        }
        let finder = [true, false, true, true, true, false, true]
        for start in 0...(modules.count - 7) where modules[start..<start + 7].elementsEqual(finder) {
            let before = (start - 4..<start).allSatisfy { $0 < 0 || !modules[$0] }
            let after = (start + 7..<start + 11).allSatisfy { $0 >= modules.count || !modules[$0] }
            if before || after { penalty += 40 }
        }
        return penalty
    }
}
