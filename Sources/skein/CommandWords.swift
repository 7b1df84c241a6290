/// The words of a command line, before they are parsed.
enum CommandWords {
    /// `--json=a,b` as `--json --fields a,b`; where the verb takes no other words, `--json a,b`
    /// too. What follows `--` is left as it is.
    static func expanded(_ words: [String], takesWords: Bool) -> [String] {
        var result: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" { return result + [word] + rest }
            if word.hasPrefix("--json=") {
                result += ["--json", "--fields", String(word.dropFirst("--json=".count))]
            } else if word == "--json", !takesWords, let next = rest.first, isFieldList(next) {
                result += ["--json", "--fields", next]
                rest.removeFirst()
            } else {
                result.append(word)
            }
        }
        return result
    }

    /// Whether a failure is told as JSON, too.
    static func wantJSON(_ words: [String]) -> Bool {
        let flags = Array(words.prefix { $0 != "--" })
        return flags.contains { word in
            word == "--json" || word.hasPrefix("--json=") || word == "--fields"
                || word.hasPrefix("--fields=") || word.hasPrefix("--format=json")
        } || zip(flags, flags.dropFirst()).contains { $0 == "--format" && $1.hasPrefix("json") }
    }

    private static func isFieldList(_ word: String) -> Bool {
        !word.isEmpty
            && word.utf8.allSatisfy {
                (97...122).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ",")
            }
    }
}
