import ThemeFiles

/// The themes there are: those in the binary, and a person's own files, which others read for it.
public enum ThemeCatalog {
    /// The theme of a dark terminal, and wherever nothing is known.
    public static let defaultName = "skein"
    /// The theme of a terminal that says its background is light.
    public static let lightName = "paper"

    /// The names of the built-in themes, in the order they are shown.
    public static let builtInNames: [String] = ThemeFile.allCases.map(\.rawValue)

    /// The theme to use when none was chosen, by what is known of the terminal's background.
    public static func name(for appearance: Theme.Appearance?) -> String {
        appearance == .light ? lightName : defaultName
    }

    /// A built-in theme, or nil if there is none of that name.
    public static func builtIn(_ name: String) -> Theme? {
        ThemeFile(rawValue: name).flatMap { file in
            try? Theme.parse(text: file.text, name: file.rawValue)
        }
    }

    /// A theme by name: a person's own file first, so that it may stand in for a built-in one.
    ///
    /// - Parameter userFiles: the text of each file in the person's theme directory, by its name
    ///   without `.toml`; only the one asked for is parsed.
    public static func find(
        _ name: String, userFiles: [String: String] = [:]
    ) throws(ThemeError) -> Theme {
        if let text = userFiles[name] { return try Theme.parse(text: text, name: name) }
        guard let file = ThemeFile(rawValue: name) else {
            let all = (builtInNames + userFiles.keys.sorted().filter { !builtInNames.contains($0) })
            throw ThemeError(
                theme: name, line: nil,
                sentence: "there is no such theme; there are \(all.joined(separator: ", "))")
        }
        return try Theme.parse(text: file.text, name: name)
    }

    /// The default theme. It needs no file: should the embedded one ever be bad, this is plain.
    public static var standard: Theme {
        builtIn(defaultName)
            ?? Theme(
                name: defaultName, title: "Skein", appearance: .dark,
                background: RGB(number: 0), paintsBackground: false, paints: [:])
    }
}
