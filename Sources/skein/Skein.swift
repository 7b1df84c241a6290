import ArgumentParser
import Mesh

/// The command line. Without a verb it is `launch`.
struct Skein: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skein",
        abstract: "The front door to a mesh of coding agents.",
        discussion: """
            Type skein to go from nothing to a running agent that its mesh knows; skein dashboard \
            shows every peer of the mesh, live; skein demo shows both with nothing set up.
            """,
        version: "skein \(SkeinVersion.current)",
        subcommands: verbs + [InviteVerbs.self, RelayVerbs.self, BrokerVerbs.self],
        defaultSubcommand: LaunchVerb.self)

    private static let verbs: [any Verb.Type] = [
        LaunchVerb.self, DashboardVerb.self, PeersVerb.self, DemoVerb.self, FlowVerb.self,
        ThemesVerb.self, KeysVerb.self, ErrorsVerb.self, DemoRelayVerb.self, HookVerb.self,
    ]

    /// The verb that the words name, read by itself. Reading the whole tree of verbs costs as much
    /// as everything else before the first frame. Nil where the tree is needed: for help, for a
    /// mistake, for a verb that has verbs of its own.
    static func verbAlone(_ words: [String]) -> (any Verb)? {
        let named = words.first.flatMap { word in
            verbs.first { $0.configuration.commandName == word }
        }
        if let named { return try? named.parse(Array(words.dropFirst())) }
        let isVerbless = words.first.map { $0.hasPrefix("-") } ?? true
        return isVerbless ? try? LaunchVerb.parse(words) : nil
    }
}
