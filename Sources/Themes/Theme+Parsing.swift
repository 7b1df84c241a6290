import Surface
import TOMLKit

extension Theme {
    /// The largest theme file that is read, in bytes.
    public static let maximumFileSize = 64 * 1024

    /// Reads a theme file strictly: an unknown key or role, or a colour that is none, is an error.
    /// The first fault in the file is the one thrown.
    public static func parse(text: String, name: String) throws(ThemeError) -> Theme {
        guard text.utf8.count <= maximumFileSize else {
            throw ThemeError(
                theme: name, line: nil, sentence: "it is larger than \(maximumFileSize) bytes")
        }
        let table = try document(text, name: name)
        // The values point into the document.
        return try withExtendedLifetime(table) { () throws(ThemeError) -> Theme in
            var reader = ThemeReader(name: name, source: TOMLSource(text))
            let theme = reader.theme(table)
            let first = reader.faults.enumerated().min {
                ($0.element.line ?? .max, $0.offset) < ($1.element.line ?? .max, $1.offset)
            }
            if let first { throw first.element }
            return theme
        }
    }

    private static func document(_ text: String, name: String) throws(ThemeError) -> TOMLTable {
        do {
            return try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            // The parser says "Error while parsing key: …" and ends without a stop.
            let reason = error.description.prefix(while: { $0 != "\n" })
            throw ThemeError(
                theme: name, line: error.source.begin.line, sentence: "not TOML: \(reason)")
        } catch {
            throw ThemeError(theme: name, line: nil, sentence: "not TOML")
        }
    }
}

/// Turns a parsed document into a theme and notes every fault it meets.
private struct ThemeReader {
    let name: String
    let source: TOMLSource
    var faults: [ThemeError] = []

    init(name: String, source: TOMLSource) {
        self.name = name
        self.source = source
    }

    mutating func theme(_ root: TOMLTable) -> Theme {
        let known = ["title", "appearance", "background", "paint-background", "roles"]
        refuseOthers(than: known, in: root, at: [])
        let title = string(root, "title", at: []) ?? name
        let appearance = require("appearance", in: root).flatMap { word in
            Theme.Appearance(rawValue: word)
                ?? fault("appearance is \"dark\" or \"light\"", at: ["appearance"])
        }
        let background = require("background", in: root).flatMap { color($0, at: ["background"]) }
        var paintsBackground = false
        if let value = root["paint-background"] {
            paintsBackground =
                value.bool ?? fault("paint-background is true or false", at: ["paint-background"])
                ?? false
        }
        return Theme(
            name: name, title: title, appearance: appearance ?? .dark,
            background: background ?? RGB(number: 0), paintsBackground: paintsBackground,
            paints: paints(root))
    }

    private mutating func paints(_ root: TOMLTable) -> [Role: Paint] {
        guard let value = root["roles"] else {
            return fault("there is no [roles]", at: nil) ?? [:]
        }
        guard let table = value.table else {
            return fault("roles is a table", at: ["roles"]) ?? [:]
        }
        var paints: [Role: Paint] = [:]
        for (key, value) in table {
            guard let role = Role(rawValue: key) else {
                let _: Never? = fault("unknown role: \(key)", at: ["roles", key])
                continue
            }
            paints[role] = paint(value, at: ["roles", key])
        }
        return paints
    }

    /// A colour alone, or a table of foreground, background and emphasis.
    private mutating func paint(_ value: any TOMLValueConvertible, at path: [String]) -> Paint? {
        if let text = value.string { return Paint(foreground: color(text, at: path)) }
        guard let table = value.table else {
            return fault("a role is a colour or a table", at: path)
        }
        refuseOthers(than: ["foreground", "background", "emphasis"], in: table, at: path)
        var paint = Paint()
        if let text = string(table, "foreground", at: path) {
            paint.foreground = color(text, at: path + ["foreground"])
        }
        if let text = string(table, "background", at: path) {
            paint.background = color(text, at: path + ["background"])
        }
        if let value = table["emphasis"] {
            paint.emphasis = emphasis(value, at: path + ["emphasis"])
        }
        return paint
    }

    private mutating func emphasis(
        _ value: any TOMLValueConvertible, at path: [String]
    ) -> Style.Emphasis {
        guard let words = value.array else {
            return fault("emphasis is a list of words", at: path) ?? []
        }
        var emphasis: Style.Emphasis = []
        for word in words {
            switch word.string {
            case "bold": emphasis.insert(.bold)
            case "dim": emphasis.insert(.dim)
            case "underline": emphasis.insert(.underline)
            case "reverse": emphasis.insert(.reverse)
            default:
                let _: Never? = fault(
                    "emphasis is any of bold, dim, underline and reverse", at: path)
            }
        }
        return emphasis
    }

    private mutating func color(_ text: String, at path: [String]) -> RGB? {
        RGB(hex: text)
            ?? fault("not a colour: \"\(text.prefix(40))\" (write \"#rrggbb\")", at: path)
    }

    private mutating func string(_ table: TOMLTable, _ key: String, at path: [String]) -> String? {
        guard let value = table[key] else { return nil }
        return value.string ?? fault("\(key) is a text in quotes", at: path + [key])
    }

    private mutating func require(_ key: String, in root: TOMLTable) -> String? {
        if root[key] == nil { return fault("\(key) is missing", at: nil) }
        return string(root, key, at: [])
    }

    private mutating func refuseOthers(
        than known: [String], in table: TOMLTable, at path: [String]
    ) {
        for key in table.keys where !known.contains(key) {
            let _: Never? = fault("unknown key: \(key)", at: path + [key])
        }
    }

    /// Notes a fault and is nil, to stand where a value would.
    private mutating func fault<Value>(_ sentence: String, at path: [String]?) -> Value? {
        let line = path.flatMap(source.line(of:))
        faults.append(ThemeError(theme: name, line: line, sentence: sentence))
        return nil
    }
}
