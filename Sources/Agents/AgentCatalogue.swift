/// Every agent Skein knows, in the order they are offered.
public enum AgentCatalogue {
    public static let known: [any Agent] = [ClaudeCode(), Codex(), GeminiCLI(), OpenCode()]

    /// The agent behind a word: a known one, or the command of that name.
    public static func agent(_ word: String) -> any Agent {
        known.first { $0.word == word } ?? Command(word: word)
    }
}
