import Mesh

/// What a peer has counted. Not answered.
public struct SetStats: ClientRequest {
    public static let type = "set_stats"
    public var stats: PeerStats

    public init(stats: PeerStats) { self.stats = stats }
}

/// What a peer says of itself; what is absent stays. Answered by an ack.
public struct SetProfile: ClientRequest {
    public static let type = "set_profile"
    public var avatar: String?
    public var title: String?
    public var bio: String?
    public var capabilities: [String]?

    public init(profile: PeerProfile) {
        avatar = profile.avatar
        title = profile.title
        bio = profile.bio
        capabilities = profile.capabilities
    }

    public var profile: PeerProfile {
        PeerProfile(avatar: avatar, title: title, bio: bio, capabilities: capabilities)
    }
}
