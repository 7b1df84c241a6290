import ArgumentParser
import Home
import MeshProtocol
import Themes

/// `skein themes`: which palettes there are.
struct ThemesVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "themes", abstract: "List the themes, built-in and your own.")
    static let takesWords = false
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let surroundings = try Surroundings()
        surroundings.tellWarnings()
        let chosen = ThemeChoice.name(flag: nil, surroundings)
        let rows = ThemeChoice.all(surroundings).map { entry in
            Row(
                name: entry.name, title: entry.theme?.title ?? "",
                appearance: entry.theme?.appearance.rawValue ?? "",
                built_in: entry.isBuiltIn, chosen: entry.name == chosen, problem: entry.problem)
        }
        try Output.list("themes", rows, called: "themes", common) { () throws(SkeinError) in
            let lines = rows.map { row in
                [
                    row.chosen ? "*" : " ", row.name, row.appearance,
                    row.problem.map { "not usable: \($0)" } ?? row.title,
                ].map(Output.shown)
            }
            let place = Output.shown(surroundings.home.themesDirectory)
            return TextTable.text(lines) + "\n\nYour own go into \(place)/NAME.toml"
        }
        return .ok
    }

    private struct Row: Encodable {
        var name: String
        var title: String
        var appearance: String
        var built_in: Bool
        var chosen: Bool
        @Nullable var problem: String?
    }
}
