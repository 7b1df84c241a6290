import ArgumentParser
import Mesh
import MeshProtocol

/// `skein visible`: whether peers see this launch.
struct VisibleVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "visible", abstract: "Show this launch to its peers, or hide it.",
        discussion: "Who is hidden still gets what is sent to it by name.")

    @Argument(help: "yes or no.")
    var answer: String
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        guard let isVisible = ["yes": true, "no": false][answer] else {
            throw SkeinError(
                .arguments, "\(answer) is neither yes nor no", hint: "Use yes or no")
        }
        try await OwnPresence.change(.setVisible(isVisible), mesh, what: "presence")
        try Output.report("visible", ["visible": isVisible], mesh.common) {
            () throws(SkeinError) in isVisible ? "Your peers see you." : "Your peers do not see you."
        }
        return .ok
    }
}
