import Mesh

/// An invite, known to the mesh's broker.
public struct InviteOrder: RelayQuestion, Equatable {
    public typealias Answer = MadeInvite
    public static let word = "invite"
    public static let isForPersonOnly = true
    public var mesh: MeshID
    public var permission: Permission
    public var maxUses: Int
    /// From now on, in seconds.
    public var seconds: Int64
    /// 1 for a token that clients of old understand, else 2; nil is 1.
    public var version: Int?
    /// Of v2 alone.
    public var role: String?
    public var groups: [String]?

    /// The most who can come in by one invite.
    public static let mostUses = InviteTerms.mostUses

    public init(
        mesh: MeshID, permission: Permission, maxUses: Int, seconds: Int64, version: Int? = nil,
        role: String? = nil, groups: [String]? = nil
    ) {
        self.version = version
        self.role = role
        self.groups = groups
        self.mesh = mesh
        self.permission = permission
        self.maxUses = maxUses
        self.seconds = seconds
    }
}

/// An invite that the mesh's broker knows. Whoever has its token can come in.
public struct MadeInvite: Codable, Equatable, Sendable {
    /// By which it is revoked.
    public var id: String
    /// Of v1; empty for v2.
    public var token: String
    /// Of v2: where it can be looked at, its code at the end.
    public var link: String?
    public var brokerURL: String
    public var expiresAt: Moment
    public var maxUses: Int

    public init(
        id: String, token: String = "", link: String? = nil, brokerURL: String,
        expiresAt: Moment, maxUses: Int
    ) {
        self.id = id
        self.link = link
        self.token = token
        self.brokerURL = brokerURL
        self.expiresAt = expiresAt
        self.maxUses = maxUses
    }
}

public struct ListMeshInvites: RelayQuestion {
    public typealias Answer = [InviteList.Entry]
    public static let word = "invites"
    public static let isForPersonOnly = true
    public var mesh: MeshID

    public init(mesh: MeshID) { self.mesh = mesh }
}

/// Nobody comes in by it any more.
public struct RevokeMeshInvite: RelayQuestion {
    public typealias Answer = Done
    public static let word = "revoke_invite"
    public static let isForPersonOnly = true
    public var id: String
    public var mesh: MeshID

    public init(_ id: String, mesh: MeshID) {
        self.id = id
        self.mesh = mesh
    }
}
