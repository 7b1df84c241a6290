import Mesh

/// A peer as frames write it (wire protocol, section 3.1), with the fields `skein/1` adds.
public struct PresencePeer: Equatable, Sendable {
    /// Names one presence, also where two sessions of a member have no key of their own.
    public var presenceID: String
    /// The session's public key where it has one, else the member's.
    public var publicKey: String
    public var memberKey: String
    public var connectedAt: ISOMoment

    public var displayName: String
    public var status: Status
    public var statusSource: StatusSource
    public var statusSince: ISOMoment
    /// Working, but waiting for a permission or an input.
    public var isWaiting: Bool
    public var summary: String?
    public var groups: [GroupMembership]
    public var role: String?
    public var agent: String?
    public var sessionID: String
    public var cwd: String
    public var hostname: String?
    public var peerType: String?
    public var channel: String?
    public var model: String?
    public var isVisible: Bool
    public var attestation: SessionAttestation?
    /// What it counted, as it told.
    public var stats: PeerStats?
    /// What it said of itself. Its title, where it has none, is shown as its role.
    public var profile: PeerProfile

    public init(
        presenceID: String, publicKey: String, memberKey: String, connectedAt: Moment,
        displayName: String, sessionID: String, cwd: String
    ) {
        self.presenceID = presenceID
        self.publicKey = publicKey
        self.memberKey = memberKey
        self.connectedAt = ISOMoment(connectedAt)
        self.displayName = displayName
        status = .idle
        statusSource = .inferred
        statusSince = ISOMoment(connectedAt)
        isWaiting = false
        groups = []
        self.sessionID = sessionID
        self.cwd = cwd
        isVisible = true
        profile = PeerProfile()
    }

    /// As the rest of the program knows it.
    public var peer: Peer {
        Peer(
            id: publicKey, memberKey: memberKey, name: displayName, status: status,
            statusSource: statusSource, statusSince: statusSince.moment, summary: summary,
            role: role, groups: groups, sessionID: sessionID, connectedAt: connectedAt.moment,
            cwd: cwd, hostname: hostname, agent: agent, model: model, peerType: peerType,
            speaksSkein: attestation != nil, isWaiting: isWaiting)
    }

    /// At most the bytes of it in JSON.
    public var encodedBound: Int {
        let texts = [
            presenceID, publicKey, memberKey, displayName, summary, role, role, agent, sessionID,
            cwd, hostname, peerType, channel, model, profile.avatar, profile.title, profile.bio,
        ]
        let capable = (profile.capabilities ?? []).reduce(0) { $0 + FrameJSON.bound($1) + 1 }
        let grouped = groups.reduce(0) {
            $0 + FrameJSON.bound($1.name) + FrameJSON.bound($1.role) + 24
        }
        // The names of the fields, the two times, the words of the status, five counts; the
        // attestation.
        return texts.reduce(768) { $0 + FrameJSON.bound($1) } + grouped + capable
            + (attestation == nil ? 0 : 400)
    }
}

extension PresencePeer: Codable {
    enum Field: String, CodingKey, CaseIterable, Sendable {
        case presenceID = "presenceId"
        case publicKey = "pubkey"
        case memberKey = "memberPubkey"
        case sessionID = "sessionId"
        case isWaiting = "waiting"
        case isVisible = "visible"
        case connectedAt, displayName, status, statusSource, statusSince, summary, groups, role
        case agent, cwd, hostname, peerType, channel, model, attestation, stats, profile
    }

    /// Fields that a broker of old does not send are made up: it names no presence, and no
    /// source of a status.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        let publicKey = try container.decode(String.self, forKey: .publicKey)
        let sessionID = try container.decode(String.self, forKey: .sessionID)
        let connected = try container.decode(ISOMoment.self, forKey: .connectedAt)
        self.init(
            presenceID: try container.decodeIfPresent(String.self, forKey: .presenceID)
                ?? publicKey + "/" + sessionID,
            publicKey: publicKey,
            memberKey: try container.decodeIfPresent(String.self, forKey: .memberKey)
                ?? publicKey,
            connectedAt: connected.moment,
            displayName: try container.decodeIfPresent(String.self, forKey: .displayName) ?? "",
            sessionID: sessionID,
            cwd: try container.decodeIfPresent(String.self, forKey: .cwd) ?? "")
        for column in Self.columns
        where container.contains(column.field) && column.field != .profile {
            try column.decode(&self, container)
        }
        profile = try container.decodeIfPresent(PeerProfile.self, forKey: .profile) ?? profile
        if profile.title == role { profile.title = nil }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        try container.encode(presenceID, forKey: .presenceID)
        try container.encode(publicKey, forKey: .publicKey)
        try container.encode(memberKey, forKey: .memberKey)
        try container.encode(connectedAt, forKey: .connectedAt)
        for column in Self.columns where !column.isAbsent(self) && column.field != .profile {
            try column.encode(self, &container)
        }
        // Clients of old know no role: they read it as a title.
        let shown = profile.titled(role)
        if !shown.isEmpty { try container.encode(shown, forKey: .profile) }
    }
}
