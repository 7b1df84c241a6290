import ArgumentParser
import Mesh
import MeshProtocol

/// `skein launch`, and `skein` alone: from nothing to a running agent.
struct LaunchVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "launch", abstract: "Start an agent that its mesh knows.",
        discussion: "What follows -- is passed to the agent as it is.")

    @Option(name: .long, help: "The account: local, for this machine only.")
    var account: String?
    @Option(name: .long, help: "A joined mesh, by its short name.")
    var mesh: String?
    @Option(name: .long, help: "An invite: come into its mesh first, as skein join does.")
    var join: String?
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
    @Option(name: .long, help: "Mail to the agent: push, inbox (it looks itself) or off.")
    var messageMode: String?
    @Option(name: .long, help: "When mail is put before it: open, quiet (between turns) or focus.")
    var policy: String?
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
        var request = try request()
        if let join { request.flags.mesh = try await JoinRun.slug(of: join, for: request) }
        return try await LaunchRun.perform(request)
    }

    private func request() throws(SkeinError) -> LaunchRequest {
        var request = LaunchRequest()
        request.flags.account = account
        request.flags.mesh = mesh
        request.flags.newMesh = newMesh
        request.flags.name = name
        request.flags.role = role
        request.flags.groups = groups
        request.flags.agent = agent
        request.flags.isConfirmed = yes
        request.flags.options.systemPrompt = systemPrompt
        request.flags.options.arguments = arguments
        request.flags.options.autonomy = try autonomy()
        request.messageMode = try value(messageMode, of: "--message-mode")
        request.policy = try value(policy, of: "--policy")
        request.resumes = resume
        request.isNonInteractive = nonInteractive
        request.isDryRun = dryRun
        request.theme = screen.theme
        request.isPlain = screen.plain
        request.wantsJSON = common.json
        return request
    }

    private func autonomy() throws(SkeinError) -> LaunchOptions.Autonomy {
        try value(agentAutonomy, of: "--agent-autonomy") ?? .ask
    }

    private func value<Choice: RawRepresentable & CaseIterable>(
        _ word: String?, of flag: String
    ) throws(SkeinError) -> Choice? where Choice.RawValue == String {
        guard let word else { return nil }
        if let choice = Choice(rawValue: word) { return choice }
        let choices = Choice.allCases.map { "\(flag) \($0.rawValue)" }
        let last = choices.count > 1 ? " or " + (choices.last ?? "") : ""
        throw SkeinError(
            .arguments, "\(flag) \(word) is not known",
            hint: "Use " + choices.dropLast().joined(separator: ", ") + last)
    }
}
