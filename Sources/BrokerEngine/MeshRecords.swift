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

/// An invite as its broker keeps it (wire protocol, section 6.1; protocol decision 16).
public struct InviteRecord: Equatable, Sendable {
    public var id: String
    public var mesh: MeshID
    /// The SHA-256 of a v1 token, which holds what must not be kept, or that of a v2 invite's code
    /// (`InviteTerms.codeHash`); in hexadecimal digits.
    public var tokenHash: String
    public var permission: Permission
    public var maxUses: Int
    public var uses: Int
    public var createdBy: MemberID
    public var createdAt: Moment
    public var expiresAt: Moment
    public var revokedAt: Moment?
    /// What the owner signed; nil for v1.
    public var signed: SignedTerms?

    /// A v2 invite's own words, and the owner key's signature over them, 128 hexadecimal digits.
    public struct SignedTerms: Equatable, Sendable {
        public var terms: InviteTerms
        public var signature: String

        public init(terms: InviteTerms, signature: String) {
            self.terms = terms
            self.signature = signature
        }
    }

    public init(
        id: String, mesh: MeshID, tokenHash: String, permission: Permission, maxUses: Int,
        uses: Int = 0, createdBy: MemberID, createdAt: Moment, expiresAt: Moment,
        revokedAt: Moment? = nil, signed: SignedTerms? = nil
    ) {
        self.signed = signed
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

/// Who came in by an invite: one record a key, so that the same claim is answered the same.
public struct InviteUse: Equatable, Sendable {
    public var invite: String
    public var mesh: MeshID
    public var memberKey: PublicKey
    public var member: MemberID
    /// What the member was called then.
    public var name: String
    public var at: Moment

    public init(
        invite: String, mesh: MeshID, memberKey: PublicKey, member: MemberID, name: String,
        at: Moment
    ) {
        self.invite = invite
        self.mesh = mesh
        self.memberKey = memberKey
        self.member = member
        self.name = name
        self.at = at
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
