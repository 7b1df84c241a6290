import ArgumentParser
import MeshProtocol

/// `skein completions`: what a shell needs to complete the verbs and flags.
struct CompletionsVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "completions", abstract: "Print a script that completes skein in a shell.",
        discussion: """
            bash: skein completions bash > ~/.local/share/bash-completion/completions/skein
            zsh: skein completions zsh > "${fpath[1]}/_skein"
            fish: skein completions fish > ~/.config/fish/completions/skein.fish
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: String

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        guard ["bash", "zsh", "fish"].contains(shell), let shell = CompletionShell(rawValue: shell)
        else {
            throw SkeinError(
                .arguments, "There is no script for \(shell)", hint: "Use bash, zsh or fish")
        }
        try Output.put(Skein.completionScript(for: shell))
        return .ok
    }
}
