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
        subcommands: [
            LaunchVerb.self, DashboardVerb.self, PeersVerb.self, DemoVerb.self, FlowVerb.self,
            ThemesVerb.self, KeysVerb.self, ErrorsVerb.self, RelayVerbs.self, DemoRelayVerb.self,
        ],
        defaultSubcommand: LaunchVerb.self)
}
