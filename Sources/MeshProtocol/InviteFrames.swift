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

        public init(
            id: String, permission: Permission, maxUses: Int, uses: Int, createdAt: Moment,
            expiresAt: Moment, revokedAt: Moment?
        ) {
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
