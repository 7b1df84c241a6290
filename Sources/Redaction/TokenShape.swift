/// A token that is known by how it begins.
struct TokenShape {
    enum Alphabet {
        case upperAndDigits, lettersAndDigits, word, wordAndDash

        func has(_ byte: UInt8) -> Bool {
            switch self {
            case .upperAndDigits: (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            case .lettersAndDigits: Redaction.isLetterOrDigit(byte)
            case .word: Redaction.isWord(byte)
            case .wordAndDash: Redaction.isWord(byte) || byte == 0x2D
            }
        }
    }

    var prefix: StaticString
    var alphabet: Alphabet
    /// How many characters follow the prefix, at least.
    var least: Int
    /// Exactly so many: a longer run is something else.
    var isExact = false

    /// The longer prefix before the shorter one.
    static let all: [TokenShape] = [
        // AWS, access key ids.
        TokenShape(prefix: "AKIA", alphabet: .upperAndDigits, least: 16, isExact: true),
        TokenShape(prefix: "ASIA", alphabet: .upperAndDigits, least: 16, isExact: true),
        // GitHub, classic and fine-grained.
        TokenShape(prefix: "ghp_", alphabet: .lettersAndDigits, least: 36),
        TokenShape(prefix: "gho_", alphabet: .lettersAndDigits, least: 36),
        TokenShape(prefix: "ghu_", alphabet: .lettersAndDigits, least: 36),
        TokenShape(prefix: "ghs_", alphabet: .lettersAndDigits, least: 36),
        TokenShape(prefix: "ghr_", alphabet: .lettersAndDigits, least: 36),
        TokenShape(prefix: "github_pat_", alphabet: .word, least: 40),
        TokenShape(prefix: "glpat-", alphabet: .wordAndDash, least: 20),
        // Anthropic, OpenAI, and those who write theirs in the same way.
        TokenShape(prefix: "sk-ant-", alphabet: .wordAndDash, least: 20),
        TokenShape(prefix: "sk-proj-", alphabet: .wordAndDash, least: 20),
        TokenShape(prefix: "sk-svcacct-", alphabet: .wordAndDash, least: 20),
        TokenShape(prefix: "sk-admin-", alphabet: .wordAndDash, least: 20),
        TokenShape(prefix: "sk-None-", alphabet: .wordAndDash, least: 20),
        TokenShape(prefix: "sk-or-v1-", alphabet: .lettersAndDigits, least: 32),
        TokenShape(prefix: "sk-", alphabet: .lettersAndDigits, least: 32),
        // Slack.
        TokenShape(prefix: "xoxa-", alphabet: .wordAndDash, least: 10),
        TokenShape(prefix: "xoxb-", alphabet: .wordAndDash, least: 10),
        TokenShape(prefix: "xoxp-", alphabet: .wordAndDash, least: 10),
        TokenShape(prefix: "xoxr-", alphabet: .wordAndDash, least: 10),
        TokenShape(prefix: "xoxs-", alphabet: .wordAndDash, least: 10),
        TokenShape(prefix: "xapp-", alphabet: .wordAndDash, least: 20),
        // Skein's own.
        TokenShape(prefix: "sk_session_", alphabet: .wordAndDash, least: 16),
        TokenShape(prefix: "sk_pat_", alphabet: .wordAndDash, least: 16),
    ]

    static func find(in bytes: [UInt8], at start: Int) -> Range<Int>? {
        switch bytes[start] {
        case UInt8(ascii: "A"), UInt8(ascii: "g"), UInt8(ascii: "s"), UInt8(ascii: "x"): break
        default: return nil
        }
        for shape in all where bytes.has(shape.prefix, at: start) {
            let from = start + shape.prefix.utf8CodeUnitCount
            let end = bytes.end(from: from, while: shape.alphabet.has)
            guard end - from >= shape.least else { continue }
            let isWhole = end == bytes.count || !Redaction.isWord(bytes[end])
            if shape.isExact, end - from != shape.least || !isWhole { continue }
            return start..<end
        }
        return nil
    }
}
