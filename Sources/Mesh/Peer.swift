/// What a peer is doing.
public enum Status: String, CaseIterable, Sendable, Codable { case idle, working, dnd }

/// Who said what a peer is doing, weakest first (protocol decision 5).
public enum StatusSource: String, CaseIterable, Sendable, Codable { case inferred, manual, hook }

/// What a member may do to a mesh.
public enum Permission: String, CaseIterable, Sendable, Codable { case member, admin }

/// A group a peer is in, and what it is there.
public struct GroupMembership: Hashable, Sendable, Codable {
    public var name: String
    public var role: String?

    public init(name: String, role: String? = nil) {
        self.name = name
        self.role = role
    }
}

/// One connected session of a member, with its presence: what the broker knows of it now.
/// Every text in it came from somebody else's machine and is hostile until made safe to show.
public struct Peer: Hashable, Sendable, Codable, Identifiable {
    /// The session's public key where it has one, else the member's.
    public var id: String
    public var memberKey: String
    public var name: String
    public var status: Status
    public var statusSource: StatusSource
    public var statusSince: Moment
    /// Working, but for the person to go on: a permission, an answer.
    public var isWaiting: Bool
    public var summary: String?
    public var role: String?
    public var groups: [GroupMembership]
    public var sessionID: String
    public var connectedAt: Moment
    public var cwd: String
    public var hostname: String?
    public var agent: String?
    public var model: String?
    public var peerType: String?
    /// It carries an attestation, so its client understands what `skein/1` adds.
    public var speaksSkein: Bool

    /// It can do nothing before a person answers.
    public var waits: Bool { isWaiting && status == .working }

    public init(
        id: String, memberKey: String, name: String, status: Status = .idle,
        statusSource: StatusSource = .inferred, statusSince: Moment, summary: String? = nil,
        role: String? = nil, groups: [GroupMembership] = [], sessionID: String,
        connectedAt: Moment, cwd: String, hostname: String? = nil, agent: String? = nil,
        model: String? = nil, peerType: String? = nil, speaksSkein: Bool = false,
        isWaiting: Bool = false
    ) {
        self.id = id
        self.memberKey = memberKey
        self.name = name
        self.status = status
        self.statusSource = statusSource
        self.statusSince = statusSince
        self.summary = summary
        self.role = role
        self.groups = groups
        self.sessionID = sessionID
        self.connectedAt = connectedAt
        self.cwd = cwd
        self.hostname = hostname
        self.agent = agent
        self.model = model
        self.peerType = peerType
        self.speaksSkein = speaksSkein
        self.isWaiting = isWaiting
    }
}
