import Mesh

/// `skein/1`, admins: makes a v1 token known to the broker. The token is signed where the mesh's
/// owner key is; the broker keeps its hash and what it allows.
public struct KeepInvite: ClientRequest {
    public static let type = "invite_keep"
    /// Base64url of the payload's JSON (wire protocol, section 6.1).
    public var token: String
    public var maxUses: Int

    public init(token: String, maxUses: Int) {
        self.token = token
        self.maxUses = maxUses
    }
}

/// `skein/1`, admins: makes a v2 invite known to the broker. It is signed where the mesh's owner
/// key is; the broker never sees its code before somebody comes by it.
public struct KeepInviteTerms: ClientRequest {
    public static let type = "invite_keep_v2"
    public var terms: InviteTerms
    /// The owner key's over `InviteTerms.canonical`: 128 hexadecimal digits.
    public var signature: String

    public init(terms: InviteTerms, signature: String) {
        self.terms = terms
        self.signature = signature
    }
}

/// `skein/1`: how the broker is called from outside, and what it calls the mesh, for links.
public struct GetAddress: ClientRequest {
    public static let type = "get_address"

    public init() {}
}

/// `skein/1`
public struct BrokerAddress: ServerAnswer {
    public static let type = "address"
    /// `http://` or `https://`, without a slash at its end.
    public var url: String
    public var slug: String
    public var name: String

    public init(url: String, slug: String, name: String) {
        self.url = url
        self.slug = slug
        self.name = name
    }
}

/// `skein/1`
public struct InviteKept: ServerAnswer {
    public static let type = "invite_kept"
    public var id: String

    public init(id: String) { self.id = id }
}

/// `skein/1`, admins
public struct ListInvites: ClientRequest {
    public static let type = "list_invites"

    public init() {}
}

/// `skein/1`
public struct InviteList: ServerAnswer {
    public static let type = "invite_list"

    public struct Entry: Codable, Equatable, Sendable {
        public var id: String
        public var permission: Permission
        public var maxUses: Int
        public var uses: Int
        public var createdAt: ISOMoment
        public var expiresAt: ISOMoment
        public var revokedAt: ISOMoment?
        /// 1 or 2; nil from a broker that knows only the first.
        public var version: Int?
        public var role: String?
        public var groups: [String]?
        /// Who came in by it, first come first; nil from a broker that does not tell.
        public var claims: [Claim]?

        public struct Claim: Codable, Equatable, Sendable {
            public var member: MemberID
            /// What that member was called then.
            public var name: String
            public var at: ISOMoment

            public init(member: MemberID, name: String, at: Moment) {
                self.member = member
                self.name = name
                self.at = ISOMoment(at)
            }
        }

        public init(
            id: String, permission: Permission, maxUses: Int, uses: Int, createdAt: Moment,
            expiresAt: Moment, revokedAt: Moment?, version: Int? = nil, role: String? = nil,
            groups: [String]? = nil, claims: [Claim]? = nil
        ) {
            self.version = version
            self.role = role
            self.groups = groups
            self.claims = claims
            self.id = id
            self.permission = permission
            self.maxUses = maxUses
            self.uses = uses
            self.createdAt = ISOMoment(createdAt)
            self.expiresAt = ISOMoment(expiresAt)
            self.revokedAt = revokedAt.map(ISOMoment.init)
        }
    }

    public var invites: [Entry]

    public init(invites: [Entry]) { self.invites = invites }
}

/// `skein/1`, admins. Answered by an ack.
public struct RevokeInvite: ClientRequest {
    public static let type = "revoke_invite"
    public var id: String

    public init(id: String) { self.id = id }
}
