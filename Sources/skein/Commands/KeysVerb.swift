import ArgumentParser
import Keys
import MeshProtocol

/// `skein keys`: what each key does here, with the changes of the configuration file.
struct KeysVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List every key and what it does.")
    static let takesWords = false
    @OptionGroup var common: CommonOptions

    @Flag(name: .long, help: "Print the standard keys as a Markdown table, as in Docs/keys.md.")
    var markdown = false

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        if markdown {
            Output.line(Keymap.standard.markdown)
            return .ok
        }
        let surroundings = try Surroundings()
        surroundings.tellWarnings()
        let rows = KeyAction.allCases.map { action in
            Row(
                action: action.rawValue,
                keys: surroundings.keymap.keys[action, default: []].map(\.name),
                explanation: action.explanation)
        }
        try Output.list("keys", rows, called: "keys", common) { () throws(SkeinError) in
            TextTable.text(rows.map { [$0.keys.joined(separator: ", "), $0.action, $0.explanation] })
        }
        return .ok
    }

    private struct Row: Encodable {
        var action: String
        var keys: [String]
        var explanation: String
    }
}
