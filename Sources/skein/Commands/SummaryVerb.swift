import ArgumentParser
import Mesh
import MeshProtocol

/// `skein summary`: one line on what this launch does.
struct SummaryVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Say or set the line on what this launch does.")

    @Argument(help: "The line; - reads standard input; without it the present one is printed.")
    var text: [String] = []
    @Flag(name: .long, help: "Take it away.")
    var clear = false
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        if clear, !text.isEmpty {
            throw SkeinError(
                .arguments, "--clear does not go with a text", hint: "Give one of them")
        }
        if clear || !text.isEmpty {
            let summary = clear
                ? "" : try BodyText.read(text, what: "A summary", limit: FrameLimits.summary)
            try await OwnPresence.change(.setSummary(summary), mesh, what: "summary")
            try Output.report("summary", ["summary": summary], mesh.common) {
                () throws(SkeinError) in clear ? "It is taken away." : "It is shown to your peers."
            }
            return .ok
        }
        let (_, peer) = try await OwnPresence.of(mesh.mesh, what: "summary")
        try Output.report("summary", ["summary": peer.summary ?? ""], mesh.common) {
            () throws(SkeinError) in
            peer.summary.map(Output.shown) ?? "There is none. Set it with: skein summary TEXT"
        }
        return .ok
    }
}
