import Mesh
import MeshProtocol

/// What is asked of an agent for one run.
public struct AgentRun: Equatable, Sendable {
    public var options: LaunchOptions
    /// A random UUID, for an agent that lets us name its session.
    public var freshSession: String
    /// Skein's own path, for the agent's hooks; nil for a run without any.
    public var program: String?

    public init(options: LaunchOptions, freshSession: String, program: String? = nil) {
        self.options = options
        self.freshSession = freshSession
        self.program = program
    }
}

/// What an agent is started with, beyond its path.
public struct AgentInvocation: Equatable, Sendable {
    public var arguments: [String]
    public var environment: [String: String] = [:]
    /// Variables that would mislead the agent, for example those of an agent around us.
    public var removed: [String] = []
    /// The agent's own session id, where it is known before the start.
    public var session: String?
    /// Those of the arguments that say nothing to a person: shown as `…` in a line.
    public var plumbing: Set<String> = []
    /// What the person should know, a sentence each.
    public var notes: [String] = []
}

/// A program that can be handed the terminal. To add one, copy a file beside this one and name it
/// in `AgentCatalogue`.
public protocol Agent: Sendable {
    /// What is typed and stored: `claude`.
    var word: String { get }
    /// Its name for people: "Claude Code".
    var title: String { get }
    /// The program's file name, or a path.
    var executable: String { get }
    /// True for a coding agent, false for a shell or any other command.
    var isKnown: Bool { get }
    /// How to get it, in one line.
    var howToGet: String { get }
    /// Arguments and environment for one run; throws where the agent cannot do what is asked.
    func invocation(for run: AgentRun) throws(SkeinError) -> AgentInvocation
    /// What one of its hooks says of the launch.
    func meaning(of event: HookExtract) -> HookMeaning
    /// What a hook prints so that the agent reads `mail`; nil where it reads nothing then.
    func hookOutput(_ mail: String, for event: String) -> String?
}

extension Agent {
    public func meaning(of event: HookExtract) -> HookMeaning { .nothing }
    public func hookOutput(_ mail: String, for event: String) -> String? { nil }

    /// One hook of ours as a shell reads it: an agent too old for another form would start the
    /// program without its arguments.
    func hookCommand(_ event: String, program: String) -> String {
        ShellWord.line([program, "hook", word, event])
    }

    /// For an agent that reads its hooks from files of the person's alone.
    var noHooks: String {
        "\(title) cannot be given hooks for one run: it does not say what it does, and looks for "
            + "mail only when told to"
    }

    func cannot(_ what: String, hint: String) -> SkeinError {
        SkeinError(.arguments, "\(title) \(what)", hint: hint)
    }

    /// Whether the passed-through arguments already say what a flag of ours would say.
    func says(_ flags: [String], in arguments: [String]) -> Bool {
        arguments.contains { argument in
            flags.contains { argument == $0 || argument.hasPrefix($0 + "=") }
        }
    }
}
