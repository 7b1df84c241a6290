import Foundation
import Home
import MeshProtocol

/// `skein://` links opened by Skein: an entry of its own among the person's applications, and one
/// line in their list of what opens what (Desktop Entry Specification 1.5; Association between MIME
/// types and applications 1.0.1). Nothing else of either is touched.
struct LinkHandler {
    static let entryName = "skein-url-handler.desktop"
    static let type = "x-scheme-handler/skein"
    private static let section = "[Default Applications]"

    /// Where the entry stands, and the list.
    let entryPath: String
    let listPath: String
    let executable: String

    init(environment: [String: String], executable: String) throws(SkeinError) {
        func place(_ variable: String, _ below: String) throws(SkeinError) -> String {
            if let given = environment[variable], given.hasPrefix("/") { return given }
            guard let user = environment["HOME"], user.hasPrefix("/") else {
                throw SkeinError(
                    .homeUnwritable, "There is no home directory to keep the entry in",
                    hint: "Set HOME or \(variable)")
            }
            return user + below
        }
        entryPath =
            try place("XDG_DATA_HOME", "/.local/share") + "/applications/" + Self.entryName
        listPath = try place("XDG_CONFIG_HOME", "/.config") + "/mimeapps.list"
        self.executable = executable
    }

    /// The link is an argument of its own: no shell sees it. A terminal is asked for, because
    /// somebody is to say yes.
    var entry: String {
        """
        [Desktop Entry]
        Type=Application
        Name=Skein
        Comment=Opens an invite to a mesh of coding agents
        Exec=\(Self.quoted(executable)) launch --join %u
        Terminal=true
        NoDisplay=true
        MimeType=\(Self.type);

        """
    }

    func install() throws(SkeinError) {
        let list = try readList()
        try make(entryPath)
        try make(listPath)
        try AtomicFile.write(Array(entry.utf8), to: entryPath, mode: 0o644)
        let changed = Self.adding(to: list ?? "")
        if changed != list { try AtomicFile.write(Array(changed.utf8), to: listPath, mode: 0o644) }
    }

    /// Whether there was anything of ours.
    func uninstall() throws(SkeinError) -> Bool {
        var wasThere = false
        if FileManager.default.fileExists(atPath: entryPath) {
            do {
                try FileManager.default.removeItem(atPath: entryPath)
            } catch {
                throw SkeinError(
                    .homeUnwritable, "\(entryPath) cannot be removed",
                    hint: "Mend its directory's permissions")
            }
            wasThere = true
        }
        guard let list = try readList() else { return wasThere }
        let changed = Self.removing(from: list)
        guard changed != list else { return wasThere }
        try AtomicFile.write(Array(changed.utf8), to: listPath, mode: 0o644)
        return true
    }

    // MARK: - The list

    private static let line = "\(type)=\(entryName)"

    /// Ours first in its section; what others wrote stays as it is.
    static func adding(to list: String) -> String {
        var lines = removing(from: list).components(separatedBy: "\n")
        if let place = lines.firstIndex(where: { trimmed($0) == section }) {
            lines.insert(line, at: place + 1)
        } else {
            while lines.last?.isEmpty == true { lines.removeLast() }
            if !lines.isEmpty { lines.append("") }
            lines += [section, line, ""]
        }
        return lines.joined(separator: "\n")
    }

    /// Without the line that names our entry for our scheme, in any section.
    static func removing(from list: String) -> String {
        var lines: [String] = []
        for each in list.components(separatedBy: "\n") {
            let parts = each.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, trimmed(String(parts[0])) == type else {
                lines.append(each)
                continue
            }
            let others = parts[1].split(separator: ";").filter { trimmed(String($0)) != entryName }
            if !others.isEmpty { lines.append("\(type)=" + others.joined(separator: ";") + ";") }
        }
        return lines.joined(separator: "\n")
    }

    private static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespaces)
    }

    /// As the specification has an argument that may hold anything.
    static func quoted(_ path: String) -> String {
        var quoted = "\""
        for character in path {
            // The value is unescaped once as a string and once as an argument.
            switch character {
            case "\\": quoted += "\\\\\\\\"
            case "\"", "`", "$": quoted += "\\\\\(character)"
            case "%": quoted += "%%"
            default: quoted.append(character)
            }
        }
        return quoted + "\""
    }

    private func readList() throws(SkeinError) -> String? {
        guard let bytes = try AtomicFile.read(listPath, limit: 1 << 20) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SkeinError(
                .homeUnwritable, "\(listPath) is no text, and was left as it is",
                hint: "Mend it first")
        }
        return text
    }

    private func make(_ path: String) throws(SkeinError) {
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw SkeinError(
                .homeUnwritable, "\(directory) cannot be made",
                hint: "Mend its parent's permissions")
        }
    }
}
