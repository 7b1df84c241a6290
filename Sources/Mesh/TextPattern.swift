/// A regular expression whose search takes no longer than its length times the text's: every way
/// it could match is followed at once (Thompson's construction), so none of them is ever gone
/// back to. Letters match in either case.
///
/// `.` `[a-z]` `[^…]` `\d` `\w` `\s` and their opposites, `^` `$` `\b`, groups, `|`, `*` `+` `?`,
/// `{m}` `{m,}` `{m,n}`, and `\` before any other sign for the sign itself.
public struct TextPattern: Hashable, Sendable {
    /// Code points a pattern may have, and those of a text that are looked at.
    public static let maximumLength = 128
    public static let textLimit = 1024
    /// Times a piece may be asked for, and steps a whole pattern may come to.
    static let maximumCount = 64
    static let maximumSteps = 512

    /// What is wrong with a pattern.
    public enum Fault: Error, Hashable, Sendable {
        case tooLong, tooLarge
        case nothingToRepeat(Character)
        case groupNotClosed, groupNotOpened
        case setNotClosed, setReversed
        case countMalformed
        case endsInEscape
    }

    enum Step: Hashable, Sendable {
        case take(ScalarSet)
        case go(Int)
        /// On to both; the order means nothing, for only whether something matches is asked.
        case fork(Int, Int)
        case check(Boundary)
        case match
    }

    enum Boundary: Hashable, Sendable { case start, end, word, noWord }

    let steps: [Step]

    public init(_ source: String) throws(Fault) {
        guard source.unicodeScalars.count <= Self.maximumLength else { throw .tooLong }
        var parser = TextPatternParser(Array(source.unicodeScalars))
        var compiler = TextPatternCompiler()
        try compiler.emit(try parser.whole())
        steps = compiler.steps + [.match]
    }

    /// Whether the pattern is met anywhere in the first `textLimit` code points of a text.
    public func isFound(in text: String) -> Bool {
        var now = Threads(count: steps.count)
        var next = Threads(count: steps.count)
        var before: Unicode.Scalar?
        var scalars = text.unicodeScalars.makeIterator()
        var left = Self.textLimit
        var scalar = scalars.next()
        while true {
            let place = Place(before: before, after: scalar)
            if follow(0, at: place, &now) { return true }
            guard let taken = scalar, left > 0 else { return false }
            left -= 1
            scalar = scalars.next()
            let folded = taken.foldedCase
            let after = Place(before: taken, after: scalar)
            next.clear()
            for thread in now.list {
                guard case .take(let set) = steps[thread], set.contains(folded) else { continue }
                if follow(thread + 1, at: after, &next) { return true }
            }
            swap(&now, &next)
            before = taken
        }
    }

    private struct Place {
        var before: Unicode.Scalar?
        var after: Unicode.Scalar?

        func isAt(_ boundary: Boundary) -> Bool {
            let isEdge = (before?.isWordScalar ?? false) != (after?.isWordScalar ?? false)
            return switch boundary {
            case .start: before == nil
            case .end: after == nil
            case .word: isEdge
            case .noWord: !isEdge
            }
        }
    }

    /// The steps that wait for the next code point, each at most once.
    private struct Threads {
        var list: [Int] = []
        private var isIn: [Bool]

        init(count: Int) { isIn = Array(repeating: false, count: count) }

        mutating func add(_ step: Int) -> Bool {
            guard !isIn[step] else { return false }
            isIn[step] = true
            list.append(step)
            return true
        }

        mutating func clear() {
            for step in list { isIn[step] = false }
            list.removeAll(keepingCapacity: true)
        }
    }

    /// Adds a step and all that can be reached from it without taking anything; true at the end.
    private func follow(_ step: Int, at place: Place, _ threads: inout Threads) -> Bool {
        var waiting = [step]
        while let step = waiting.popLast() {
            guard threads.add(step) else { continue }
            switch steps[step] {
            case .take: break
            case .go(let target): waiting.append(target)
            case .fork(let one, let other): waiting += [other, one]
            case .check(let boundary): if place.isAt(boundary) { waiting.append(step + 1) }
            case .match: return true
            }
        }
        return false
    }
}

/// A set of code points: ranges, or all but them.
struct ScalarSet: Hashable, Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var isInverted = false

    static let any = ScalarSet(isInverted: true)
    static let digit = ScalarSet(ranges: [0x30...0x39])
    static let space = ScalarSet(ranges: [0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x3000...0x3000])

    /// Letters, digits and `_` of ASCII, and whatever lies beyond ASCII but spaces.
    static let word = ScalarSet(ranges: [
        0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0xAA...0x2FFF, 0x3001...0x10FFFF,
    ])

    var inverted: ScalarSet { ScalarSet(ranges: ranges, isInverted: !isInverted) }

    /// Of a code point in lower case: its upper case counts as well.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let upper = scalar.upperCase
        return ranges.contains { $0.contains(scalar.value) || $0.contains(upper.value) }
            != isInverted
    }
}

extension Unicode.Scalar {
    fileprivate var isWordScalar: Bool { ScalarSet.word.contains(self) }

    /// Itself in lower case where that is one code point.
    var foldedCase: Unicode.Scalar {
        if value < 0x80 {
            return (0x41...0x5A).contains(value) ? Unicode.Scalar(UInt8(value + 0x20)) : self
        }
        let mapped = properties.lowercaseMapping.unicodeScalars
        return mapped.count == 1 ? mapped.first ?? self : self
    }

    fileprivate var upperCase: Unicode.Scalar {
        if value < 0x80 {
            return (0x61...0x7A).contains(value) ? Unicode.Scalar(UInt8(value - 0x20)) : self
        }
        let mapped = properties.uppercaseMapping.unicodeScalars
        return mapped.count == 1 ? mapped.first ?? self : self
    }
}
