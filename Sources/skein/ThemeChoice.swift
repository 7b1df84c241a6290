import Home
import MeshProtocol
import Themes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which theme a screen is drawn in: `--theme`, `SKEIN_THEME`, the configuration file, and else
/// what suits the terminal's background.
enum ThemeChoice {
    struct Entry {
        var name: String
        var isBuiltIn: Bool
        var theme: Theme?
        /// Why it cannot be used.
        var problem: String?
    }

    /// The theme that is drawn in, and how it came to be.
    struct Chosen {
        var theme: Theme
        /// True where nobody said which: it may still go with what the terminal answers.
        var isAutomatic = false
        /// What is wrong with the one that was asked for; the default is used.
        var problem: String?
    }

    static func name(flag: String?, _ surroundings: Surroundings) -> String {
        wanted(flag, surroundings)
            ?? ThemeCatalog.name(for: appearance(surroundings.environment["COLORFGBG"]))
    }

    private static func wanted(_ flag: String?, _ surroundings: Surroundings) -> String? {
        let said = surroundings.environment["SKEIN_THEME"].flatMap { $0.isEmpty ? nil : $0 }
        return flag ?? said ?? surroundings.configuration.theme
    }

    static func load(flag: String?, _ surroundings: Surroundings) -> Chosen {
        let name = name(flag: flag, surroundings)
        do throws(ThemeError) {
            return Chosen(
                theme: try find(name, surroundings), isAutomatic: wanted(flag, surroundings) == nil)
        } catch {
            let place = error.line.map { "\(path(name, surroundings)):\($0)" } ?? "Theme \(name)"
            return Chosen(theme: ThemeCatalog.standard, problem: "\(place): \(error.sentence)")
        }
    }

    /// A theme as its file is now.
    static func again(_ name: String, _ surroundings: Surroundings) -> Result<Theme, SkeinError> {
        do throws(ThemeError) {
            return .success(try find(name, surroundings))
        } catch {
            let place = error.line.map { ":\($0)" } ?? ""
            return .failure(SkeinError(.badTheme, "\(name).toml\(place): \(error.sentence)"))
        }
    }

    /// Every theme there is: built-in ones first, then the person's own.
    static func all(_ surroundings: Surroundings) -> [Entry] {
        let own = ownNames(surroundings)
        let names = ThemeCatalog.builtInNames + own.filter { !ThemeCatalog.builtInNames.contains($0) }
        return names.map { name in
            var entry = Entry(name: name, isBuiltIn: !own.contains(name))
            do throws(ThemeError) {
                entry.theme = try find(name, surroundings)
            } catch {
                entry.problem = error.line.map { "line \($0): \(error.sentence)" } ?? error.sentence
            }
            return entry
        }
    }

    private static func find(_ name: String, _ surroundings: Surroundings) throws(ThemeError) -> Theme {
        var files: [String: String] = [:]
        let isFileName = !name.isEmpty && !name.contains("/") && !name.hasPrefix(".")
        if isFileName, access(path(name, surroundings), F_OK) == 0 {
            let bytes = (try? AtomicFile.read(path(name, surroundings), limit: Theme.maximumFileSize)) ?? nil
            guard let bytes, let text = String(validating: bytes, as: UTF8.self) else {
                throw ThemeError(
                    theme: name, line: nil,
                    sentence: "the file cannot be read, is no UTF-8, or is larger than 64 KiB")
            }
            files[name] = text
        }
        return try ThemeCatalog.find(name, userFiles: files)
    }

    private static func path(_ name: String, _ surroundings: Surroundings) -> String {
        "\(surroundings.home.themesDirectory)/\(name).toml"
    }

    private static func ownNames(_ surroundings: Surroundings) -> [String] {
        guard let directory = opendir(surroundings.home.themesDirectory) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".toml"), !name.hasPrefix(".") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }

    /// COLORFGBG is `foreground;background` in the numbers of the 16 colours; some terminals put a
    /// third field between. 7 and 9 to 15 are light.
    static func appearance(_ colors: String?) -> Theme.Appearance? {
        guard let last = colors?.split(separator: ";").last, let number = Int(last) else { return nil }
        return number == 7 || (9...15).contains(number) ? .light : .dark
    }
}
