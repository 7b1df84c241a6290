import ArgumentParser
import Database
import Mesh
import MeshProtocol
import Onboarding
import Session

/// `skein launch`, and `skein` alone: from nothing to a running agent.
struct LaunchVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "launch", abstract: "Start an agent that its mesh knows.",
        discussion: "What follows -- is passed to the agent as it is.")

    @Option(name: .long, help: "The account: local, for this machine only.")
    var account: String?
    @Option(name: .long, help: "A joined mesh, by its short name.")
    var mesh: String?
    @Option(name: .long, help: "Make a mesh of this name, in this machine.")
    var newMesh: String?
    @Option(name: .long, help: "What other peers call the agent.")
    var name: String?
    @Option(name: .long, help: "What it does here, for example reviewer.")
    var role: String?
    @Option(name: .long, help: "Its groups, for example backend,api:lead.")
    var groups: String?
    @Option(name: .long, help: "claude, codex, gemini, opencode, or any command.")
    var agent: String?
    @Option(name: .long, help: "Added to the agent's own system prompt.")
    var systemPrompt: String?
    @Option(name: .long, help: "How much the agent does without asking: ask or full.")
    var agentAutonomy: String?
    @Option(name: .long, help: "Bring back an earlier launch: its id, or last.")
    var resume: String?
    @Flag(name: .shortAndLong, help: "Take Launch when nothing is missing.")
    var yes = false
    @Flag(name: .long, help: "Ask nothing: fail at once, naming everything that is missing.")
    var nonInteractive = false
    @Flag(name: .long, help: "Print what would be done, and do nothing.")
    var dryRun = false
    @OptionGroup var screen: ScreenOptions
    @OptionGroup var common: CommonOptions
    @Argument(parsing: .postTerminator, help: "Passed to the agent as they are.")
    var arguments: [String] = []

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let surroundings = try Surroundings()
        surroundings.tellWarnings()
        let run = try LaunchRun(self, surroundings)
        return try await run.start()
    }

    /// What the flags say, as the session understands it.
    func flags(_ database: MachineDatabase) throws(SkeinError) -> LaunchFlags {
        var flags = LaunchFlags()
        flags.account = account
        flags.mesh = mesh
        flags.newMesh = newMesh
        flags.name = name
        flags.role = role
        flags.groups = groups
        flags.agent = agent
        flags.isConfirmed = yes
        flags.options.systemPrompt = systemPrompt
        flags.options.arguments = arguments
        if let agentAutonomy {
            guard let autonomy = LaunchOptions.Autonomy(rawValue: agentAutonomy) else {
                throw SkeinError(
                    .arguments, "--agent-autonomy \(agentAutonomy) is not known",
                    hint: "Use --agent-autonomy ask or --agent-autonomy full")
            }
            flags.options.autonomy = autonomy
        }
        if let resume {
            let found =
                resume == "last"
                ? try database.latestLaunch(directory: Process.currentDirectory)
                : try database.launch(LaunchID(rawValue: resume))
            guard let found else {
                throw SkeinError(
                    .launchNotFound, "No launch “\(resume)” is known here",
                    hint: "Start a new one with: skein")
            }
            flags.earlier = found
        }
        return flags
    }
}
