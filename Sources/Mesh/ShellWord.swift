/// Words as they are typed on a POSIX shell's command line.
public enum ShellWord {
    /// The word as it is where that is safe, else in single quotes.
    public static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "-_./=:,@%+".utf8.contains(byte)
        }
        if isPlain && !word.isEmpty { return word }
        let parts = word.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }

    public static func line(_ words: [String]) -> String {
        words.map(quoted).joined(separator: " ")
    }
}
