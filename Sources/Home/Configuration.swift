import MeshProtocol
import TOMLKit

/// What a person wrote into `config.toml`. Nothing of it is needed, and nothing wrong in it stops
/// anything: what cannot be understood is a warning, and the default holds.
public struct Configuration: Equatable, Sendable {
    /// The name of a theme.
    public var theme: String?
    /// Line by line instead of full-screen.
    public var plain: Bool?
    public var mouse: Bool?
    /// How long the relay stays with nothing to do.
    public var relayIdleMinutes: Int?
    /// Whether the relay keeps on the disk what happens on the meshes.
    public var history: Bool?
    /// Keys by the name of an action, as they were written: `[keys]`.
    public var keys: [String: [String]] = [:]

    public init(
        theme: String? = nil, plain: Bool? = nil, mouse: Bool? = nil, relayIdleMinutes: Int? = nil,
        history: Bool? = nil
    ) {
        self.theme = theme
        self.plain = plain
        self.mouse = mouse
        self.relayIdleMinutes = relayIdleMinutes
        self.history = history
    }

    /// One thing in the file that was not understood.
    public struct Warning: Equatable, Sendable {
        /// Counted from 1; nil where the file as a whole is meant.
        public var line: Int?
        /// One sentence, without a full stop.
        public var message: String

        public init(line: Int?, message: String) {
            self.line = line
            self.message = message
        }
    }

    /// The most bytes of a file that are read.
    static let limit = 65_536

    /// No file is no warning.
    public static func read(_ path: String) -> (Configuration, [Warning]) {
        do throws(SkeinError) {
            guard let bytes = try AtomicFile.read(path, limit: limit) else {
                return (Configuration(), [])
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return (Configuration(), [Warning(line: nil, message: "it is not UTF-8")])
            }
            return parse(text)
        } catch {
            return (Configuration(), [Warning(line: nil, message: error.message)])
        }
    }

    static func parse(_ text: String) -> (Configuration, [Warning]) {
        var configuration = Configuration()
        var warnings: [Warning] = []
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let line = error.source.begin.line
            return (configuration, [Warning(line: line, message: "it is not TOML")])
        } catch {
            return (configuration, [Warning(line: nil, message: "it is not TOML")])
        }
        func warn(_ key: String, _ message: String) {
            warnings.append(Warning(line: line(of: key, in: text), message: message))
        }
        for key in table.keys {
            let value = table[key]
            switch key {
            case "theme":
                configuration.theme = value?.string
                if configuration.theme == nil { warn(key, "theme must be a name in quotes") }
            case "plain":
                configuration.plain = value?.bool
                if configuration.plain == nil { warn(key, "plain must be true or false") }
            case "mouse":
                configuration.mouse = value?.bool
                if configuration.mouse == nil { warn(key, "mouse must be true or false") }
            case "relay_idle_minutes":
                if let minutes = value?.int, (1...10_080).contains(minutes) {
                    configuration.relayIdleMinutes = minutes
                } else {
                    warn(key, "relay_idle_minutes must be a number from 1 to 10080")
                }
            case "history":
                configuration.history = value?.bool
                if configuration.history == nil { warn(key, "history must be true or false") }
            case "keys":
                guard let actions = value?.table else {
                    warn(key, "keys must be a table, [keys]")
                    break
                }
                for action in actions.keys {
                    let names = actions[action]?.array?.compactMap(\.string) ?? []
                    if names.isEmpty {
                        warn(action, "\(shown(action)) must be a list of keys, as [\"f1\"]")
                    } else {
                        configuration.keys[action] = names
                    }
                }
            default:
                warn(key, "\(shown(key)) is no setting of Skein's")
            }
        }
        // In the order of the file, not of the table.
        return (configuration, warnings.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
    }

    /// TOML's parser keeps no place for a key that it understood, so the line is looked for.
    private static func line(of key: String, in text: String) -> Int? {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        let index = lines.firstIndex { line in
            let line = line.drop { " \t[\"'".contains($0) }
            guard line.hasPrefix(key) else { return false }
            guard let next = line.dropFirst(key.count).first else { return false }
            return " \t=]\"'.".contains(next)
        }
        return index.map { $0 + 1 }
    }

    private static func shown(_ key: String) -> String {
        let safe = key.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }
        return String(String.UnicodeScalarView(safe.prefix(60)))
    }
}
