import Synchronization

/// A language that screens speak. To add one: a case, and a catalogue beside `Spanish.swift`.
public enum Language: String, CaseIterable, Sendable {
    /// What stands in the code.
    case english = "en"
    case spanish = "es"

    /// As the environment asks for: LC_ALL, else LC_MESSAGES, else LANG (POSIX, 8.2). English where
    /// it asks for another one.
    public init(environment: [String: String]) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let code = locale.prefix { $0.isLetter }.lowercased()
        self = Language(rawValue: code) ?? .english
    }

    private static let ofProcess = Atomic<Bool>(false)

    /// Which one this process speaks; said once, before anything is shown.
    public static func use(_ language: Language) {
        ofProcess.store(language == .spanish, ordering: .relaxed)
    }

    /// In place of the process's, for what is done within.
    @TaskLocal public static var here: Language?

    public static var current: Language {
        here ?? (ofProcess.load(ordering: .relaxed) ? .spanish : .english)
    }

    /// What a text is in this language; nil where its catalogue lacks it.
    func phrase(_ english: String) -> String? {
        switch self {
        case .english: english
        case .spanish: spanishPhrases[english]
        }
    }
}
