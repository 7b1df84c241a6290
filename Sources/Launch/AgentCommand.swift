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
    /// Arguments that say nothing to a person.
    var plumbing: Set<String> = []
    /// What the person should know, a sentence each.
    public var notes: [String] = []

    /// Who the launch is to the agent and to the verbs that run inside it.
    public struct Identity: Equatable, Sendable {
        public var launch: LaunchID
        public var token: String
        public var mesh: String
        public var name: String
        public var role: String
        /// Nil where its agent is given no hooks.
        public var door: HookDoor?

        public init(
            launch: LaunchID, token: String, mesh: String, name: String, role: String,
            door: HookDoor? = nil
        ) {
            self.launch = launch
            self.token = token
            self.mesh = mesh
            self.name = name
            self.role = role
            self.door = door
        }
    }

    /// What the agent's hooks need, so that they have nothing to find out: whole paths.
    public struct HookDoor: Equatable, Sendable {
        /// Of this program.
        public var program: String
        public var socket: String
        public var spool: String

        /// Those of a launch around this one must not reach its agent.
        static let names = ["SKEIN_SOCKET", "SKEIN_SPOOL"]

        public init(program: String, socket: String, spool: String) {
            self.program = program
            self.socket = socket
            self.spool = spool
        }
    }

    /// Sizes that ncurses would believe, and settings of ours that would confuse the agent.
    static let neverPassedOn = ["LINES", "COLUMNS", "SKEIN_THEME", "SKEIN_TOKEN"]

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
        added["SKEIN_SOCKET"] = identity.door?.socket
        added["SKEIN_SPOOL"] = identity.door?.spool
        var whole = environment
        for name in invocation.removed + neverPassedOn + HookDoor.names { whole[name] = nil }
        whole.merge(added) { _, new in new }
        whole["SKEIN_LAUNCH_TOKEN"] = identity.token
        return AgentCommand(
            path: path, arguments: [agent.executable] + invocation.arguments, environment: whole,
            added: added, directory: directory, session: invocation.session,
            plumbing: invocation.plumbing, notes: invocation.notes)
    }

    /// The command as a person would type it.
    public var line: String { ShellWord.line(arguments) }

    /// The same, short: what is no business of a person's is `…`.
    public var shortLine: String {
        arguments.map { plumbing.contains($0) ? "…" : ShellWord.quoted($0) }.joined(separator: " ")
    }
}
