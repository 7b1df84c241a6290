/// Reads the text of a pattern into its parts.
struct TextPatternParser {
    indirect enum Part {
        case one(ScalarSet)
        case boundary(TextPattern.Boundary)
        case sequence([Part])
        case choice([Part])
        /// No upper end where `most` is nil.
        case repeated(Part, least: Int, most: Int?)
    }

    private let source: [Unicode.Scalar]
    private var place = 0

    init(_ source: [Unicode.Scalar]) { self.source = source }

    mutating func whole() throws(TextPattern.Fault) -> Part {
        let part = try choice()
        guard place == source.count else { throw .groupNotOpened }
        return part
    }

    private var next: Unicode.Scalar? { place < source.count ? source[place] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        place += 1
        return true
    }

    // As deep as groups are nested, which is less than a pattern is long.
    private mutating func choice() throws(TextPattern.Fault) -> Part {
        var ways = [try sequence()]
        while take("|") { ways.append(try sequence()) }
        return ways.count == 1 ? ways[0] : .choice(ways)
    }

    private mutating func sequence() throws(TextPattern.Fault) -> Part {
        var parts: [Part] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            parts.append(try repeated(try single()))
        }
        return .sequence(parts)
    }

    private mutating func repeated(_ part: Part) throws(TextPattern.Fault) -> Part {
        var part = part
        while let sign = next {
            switch sign {
            case "*": part = .repeated(part, least: 0, most: nil)
            case "+": part = .repeated(part, least: 1, most: nil)
            case "?": part = .repeated(part, least: 0, most: 1)
            case "{":
                place += 1
                part = try counted(part)
                continue
            default: return part
            }
            place += 1
        }
        return part
    }

    /// What stands after the `{` of `{m}`, `{m,}` or `{m,n}`.
    private mutating func counted(_ part: Part) throws(TextPattern.Fault) -> Part {
        guard let least = number() else { throw .countMalformed }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else { throw .countMalformed }
        guard max(least, most ?? 0) <= TextPattern.maximumCount else { throw .tooLarge }
        guard most.map({ $0 >= least }) ?? true else { throw .countMalformed }
        return .repeated(part, least: least, most: most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = next, ScalarSet.digit.contains(scalar) {
            digits.unicodeScalars.append(scalar)
            place += 1
        }
        // More digits than a count may have are one that is too large.
        return digits.isEmpty ? nil : Int(digits) ?? .max
    }

    private mutating func single() throws(TextPattern.Fault) -> Part {
        guard let scalar = next else { throw .endsInEscape }
        place += 1
        switch scalar {
        case ".": return .one(.any)
        case "^": return .boundary(.start)
        case "$": return .boundary(.end)
        case "[": return .one(try set())
        case "(":
            if take("?") { guard take(":") else { throw .nothingToRepeat("?") } }
            let part = try choice()
            guard take(")") else { throw .groupNotClosed }
            return part
        case "*", "+", "?", "{": throw .nothingToRepeat(Character(scalar))
        case "\\": return try escaped()
        default: return .one(Self.only(scalar))
        }
    }

    private mutating func escaped() throws(TextPattern.Fault) -> Part {
        guard let scalar = next else { throw .endsInEscape }
        place += 1
        switch scalar {
        case "b": return .boundary(.word)
        case "B": return .boundary(.noWord)
        default: return .one(Self.kind(scalar) ?? Self.only(scalar))
        }
    }

    /// The rest of a set after its `[`. A `]` or `-` at its beginning is one of its signs.
    private mutating func set() throws(TextPattern.Fault) -> ScalarSet {
        var set = ScalarSet(isInverted: take("^"))
        var isFirst = true
        while let scalar = next {
            place += 1
            if scalar == "]", !isFirst { return set }
            isFirst = false
            var low = scalar
            if scalar == "\\" {
                guard let sign = next else { throw .endsInEscape }
                place += 1
                if let kind = Self.kind(sign) {
                    guard !kind.isInverted else { throw .setReversed }
                    set.ranges += kind.ranges
                    continue
                }
                low = sign
            }
            guard next == "-", place + 1 < source.count, source[place + 1] != "]" else {
                set.ranges.append(low.value...low.value)
                continue
            }
            place += 1
            if take("\\"), next == nil { throw .endsInEscape }
            guard let high = next, high >= low else { throw .setReversed }
            place += 1
            set.ranges.append(low.value...high.value)
        }
        throw .setNotClosed
    }

    private static func kind(_ sign: Unicode.Scalar) -> ScalarSet? {
        switch sign {
        case "d": .digit
        case "D": ScalarSet.digit.inverted
        case "w": .word
        case "W": ScalarSet.word.inverted
        case "s": .space
        case "S": ScalarSet.space.inverted
        default: nil
        }
    }

    private static func only(_ scalar: Unicode.Scalar) -> ScalarSet {
        ScalarSet(ranges: [scalar.foldedCase.value...scalar.foldedCase.value])
    }
}

/// Turns the parts of a pattern into steps.
struct TextPatternCompiler {
    private(set) var steps: [TextPattern.Step] = []
    /// Parts gone through: many times nothing is no step, and takes its time all the same.
    private var parts = 0

    mutating func emit(_ part: TextPatternParser.Part) throws(TextPattern.Fault) {
        parts += 1
        guard max(steps.count, parts / 4) <= TextPattern.maximumSteps else { throw .tooLarge }
        switch part {
        case .one(let set): steps.append(.take(set))
        case .boundary(let boundary): steps.append(.check(boundary))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let ways): try emit(ways[...])
        case .repeated(let part, let least, let most):
            for _ in 0..<least { try emit(part) }
            try emit(part, atMost: most.map { $0 - least })
        }
    }

    private mutating func emit(
        _ ways: ArraySlice<TextPatternParser.Part>
    ) throws(TextPattern.Fault) {
        var ends: [Int] = []
        for (index, way) in ways.enumerated() {
            guard index < ways.count - 1 else {
                try emit(way)
                break
            }
            let fork = reserve()
            try emit(way)
            ends.append(reserve())
            steps[fork] = .fork(fork + 1, steps.count)
        }
        for end in ends { steps[end] = .go(steps.count) }
    }

    /// So many times more, or any number of times.
    private mutating func emit(
        _ part: TextPatternParser.Part, atMost most: Int?
    ) throws(TextPattern.Fault) {
        guard let most else {
            let fork = reserve()
            try emit(part)
            steps.append(.go(fork))
            steps[fork] = .fork(fork + 1, steps.count)
            return
        }
        var forks: [Int] = []
        for _ in 0..<most {
            forks.append(reserve())
            try emit(part)
        }
        for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
    }

    private mutating func reserve() -> Int {
        steps.append(.match)
        return steps.count - 1
    }
}
