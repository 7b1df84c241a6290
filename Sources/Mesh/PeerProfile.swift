/// What a peer says of itself beside its summary.
public struct PeerProfile: Codable, Hashable, Sendable {
    public var avatar: String?
    public var title: String?
    public var bio: String?
    public var capabilities: [String]?

    public init(
        avatar: String? = nil, title: String? = nil, bio: String? = nil,
        capabilities: [String]? = nil
    ) {
        self.avatar = avatar
        self.title = title
        self.bio = bio
        self.capabilities = capabilities
    }

    public var isEmpty: Bool { self == PeerProfile() }

    /// What `other` names replaces what is here.
    public func merging(_ other: PeerProfile) -> PeerProfile {
        PeerProfile(
            avatar: other.avatar ?? avatar, title: other.title ?? title, bio: other.bio ?? bio,
            capabilities: other.capabilities ?? capabilities)
    }
}

/// What a peer has counted.
public struct PeerStats: Codable, Hashable, Sendable {
    public var messagesIn: Int?
    public var messagesOut: Int?
    public var toolCalls: Int?
    /// Seconds.
    public var uptime: Int?
    public var errors: Int?

    public init(
        messagesIn: Int? = nil, messagesOut: Int? = nil, toolCalls: Int? = nil,
        uptime: Int? = nil, errors: Int? = nil
    ) {
        self.messagesIn = messagesIn
        self.messagesOut = messagesOut
        self.toolCalls = toolCalls
        self.uptime = uptime
        self.errors = errors
    }

    /// Whether something was done between `earlier` and now: a sign of life (protocol decision 5).
    public func hasGrown(since earlier: PeerStats?) -> Bool {
        func grew(_ field: KeyPath<PeerStats, Int?>) -> Bool {
            (self[keyPath: field] ?? 0) > (earlier?[keyPath: field] ?? 0)
        }
        return grew(\.toolCalls) || grew(\.messagesIn) || grew(\.messagesOut)
    }
}
