import ArgumentParser
import Mesh
import MeshProtocol
import Session

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
        groupedSubcommands: [
            CommandGroup(name: "Start and look", subcommands: screens),
            CommandGroup(name: "Messages", subcommands: messages),
            CommandGroup(name: "What a launch says of itself", subcommands: presence),
            CommandGroup(name: "What a mesh shares", subcommands: shared),
            CommandGroup(name: "Who may", subcommands: trust),
            CommandGroup(name: "This machine", subcommands: machine),
            CommandGroup(name: "Reference", subcommands: reference),
        ],
        defaultSubcommand: LaunchVerb.self)

    private static let screens: [any ParsableCommand.Type] = [
        LaunchVerb.self, DashboardVerb.self, PeersVerb.self, EventsVerb.self, DemoVerb.self,
    ]
    private static let messages: [any ParsableCommand.Type] = [
        SendVerb.self, InboxVerb.self, MessageVerb.self, QueueVerbs.self, SyncVerb.self,
    ]
    private static let presence: [any ParsableCommand.Type] = [
        StatusVerbs.self, SummaryVerb.self, VisibleVerb.self, ProfileVerb.self, GroupsVerbs.self,
        ModeVerb.self,
    ]
    private static let shared: [any ParsableCommand.Type] = [
        StateVerbs.self, RememberVerb.self, RecallVerb.self, ForgetVerb.self, InfoVerb.self,
    ]
    private static let trust: [any ParsableCommand.Type] = [
        InviteVerbs.self, VerifyVerb.self, GrantVerb.self, RevokeVerb.self, BlockVerb.self,
        UnblockVerb.self, GrantsVerb.self,
    ]
    private static let machine: [any ParsableCommand.Type] = [
        MeshVerbs.self, RelayVerbs.self, BrokerVerbs.self, DoctorVerb.self, BackupVerb.self,
        RestoreVerb.self,
    ]
    private static let reference: [any ParsableCommand.Type] = [
        FlowVerb.self, ThemesVerb.self, KeysVerb.self, ErrorsVerb.self, CompletionsVerb.self,
        DemoRelayVerb.self, HookVerb.self,
    ]

    /// Every command, in the order of the help.
    static var commands: [any ParsableCommand.Type] {
        screens + messages + presence + shared + trust + machine + reference
    }

    /// The verb that the words name, read by itself where that can be: reading the whole tree of
    /// verbs costs as much as everything else before the first frame. The tree is needed for help
    /// and for a mistake.
    static func verb(_ words: [String]) throws -> any ParsableCommand {
        let (type, rest) = found(words)
        let takesWords = type?.takesWords ?? true
        if let type,
            let verb = try? type.parse(CommandWords.expanded(rest, takesWords: takesWords))
        {
            return verb
        }
        return try parseAsRoot(CommandWords.expanded(words, takesWords: takesWords))
    }

    /// The verb by its words, and what follows them.
    static func found(_ words: [String]) -> (type: (any Verb.Type)?, rest: [String]) {
        guard let first = words.first, !first.hasPrefix("-") else { return (LaunchVerb.self, words) }
        guard let command = commands.first(where: { $0.configuration.commandName == first }) else {
            return (nil, words)
        }
        let rest = Array(words.dropFirst())
        if let verb = command as? any Verb.Type { return (verb, rest) }
        let configuration = command.configuration
        guard let second = rest.first, !second.hasPrefix("-") else {
            return (configuration.defaultSubcommand as? any Verb.Type, rest)
        }
        let verb = configuration.subcommands.first { name(of: $0) == second }
        return (verb as? any Verb.Type, Array(rest.dropFirst()))
    }

    /// The first word is no verb, and without one there is none that would take it.
    static func unknownVerb(_ words: [String]) -> SkeinError? {
        let names = commands.filter { $0.configuration.shouldDisplay }
            .compactMap { $0.configuration.commandName }
        guard let first = words.first, !first.hasPrefix("-"), first != "help",
            !commands.contains(where: { $0.configuration.commandName == first })
        else { return nil }
        let near = names.map { ($0, EditDistance.between($0, first)) }.min { $0.1 < $1.1 }
        let hint = near.flatMap { $0.1 <= 2 ? "Did you mean skein \($0.0)? " : nil } ?? ""
        return SkeinError(
            .arguments, "There is no verb \(first)", hint: hint + "See skein --help", subject: first)
    }

    /// What is typed for a verb of a verb.
    static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? "\(command)".lowercased()
    }
}
