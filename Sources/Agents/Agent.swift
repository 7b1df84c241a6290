import Mesh
import MeshProtocol

/// What is asked of an agent for one run.
public struct AgentRun: Equatable, Sendable {
    public var options: LaunchOptions
    /// A random UUID, for an agent that lets us name its session.
    public var freshSession: String

    public init(options: LaunchOptions, freshSession: String) {
        self.options = options
        self.freshSession = freshSession
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
}

extension Agent {
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
