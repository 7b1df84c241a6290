import Mesh
import MeshCrypto

/// Who says hello, and what the mesh is told of them.
public struct HelloParameters: Sendable {
    public var mesh: MeshID
    public var member: MemberID
    public var memberKeys: SigningKeys
    /// The session's own pair, the same across reconnects; it becomes the peer's id.
    public var sessionKeys: SigningKeys?
    public var displayName: String
    public var sessionID: String
    public var pid: Int32
    public var cwd: String
    public var hostname: String?
    /// `ai`, `human` or `connector`.
    public var peerType: String?
    public var channel: String?
    public var model: String?
    public var role: String?
    /// The agent's word: `claude`, `codex`, `sh`.
    public var agent: String?
    public var groups: [GroupMembership]
    /// An observer watches and speaks for the person: it is no peer, and makes no noise.
    public var isObserver: Bool

    public init(
        mesh: MeshID, member: MemberID, memberKeys: SigningKeys, sessionKeys: SigningKeys?,
        displayName: String, sessionID: String, pid: Int32, cwd: String,
        hostname: String? = nil, peerType: String? = nil, channel: String? = nil,
        model: String? = nil, role: String? = nil, agent: String? = nil,
        groups: [GroupMembership] = [], isObserver: Bool = false
    ) {
        self.mesh = mesh
        self.member = member
        self.memberKeys = memberKeys
        self.sessionKeys = sessionKeys
        self.displayName = displayName
        self.sessionID = sessionID
        self.pid = pid
        self.cwd = cwd
        self.hostname = hostname
        self.peerType = peerType
        self.channel = channel
        self.model = model
        self.role = role
        self.agent = agent
        self.groups = groups
        self.isObserver = isObserver
    }
}
