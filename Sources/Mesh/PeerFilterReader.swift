/// Reads the text of a filter, word by word.
struct PeerFilterReader {
    private(set) var terms: [PeerFilter.Term] = []
    private(set) var problem: String?

    private let text: [Character]
    private var place = 0

    init(_ text: String) {
        self.text = Array(text.prefix(PeerFilter.maximumLength))
    }

    mutating func read() {
        while true {
            while place < text.count, text[place].isWhitespace { place += 1 }
            guard place < text.count else { return }
            guard let term = term() else { continue }
            guard terms.count < PeerFilter.maximumTerms else {
                return note("A filter has at most \(PeerFilter.maximumTerms) words")
            }
            terms.append(term)
        }
    }

    private mutating func note(_ sentence: String) {
        if problem == nil { problem = sentence }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard place < text.count, text[place] == character else { return false }
        place += 1
        return true
    }

    /// The next word; nil where it narrows nothing, or is wrong.
    private mutating func term() -> PeerFilter.Term? {
        let isNegated = take("-") || take("!")
        var field: PeerFilter.Field?
        if take("@") {
            field = .group
        } else if let name = fieldName() {
            field = PeerFilter.Field.called(name)
            if field == nil {
                _ = value()
                let known = PeerFilter.Field.allCases.map(\.rawValue).joined(separator: ", ")
                note("There is no field “\(name)”; there are \(known)")
                return nil
            }
        }
        return wanted(in: field).map {
            PeerFilter.Term(isNegated: isNegated, field: field, wanted: $0)
        }
    }

    /// Letters with a `:` after them.
    private mutating func fieldName() -> String? {
        let letters = text[place...].prefix { $0.isASCII && $0.isLetter }
        guard !letters.isEmpty, letters.endIndex < text.count, text[letters.endIndex] == ":" else {
            return nil
        }
        place = letters.endIndex + 1
        return String(letters).lowercased()
    }

    private enum Value {
        case bare(String)
        case quoted(String)
        case pattern(String)
    }

    private mutating func wanted(in field: PeerFilter.Field?) -> PeerFilter.Wanted? {
        switch value() {
        case .quoted(""): return field == nil ? nil : .nothing
        case .quoted(let words): return .words([FoldedText(words)])
        case .pattern(let source):
            do throws(TextPattern.Fault) {
                return .pattern(try TextPattern(source))
            } catch {
                note("/\(source)/: \(error.sentence)")
                return nil
            }
        case .bare(let word):
            guard let field else { return word.isEmpty ? nil : .words([FoldedText(word)]) }
            let words = word.split(separator: ",").map { String($0).lowercased() }
            guard !words.isEmpty else { return nil }
            guard let values = field.values else { return .words(words.map { FoldedText($0) }) }
            if let stray = words.first(where: { word in !values.contains { $0.hasPrefix(word) } }) {
                let known = values.joined(separator: ", ")
                note("“\(stray)” is no \(field.rawValue); there are \(known)")
                return nil
            }
            return .beginning(words.map { FoldedText($0) })
        }
    }

    private mutating func value() -> Value {
        if take("\"") {
            let words = text[place...].prefix { $0 != "\"" }
            // What is not closed yet goes on to the end.
            place = min(words.endIndex + 1, text.count)
            return .quoted(String(words))
        }
        if let pattern = pattern() { return .pattern(pattern) }
        let word = text[place...].prefix { !$0.isWhitespace }
        place = word.endIndex
        return .bare(String(word))
    }

    /// What stands between `/` and the next `/` at the end of a word; nil leaves a path a path.
    private mutating func pattern() -> String? {
        guard place + 1 < text.count, text[place] == "/" else { return nil }
        var end = place + 1
        while end < text.count {
            if text[end] == "/", end + 1 == text.count || text[end + 1].isWhitespace {
                defer { place = end + 1 }
                return String(text[(place + 1)..<end])
            }
            end += text[end] == "\\" ? 2 : 1
        }
        let word = text[place...].prefix { !$0.isWhitespace }
        if word.contains(where: { "^$*+?()[]{}|\\".contains($0) }) {
            note("A pattern ends in /")
        }
        return nil
    }
}

extension TextPattern.Fault {
    /// What is wrong, without a full stop.
    public var sentence: String {
        switch self {
        case .tooLong: "a pattern has at most \(TextPattern.maximumLength) characters"
        case .tooLarge: "the pattern repeats too much"
        case .nothingToRepeat(let sign): "there is nothing before \(sign) to repeat"
        case .groupNotClosed: "a ( is not closed"
        case .groupNotOpened: "a ) has no ( before it"
        case .setNotClosed: "a [ is not closed"
        case .setReversed: "a range in [ ] runs backwards"
        case .countMalformed: "{ } takes a count, as {2} or {2,5}"
        case .endsInEscape: "the pattern ends in \\"
        }
    }
}
