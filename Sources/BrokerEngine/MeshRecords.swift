import Mesh

/// A mesh as its broker keeps it. The owner's secret key never reaches the broker.
public struct BrokerMesh: Hashable, Sendable {
    public var id: MeshID
    public var name: String
    public var slug: String
    public var ownerKey: PublicKey
    public var createdAt: Moment
    /// Nobody may come in from then on.
    public var archivedAt: Moment?
    public var policy: MeshPolicy

    public init(
        id: MeshID, name: String, slug: String, ownerKey: PublicKey, createdAt: Moment,
        archivedAt: Moment? = nil, policy: MeshPolicy = MeshPolicy()
    ) {
        self.id = id
        self.name = name
        self.slug = slug
        self.ownerKey = ownerKey
        self.createdAt = createdAt
        self.archivedAt = archivedAt
        self.policy = policy
    }
}

/// A member as its broker keeps it.
public struct BrokerMember: Hashable, Sendable {
    public var id: MemberID
    public var mesh: MeshID
    public var publicKey: PublicKey
    public var displayName: String
    public var permission: Permission
    public var joinedAt: Moment
    /// When the member was put out of the mesh.
    public var revokedAt: Moment?
    public var roleTag: String?
    public var groups: [GroupMembership]
    public var messageMode: MessageMode
    /// What others may do to this member, by their member or session key.
    public var grants: PeerGrants

    public init(
        id: MemberID, mesh: MeshID, publicKey: PublicKey, displayName: String,
        permission: Permission, joinedAt: Moment, revokedAt: Moment? = nil,
        roleTag: String? = nil, groups: [GroupMembership] = [], messageMode: MessageMode = .push,
        grants: PeerGrants = PeerGrants()
    ) {
        self.id = id
        self.mesh = mesh
        self.publicKey = publicKey
        self.displayName = displayName
        self.permission = permission
        self.joinedAt = joinedAt
        self.revokedAt = revokedAt
        self.roleTag = roleTag
        self.groups = groups
        self.messageMode = messageMode
        self.grants = grants
    }
}

/// A v1 invite as its broker keeps it (wire protocol, section 6.1).
public struct InviteRecord: Equatable, Sendable {
    public var id: String
    public var mesh: MeshID
    /// The SHA-256 of the token, in hexadecimal digits: the token holds what must not be kept.
    public var tokenHash: String
    public var permission: Permission
    public var maxUses: Int
    public var uses: Int
    public var createdBy: MemberID
    public var createdAt: Moment
    public var expiresAt: Moment
    public var revokedAt: Moment?

    public init(
        id: String, mesh: MeshID, tokenHash: String, permission: Permission, maxUses: Int,
        uses: Int = 0, createdBy: MemberID, createdAt: Moment, expiresAt: Moment,
        revokedAt: Moment? = nil
    ) {
        self.id = id
        self.mesh = mesh
        self.tokenHash = tokenHash
        self.permission = permission
        self.maxUses = maxUses
        self.uses = uses
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }
}

/// How a member was when its last session ended.
public struct SavedPresence: Equatable, Sendable {
    public var member: MemberID
    public var groups: [GroupMembership]
    public var profile: PeerProfile
    public var isVisible: Bool
    public var summary: String?
    public var stats: PeerStats
    public var lastSeenAt: Moment

    public init(
        member: MemberID, groups: [GroupMembership], profile: PeerProfile, isVisible: Bool,
        summary: String?, stats: PeerStats, lastSeenAt: Moment
    ) {
        self.member = member
        self.groups = groups
        self.profile = profile
        self.isVisible = isVisible
        self.summary = summary
        self.stats = stats
        self.lastSeenAt = lastSeenAt
    }
}

/// A door for programs that are no members. The secret itself is kept: it checks signatures.
public struct WebhookRecord: Equatable, Sendable {
    public var name: String
    public var mesh: MeshID
    /// 64 hexadecimal digits.
    public var secret: String
    public var createdBy: MemberID
    public var createdAt: Moment

    public init(
        name: String, mesh: MeshID, secret: String, createdBy: MemberID, createdAt: Moment
    ) {
        self.name = name
        self.mesh = mesh
        self.secret = secret
        self.createdBy = createdBy
        self.createdAt = createdAt
    }
}
