import Mesh

/// How an invite stands, and the word its broker says for it.
public enum InviteState: String, CaseIterable, Codable, Sendable {
    case open
    case expired
    case revoked
    case usedUp = "used_up"
    /// Its mesh is.
    case archived

    /// Why nobody comes in by it; nil where somebody may.
    public var refusal: SkeinError? {
        switch self {
        case .open: nil
        case .expired: SkeinError(.inviteExpired, "The invite has expired", hint: Self.askAgain)
        case .revoked:
            SkeinError(.inviteRevoked, "The invite was taken back", hint: Self.askAgain)
        case .usedUp:
            SkeinError(
                .inviteUsedUp, "The invite was used as often as it may be", hint: Self.askAgain)
        case .archived:
            SkeinError(
                .meshArchived, "The invite's mesh is archived: nobody comes in any more",
                hint: "Ask who invited you for another mesh")
        }
    }

    static let askAgain = "Ask who invited you for a new one"
}

/// What a broker answers for an invite's code (`GET /api/v1/invites/:code`). Nothing in it is
/// believed before the owner's signature is.
public struct InviteOffer: Codable, Equatable, Sendable {
    public var invite: InviteTerms
    /// What was signed, for who does not know how to write it: UTF-8.
    public var canonical: String
    /// By the owner's key: 128 hexadecimal digits.
    public var signature: String
    /// What the mesh's members call who made it; empty where it is nobody any more.
    public var invitedBy: String
    /// How many are in the mesh.
    public var members: Int
    public var uses: Int
    public var state: InviteState
    /// The broker's clock.
    public var now: Moment

    private enum CodingKeys: String, CodingKey {
        case invite, canonical, signature
        case invitedBy = "invited_by"
        case members, uses, state, now
    }

    public init(
        invite: InviteTerms, signature: String, invitedBy: String, members: Int, uses: Int,
        state: InviteState, now: Moment
    ) {
        self.invite = invite
        canonical = String(decoding: invite.canonical, as: UTF8.self)
        self.signature = signature
        self.invitedBy = invitedBy
        self.members = members
        self.uses = uses
        self.state = state
        self.now = now
    }
}

/// `POST /api/v1/invites/:code/claim`
public struct InviteClaim: Codable, Equatable, Sendable {
    public var memberKey: PublicKey
    public var displayName: String
    /// Milliseconds since 1970, by the broker's clock as its offer told it.
    public var timestamp: Int64
    /// The member key's signature over `InviteClaimBytes`: 128 hexadecimal digits.
    public var proof: String

    private enum CodingKeys: String, CodingKey {
        case memberKey = "member_key"
        case displayName = "display_name"
        case timestamp, proof
    }

    public init(memberKey: PublicKey, displayName: String, timestamp: Int64, proof: String) {
        self.memberKey = memberKey
        self.displayName = displayName
        self.timestamp = timestamp
        self.proof = proof
    }
}

/// Who one is in the mesh from then on. The same claim is answered the same again.
public struct InviteAdmission: Codable, Equatable, Sendable {
    public var meshID: MeshID
    /// The mesh's name now.
    public var meshName: String
    public var meshSlug: String
    public var memberID: MemberID
    public var permission: Permission
    /// The key was in the mesh before: nothing was spent.
    public var wasMember: Bool

    private enum CodingKeys: String, CodingKey {
        case meshID = "mesh_id"
        case meshName = "mesh_name"
        case meshSlug = "mesh_slug"
        case memberID = "member_id"
        case permission
        case wasMember = "already_member"
    }

    public init(
        meshID: MeshID, meshName: String, meshSlug: String, memberID: MemberID,
        permission: Permission, wasMember: Bool
    ) {
        self.meshID = meshID
        self.meshName = meshName
        self.meshSlug = meshSlug
        self.memberID = memberID
        self.permission = permission
        self.wasMember = wasMember
    }
}

/// `POST /api/v1/founded-meshes`: a mesh is made at a broker whose operator allows it.
public struct FoundMesh: Codable, Equatable, Sendable {
    /// Made by who asks, as 32 base62 characters each: asked again, it is the same mesh.
    public var mesh: MeshID
    public var member: MemberID
    public var name: String
    /// The owner's, who is its first member.
    public var ownerKey: PublicKey
    public var displayName: String
    public var timestamp: Int64
    /// The owner key's signature over `FoundingBytes`.
    public var proof: String

    private enum CodingKeys: String, CodingKey {
        case mesh = "mesh_id"
        case member = "member_id"
        case name
        case ownerKey = "owner_key"
        case displayName = "display_name"
        case timestamp, proof
    }

    public init(
        mesh: MeshID, member: MemberID, name: String, ownerKey: PublicKey, displayName: String,
        timestamp: Int64, proof: String
    ) {
        self.mesh = mesh
        self.member = member
        self.name = name
        self.ownerKey = ownerKey
        self.displayName = displayName
        self.timestamp = timestamp
        self.proof = proof
    }
}

/// What a broker says where it does not do what was asked (`/api/v1/…`).
public struct WebRefusal: Codable, Equatable, Sendable {
    public var error: String
    public var message: String
    /// Seconds until it may be asked again.
    public var retryIn: Int?
    /// The broker's clock, where the asker's is wrong.
    public var now: Moment?

    private enum CodingKeys: String, CodingKey {
        case error, message
        case retryIn = "retry_in"
        case now
    }

    public init(_ error: String, _ message: String, retryIn: Int? = nil, now: Moment? = nil) {
        self.error = error
        self.message = message
        self.retryIn = retryIn
        self.now = now
    }
}

extension WebRefusal {
    /// The routes of before say no more than a word.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(String.self, forKey: .error),
            try container.decodeIfPresent(String.self, forKey: .message) ?? "",
            retryIn: try container.decodeIfPresent(Int.self, forKey: .retryIn),
            now: try container.decodeIfPresent(Moment.self, forKey: .now))
    }
}
