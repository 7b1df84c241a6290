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

    /// As it is shown where a role stands in for a title that is not there.
    public func titled(_ role: String?) -> PeerProfile {
        merging(PeerProfile(title: title ?? role))
    }

    /// What `other` names replaces what is here.
    public func merging(_ other: PeerProfile) -> PeerProfile {
        PeerProfile(
            avatar: other.avatar ?? avatar, title: other.title ?? title, bio: other.bio ?? bio,
            capabilities: other.capabilities ?? capabilities)
    }
}
