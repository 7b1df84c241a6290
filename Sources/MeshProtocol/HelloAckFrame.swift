import Mesh

/// The broker's answer to a hello it accepted (wire protocol, section 1.6).
public struct HelloAckFrame: Equatable, Sendable {
    public var presenceID: String
    /// The name the presence has: the hello's, else the member's.
    public var displayName: String
    public var profile: MemberProfile
    /// What members may change of themselves.
    public var selfEditable: MeshPolicy.SelfEditable
    /// What an earlier session of the member left behind; nil where there was none.
    public var restored: RestoredPresence?
    /// `skein/1`: what the broker speaks.
    public var capabilities: [String]
    /// `skein/1`: the presence was there all the time; its status and summary still hold.
    public var isReturn: Bool
    /// `skein/1`: by which the agent's hooks tell its status (protocol decision 15). A secret.
    public var hookToken: String?

    public init(
        presenceID: String, displayName: String, profile: MemberProfile = MemberProfile(),
        selfEditable: MeshPolicy.SelfEditable = MeshPolicy.SelfEditable(),
        restored: RestoredPresence? = nil, capabilities: [String] = [], isReturn: Bool = false,
        hookToken: String? = nil
    ) {
        self.presenceID = presenceID
        self.displayName = displayName
        self.profile = profile
        self.selfEditable = selfEditable
        self.restored = restored
        self.capabilities = capabilities
        self.isReturn = isReturn
        self.hookToken = hookToken
    }
}

/// What a member is by itself, whatever its sessions are.
public struct MemberProfile: Codable, Equatable, Sendable {
    @Nullable public var roleTag: String?
    /// Those a session has that names none.
    public var groups: [GroupMembership]
    public var messageMode: MessageMode

    public init(
        roleTag: String? = nil, groups: [GroupMembership] = [], messageMode: MessageMode = .push
    ) {
        self.roleTag = roleTag
        self.groups = groups
        self.messageMode = messageMode
    }
}

/// How a member was when its last session ended, as its next one is told.
public struct RestoredPresence: Equatable, Sendable {
    public var lastSummary: String?
    public var lastSeenAt: ISOMoment
    /// Nil where the hello named groups of its own, or none were kept.
    public var groups: [GroupMembership]?
    /// What the session goes on counting from.
    public var stats: PeerStats

    public init(
        lastSummary: String?, lastSeenAt: Moment, groups: [GroupMembership]?, stats: PeerStats
    ) {
        self.lastSummary = lastSummary
        self.lastSeenAt = ISOMoment(lastSeenAt)
        self.groups = groups
        self.stats = stats
    }
}

extension HelloAckFrame: Codable {
    private enum Field: String, CodingKey {
        case presenceID = "presenceId"
        case displayName = "memberDisplayName"
        case profile = "memberProfile"
        case policy = "meshPolicy"
        case isReturn = "returned"
        case groups = "restoredGroups"
        case stats = "restoredStats"
        case restored, lastSummary, lastSeenAt, services, capabilities, hookToken
    }

    private struct Policy: Codable {
        var selfEditable: MeshPolicy.SelfEditable
    }

    /// A broker of old may leave out most of it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        presenceID = try container.decode(String.self, forKey: .presenceID)
        displayName = try container.decodeIfPresent(String.self, forKey: .displayName) ?? ""
        profile = (try? container.decode(MemberProfile.self, forKey: .profile)) ?? MemberProfile()
        selfEditable =
            (try? container.decode(Policy.self, forKey: .policy))?.selfEditable
            ?? MeshPolicy.SelfEditable()
        capabilities = try container.decodeIfPresent([String].self, forKey: .capabilities) ?? []
        isReturn = try container.decodeIfPresent(Bool.self, forKey: .isReturn) ?? false
        hookToken = try container.decodeIfPresent(String.self, forKey: .hookToken)
        if let seen = try? container.decode(ISOMoment.self, forKey: .lastSeenAt) {
            restored = RestoredPresence(
                lastSummary: try? container.decode(String.self, forKey: .lastSummary),
                lastSeenAt: seen.moment,
                groups: try? container.decode([GroupMembership].self, forKey: .groups),
                stats: (try? container.decode(PeerStats.self, forKey: .stats)) ?? PeerStats())
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        try container.encode(presenceID, forKey: .presenceID)
        try container.encode(displayName, forKey: .displayName)
        try container.encode(profile, forKey: .profile)
        try container.encode(Policy(selfEditable: selfEditable), forKey: .policy)
        if let restored {
            try container.encode(true, forKey: .restored)
            try container.encodeIfPresent(restored.lastSummary, forKey: .lastSummary)
            try container.encode(restored.lastSeenAt, forKey: .lastSeenAt)
            try container.encodeIfPresent(restored.groups, forKey: .groups)
            // Clients of old read all four.
            let stats = PeerStats().adding(restored.stats, beyond: PeerStats())
            try container.encode(stats, forKey: .stats)
        }
        try container.encode([String](), forKey: .services)
        if !capabilities.isEmpty { try container.encode(capabilities, forKey: .capabilities) }
        if isReturn { try container.encode(true, forKey: .isReturn) }
        try container.encodeIfPresent(hookToken, forKey: .hookToken)
    }
}
