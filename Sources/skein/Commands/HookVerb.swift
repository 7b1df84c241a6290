import ArgumentParser
import MeshProtocol

/// `skein hook`, as the help knows it; what an agent calls never comes this far (`HookProgram`).
struct HookVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "hook", abstract: "What an agent started by Skein calls, with its JSON.",
        discussion: "It is silent and ends with 0, whatever happens. Nobody types it.",
        shouldDisplay: false)

    @Argument(help: "The agent's word, for example claude.")
    var agent: String?
    @Argument(help: "The event, as the agent calls it.")
    var event: String?

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode { .ok }
}
