import Mesh

/// Ends sessions so that their clients do not come back by themselves.
public struct Kick: ClientRequest {
    public static let type = "kick"
    /// A session's or member's key, or a display name.
    public var target: String?
    /// Sessions that have been silent for this many milliseconds.
    public var stale: Int64?
    public var all: Bool?

    public init(target: String? = nil, stale: Int64? = nil, all: Bool? = nil) {
        self.target = target
        self.stale = stale
        self.all = all
    }
}

/// As `Kick`, but their clients may come back at once.
public struct Disconnect: ClientRequest {
    public static let type = "disconnect"
    public var target: String?
    public var stale: Int64?
    public var all: Bool?

    public init(target: String? = nil, stale: Int64? = nil, all: Bool? = nil) {
        self.target = target
        self.stale = stale
        self.all = all
    }
}

public struct KickAnswer: ServerAnswer {
    public static let type = "kick_ack"
    /// Display names.
    public var kicked: [String]
    /// Session keys.
    public var affected: [String]

    public init(kicked: [String], affected: [String]) {
        self.kicked = kicked
        self.affected = affected
    }
}

public struct DisconnectAnswer: ServerAnswer {
    public static let type = "disconnect_ack"
    public var kicked: [String]
    public var affected: [String]

    public init(kicked: [String], affected: [String]) {
        self.kicked = kicked
        self.affected = affected
    }
}

/// Puts a member out of the mesh.
public struct Ban: ClientRequest {
    public static let type = "ban"
    /// A member's key, or a display name.
    public var target: String

    public init(target: String) { self.target = target }
}

public struct BanAnswer: ServerAnswer {
    public static let type = "ban_ack"
    public var banned: String

    public init(banned: String) { self.banned = banned }
}

public struct Unban: ClientRequest {
    public static let type = "unban"
    public var target: String

    public init(target: String) { self.target = target }
}

public struct UnbanAnswer: ServerAnswer {
    public static let type = "unban_ack"
    public var unbanned: String

    public init(unbanned: String) { self.unbanned = unbanned }
}

public struct ListBans: ClientRequest {
    public static let type = "list_bans"

    public init() {}
}

public struct BanList: ServerAnswer {
    public static let type = "list_bans_result"

    public struct Entry: Codable, Equatable, Sendable {
        public var name: String
        public var pubkey: String
        public var revokedAt: ISOMoment

        public init(name: String, pubkey: String, revokedAt: Moment) {
            self.name = name
            self.pubkey = pubkey
            self.revokedAt = ISOMoment(revokedAt)
        }
    }

    public var bans: [Entry]

    public init(bans: [Entry]) { self.bans = bans }
}

/// `skein/1`
public struct ListMembers: ClientRequest {
    public static let type = "list_members"

    public init() {}
}

/// `skein/1`
public struct MemberList: ServerAnswer {
    public static let type = "members_list"
    public var members: [MemberSummary]

    public init(members: [MemberSummary]) { self.members = members }
}

/// A member as HTTP and frames write it (wire protocol, section 4.1).
public struct MemberSummary: Codable, Equatable, Sendable {
    public var id: String
    public var displayName: String
    @Nullable public var roleTag: String?
    public var groups: [GroupMembership]
    public var messageMode: MessageMode
    public var permission: Permission
    @Nullable public var dashboardUserId: String?
    public var joinedAt: ISOMoment
    @Nullable public var lastSeenAt: ISOMoment?
    public var online: Bool
    public var sessionCount: Int
    /// `skein/1`
    public var pubkey: String?
    /// `skein/1`: the groups its last session was in; nil where that is no other than `groups`, or
    /// where it is here. What is for them is kept for it.
    public var leftGroups: [GroupMembership]?
    /// `skein/1`: whether its latest client spoke it; nil where the broker has seen none.
    public var speaksSkein: Bool?

    public init(
        id: String, displayName: String, roleTag: String?, groups: [GroupMembership],
        messageMode: MessageMode, permission: Permission, joinedAt: Moment,
        lastSeenAt: Moment?, sessionCount: Int, publicKey: String?,
        leftGroups: [GroupMembership]? = nil, speaksSkein: Bool? = nil
    ) {
        self.id = id
        self.displayName = displayName
        self.roleTag = roleTag
        self.groups = groups
        self.messageMode = messageMode
        self.permission = permission
        self.joinedAt = ISOMoment(joinedAt)
        self.lastSeenAt = lastSeenAt.map(ISOMoment.init)
        online = sessionCount > 0
        self.sessionCount = sessionCount
        pubkey = publicKey
        self.leftGroups = leftGroups
        self.speaksSkein = speaksSkein
    }
}

/// `skein/1`: what may be changed of a member, by itself or by an admin. What is absent stays.
/// Answered by an ack.
public struct ChangeMember: ClientRequest {
    public static let type = "change_member"
    public var memberId: String
    public var changes: MemberChanges

    public init(memberID: String, changes: MemberChanges) {
        memberId = memberID
        self.changes = changes
    }
}

public struct MemberChanges: Codable, Equatable, Sendable {
    public var displayName: String?
    public var roleTag: String?
    public var groups: [GroupMembership]?
    public var messageMode: MessageMode?
    public var permission: Permission?

    public init(
        displayName: String? = nil, roleTag: String? = nil, groups: [GroupMembership]? = nil,
        messageMode: MessageMode? = nil, permission: Permission? = nil
    ) {
        self.displayName = displayName
        self.roleTag = roleTag
        self.groups = groups
        self.messageMode = messageMode
        self.permission = permission
    }
}

/// `skein/1`, admins: what may be changed of the mesh. Answered by an ack.
public struct ChangeMesh: ClientRequest {
    public static let type = "change_mesh"
    public var name: String?
    /// True archives it: nobody comes in any more.
    public var archived: Bool?
    public var selfEditable: MeshPolicy.SelfEditable?
    public var stateWrite: Permission?
    public var allowPlaintext: Bool?

    public init(
        name: String? = nil, archived: Bool? = nil,
        selfEditable: MeshPolicy.SelfEditable? = nil, stateWrite: Permission? = nil,
        allowPlaintext: Bool? = nil
    ) {
        self.name = name
        self.archived = archived
        self.selfEditable = selfEditable
        self.stateWrite = stateWrite
        self.allowPlaintext = allowPlaintext
    }
}

/// What others may do to the asking member, merged into what stands; null takes an entry away.
/// Answered by an ack.
public struct SetGrants: ClientRequest {
    public static let type = "set_grants"
    public var grants: [String: [PeerGrants.Capability]?]

    public init(grants: [String: [PeerGrants.Capability]?]) { self.grants = grants }
}

/// `skein/1`: what the asking member has granted.
public struct ListGrants: ClientRequest {
    public static let type = "list_grants"

    public init() {}
}

/// By key; who is not named has the standard.
public struct GrantList: ServerAnswer {
    public static let type = "grants_list"
    public var grants: [String: [PeerGrants.Capability]]
    public var standard: [PeerGrants.Capability]

    public init(_ grants: PeerGrants) {
        self.grants = grants.entries.mapValues(Self.sorted)
        standard = Self.sorted(PeerGrants.standard)
    }

    private static func sorted(
        _ capabilities: Set<PeerGrants.Capability>
    ) -> [PeerGrants.Capability] {
        PeerGrants.Capability.allCases.filter(capabilities.contains)
    }
}
