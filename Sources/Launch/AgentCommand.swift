import Agents
import Mesh
import MeshProtocol

/// What replaces this process: the program, its arguments, its environment, its directory.
public struct AgentCommand: Equatable, Sendable {
    public var path: String
    /// With the name of the program first, as in execve(2).
    public var arguments: [String]
    public var environment: [String: String]
    /// What the environment has that ours has not, to be shown by `--dry-run`. It holds no secret.
    public var added: [String: String]
    public var directory: String
    /// The agent's own session id, where it is known before the start.
    public var session: String?

    /// Who the launch is to the agent and to the verbs that run inside it.
    public struct Identity: Equatable, Sendable {
        public var launch: LaunchID
        public var token: String
        public var mesh: String
        public var name: String
        public var role: String

        public init(launch: LaunchID, token: String, mesh: String, name: String, role: String) {
            self.launch = launch
            self.token = token
            self.mesh = mesh
            self.name = name
            self.role = role
        }
    }

    /// Sizes that ncurses would believe, and settings of ours that would confuse the agent.
    static let neverPassedOn = ["LINES", "COLUMNS", "SKEIN_THEME"]

    static func make(
        agent: any Agent, path: String?, run: AgentRun, identity: Identity, directory: String,
        environment: [String: String]
    ) throws(SkeinError) -> AgentCommand {
        guard let path else {
            throw SkeinError(
                .agentMissing, "“\(agent.word)” is not on PATH",
                hint: agent.howToGet.isEmpty ? nil : agent.howToGet)
        }
        let invocation = try agent.invocation(for: run)
        var added = invocation.environment
        added["SKEIN_LAUNCH"] = identity.launch.rawValue
        added["SKEIN_MESH"] = identity.mesh
        added["SKEIN_NAME"] = identity.name
        added["SKEIN_ROLE"] = identity.role
        var whole = environment
        for name in invocation.removed + neverPassedOn { whole[name] = nil }
        whole.merge(added) { _, new in new }
        whole["SKEIN_LAUNCH_TOKEN"] = identity.token
        return AgentCommand(
            path: path, arguments: [agent.executable] + invocation.arguments, environment: whole,
            added: added, directory: directory, session: invocation.session)
    }

    /// The command as a person would type it.
    public var line: String { ShellWord.line(arguments) }
}
