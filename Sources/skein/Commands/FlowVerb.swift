import ArgumentParser
import Flow
import MeshProtocol
import Onboarding
import Session

/// `skein flow`: the launch flow as a table or a diagram, from the data that runs it.
struct FlowVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "flow", abstract: "Show the launch flow, from the data that runs it.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, mermaid }

    @Option(name: .long, help: "table or mermaid.")
    var format = Format.table
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let surroundings = try Surroundings()
        let state = SessionState(facts: surroundings.facts(wanted: nil))
        let flow = LaunchFlow.launch
        if common.wantsJSON {
            let steps = flow.table(for: state, title: \.rawValue).map { row in
                StepRow(
                    screen: row[1], shows_when: row[2], complete_when: row[3],
                    flags: row[4].isEmpty ? [] : row[4].split(separator: ", ").map(String.init))
            }
            Output.line(Envelope(command: "flow", data: ["steps": steps]).line)
        } else if format == .mermaid {
            Output.line(flow.mermaid(title: \.rawValue))
        } else {
            let header = ["#", "screen", "shows when", "complete when", "flags"]
            Output.line(TextTable.text([header] + flow.table(for: state, title: \.rawValue)))
        }
        return .ok
    }

    private struct StepRow: Encodable {
        var screen: String
        var shows_when: String
        var complete_when: String
        var flags: [String]
    }
}
