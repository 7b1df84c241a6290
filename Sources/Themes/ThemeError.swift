import Foundation

/// What is wrong with a theme file, and where.
public struct ThemeError: Error, Equatable, Sendable, LocalizedError {
    /// The theme's name, as it was asked for.
    public let theme: String
    /// Counted from 1; nil when no line is at fault, as when something is missing.
    public let line: Int?
    /// One sentence without a full stop, as "unknown role: titel".
    public let sentence: String

    public init(theme: String, line: Int?, sentence: String) {
        self.theme = theme
        self.line = line
        self.sentence = sentence
    }

    public var errorDescription: String? {
        guard let line else { return "Theme \(theme): \(sentence)." }
        return "Theme \(theme), line \(line): \(sentence)."
    }
}
