/// A mesh this machine has joined, and who it is there. The secret key is not in it: it is kept
/// in a file of its own.
public struct Membership: Hashable, Sendable, Codable, Identifiable {
    public enum Place: Hashable, Sendable, Codable {
        /// The broker inside this machine's relay.
        case thisMachine
        /// A broker elsewhere, by its WebSocket URL.
        case broker(url: String)
    }

    public var mesh: MeshID
    /// As its members see it.
    public var name: String
    /// As it is typed: lower-case letters, digits and dashes.
    public var slug: String
    public var place: Place
    public var member: MemberID
    public var memberKey: PublicKey
    public var permission: Permission
    public var joinedAt: Moment
    public var lastUsedAt: Moment

    public var id: MeshID { mesh }

    public init(
        mesh: MeshID, name: String, slug: String, place: Place, member: MemberID,
        memberKey: PublicKey, permission: Permission, joinedAt: Moment, lastUsedAt: Moment
    ) {
        self.mesh = mesh
        self.name = name
        self.slug = slug
        self.place = place
        self.member = member
        self.memberKey = memberKey
        self.permission = permission
        self.joinedAt = joinedAt
        self.lastUsedAt = lastUsedAt
    }
}

/// One run of an agent started by Skein, with the choices made for it.
public struct LaunchRecord: Hashable, Sendable, Codable, Identifiable {
    private enum CodingKeys: String, CodingKey {
        case id, mesh, name, role, groups, agent, arguments, directory, hostname, agentSession, pid
        case processStart, startedAt, mail, summary, isVisible
    }

    public var id: LaunchID
    public var mesh: MeshID
    public var name: String
    public var role: String
    public var groups: [GroupMembership]
    /// The agent's word: `claude`, `codex`, `sh`, or a command's path.
    public var agent: String
    /// What was passed after `--`.
    public var arguments: [String]
    public var directory: String
    public var hostname: String
    /// The agent's own session id, given or made, by which it can be resumed.
    public var agentSession: String?
    /// The process that becomes the agent.
    public var pid: Int32
    /// When that process started, in the kernel's own unit (Linux: clock ticks since boot, from
    /// proc(5); macOS: microseconds since the epoch). With the pid it names one process for ever.
    public var processStart: UInt64
    public var startedAt: Moment
    public var mail: MailMode
    /// What it said it works on.
    public var summary: String?
    /// Hidden launches are listed to their own member alone.
    public var isVisible: Bool

    public init(
        id: LaunchID, mesh: MeshID, name: String, role: String, groups: [GroupMembership],
        agent: String, arguments: [String], directory: String, hostname: String,
        agentSession: String?, pid: Int32, processStart: UInt64, startedAt: Moment,
        mail: MailMode = MailMode(), summary: String? = nil, isVisible: Bool = true
    ) {
        self.id = id
        self.mesh = mesh
        self.name = name
        self.role = role
        self.groups = groups
        self.agent = agent
        self.arguments = arguments
        self.directory = directory
        self.hostname = hostname
        self.agentSession = agentSession
        self.pid = pid
        self.processStart = processStart
        self.startedAt = startedAt
        self.mail = mail
        self.summary = summary
        self.isVisible = isVisible
    }

    /// The same process as the same launch, whatever it has said since.
    public func isSameRun(as other: LaunchRecord) -> Bool {
        id == other.id && mesh == other.mesh && pid == other.pid
            && processStart == other.processStart
    }
}

extension LaunchRecord {
    /// One that was written before launches had mail has none of it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try container.decode(LaunchID.self, forKey: .id),
            mesh: try container.decode(MeshID.self, forKey: .mesh),
            name: try container.decode(String.self, forKey: .name),
            role: try container.decode(String.self, forKey: .role),
            groups: try container.decode([GroupMembership].self, forKey: .groups),
            agent: try container.decode(String.self, forKey: .agent),
            arguments: try container.decode([String].self, forKey: .arguments),
            directory: try container.decode(String.self, forKey: .directory),
            hostname: try container.decode(String.self, forKey: .hostname),
            agentSession: try container.decodeIfPresent(String.self, forKey: .agentSession),
            pid: try container.decode(Int32.self, forKey: .pid),
            processStart: try container.decode(UInt64.self, forKey: .processStart),
            startedAt: try container.decode(Moment.self, forKey: .startedAt),
            mail: try container.decodeIfPresent(MailMode.self, forKey: .mail) ?? MailMode(),
            summary: try container.decodeIfPresent(String.self, forKey: .summary),
            isVisible: try container.decodeIfPresent(Bool.self, forKey: .isVisible) ?? true)
    }
}
