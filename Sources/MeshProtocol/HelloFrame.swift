import Mesh

/// What a client says first (wire protocol, section 1.3), with the fields `skein/1` adds.
public struct HelloFrame: Equatable, Sendable {
    public var meshID: String
    public var memberID: String
    /// As sent: the signed bytes repeat it.
    public var publicKey: String
    public var sessionKey: String?
    public var displayName: String?
    public var sessionID: String
    public var pid: Int64
    public var cwd: String
    public var hostname: String?
    public var peerType: String?
    public var channel: String?
    public var model: String?
    public var groups: [GroupMembership]
    /// Milliseconds; nil for what is no whole number.
    public var timestamp: Int64?
    public var signature: String
    public var capabilities: [String]
    /// `skein/1`: `observer`, or nothing for a peer.
    public var kind: String?
    /// `skein/1`: what the launch does here.
    public var role: String?
    /// `skein/1`: the agent's word.
    public var agent: String?
    /// `skein/1`
    public var attestation: SessionAttestation?

    public static let observer = "observer"

    public init(
        meshID: String, memberID: String, publicKey: String, sessionKey: String? = nil,
        displayName: String? = nil, sessionID: String, pid: Int64, cwd: String,
        hostname: String? = nil, peerType: String? = nil, channel: String? = nil,
        model: String? = nil, groups: [GroupMembership] = [], timestamp: Int64?,
        signature: String, capabilities: [String] = [], kind: String? = nil,
        role: String? = nil, agent: String? = nil, attestation: SessionAttestation? = nil
    ) {
        self.meshID = meshID
        self.memberID = memberID
        self.publicKey = publicKey
        self.sessionKey = sessionKey
        self.displayName = displayName
        self.sessionID = sessionID
        self.pid = pid
        self.cwd = cwd
        self.hostname = hostname
        self.peerType = peerType
        self.channel = channel
        self.model = model
        self.groups = groups
        self.timestamp = timestamp
        self.signature = signature
        self.capabilities = capabilities
        self.kind = kind
        self.role = role
        self.agent = agent
        self.attestation = attestation
    }

    public var speaksSkein: Bool { capabilities.contains(FrameLimits.skein1) }
}

extension HelloFrame: Codable {
    private enum Field: String, CodingKey {
        case meshID = "meshId"
        case memberID = "memberId"
        case publicKey = "pubkey"
        case sessionKey = "sessionPubkey"
        case sessionID = "sessionId"
        case displayName, pid, cwd, hostname, peerType, channel, model, groups, timestamp
        case signature, capabilities, kind, role, agent, attestation
    }

    /// What only a check of its own can answer for is let through here: a key or signature that
    /// is missing as an empty one, a timestamp that is none as nil.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        func text(_ field: Field) throws -> String? {
            try container.decodeIfPresent(String.self, forKey: field)
        }
        meshID = try container.decode(String.self, forKey: .meshID)
        memberID = try container.decode(String.self, forKey: .memberID)
        publicKey = (try? text(.publicKey)) ?? ""
        sessionKey = try text(.sessionKey)
        displayName = try text(.displayName)
        sessionID = try container.decode(String.self, forKey: .sessionID)
        pid = try container.decode(Int64.self, forKey: .pid)
        cwd = try container.decode(String.self, forKey: .cwd)
        hostname = try text(.hostname)
        peerType = try text(.peerType)
        channel = try text(.channel)
        model = try text(.model)
        groups = try container.decodeIfPresent([GroupMembership].self, forKey: .groups) ?? []
        timestamp = try? container.decode(Int64.self, forKey: .timestamp)
        signature = (try? text(.signature)) ?? ""
        capabilities = try container.decodeIfPresent([String].self, forKey: .capabilities) ?? []
        kind = try text(.kind)
        role = try text(.role)
        agent = try text(.agent)
        attestation = try container.decodeIfPresent(
            SessionAttestation.self, forKey: .attestation)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        try container.encode(meshID, forKey: .meshID)
        try container.encode(memberID, forKey: .memberID)
        try container.encode(publicKey, forKey: .publicKey)
        try container.encodeIfPresent(sessionKey, forKey: .sessionKey)
        try container.encodeIfPresent(displayName, forKey: .displayName)
        try container.encode(sessionID, forKey: .sessionID)
        try container.encode(pid, forKey: .pid)
        try container.encode(cwd, forKey: .cwd)
        try container.encodeIfPresent(hostname, forKey: .hostname)
        try container.encodeIfPresent(peerType, forKey: .peerType)
        try container.encodeIfPresent(channel, forKey: .channel)
        try container.encodeIfPresent(model, forKey: .model)
        if !groups.isEmpty { try container.encode(groups, forKey: .groups) }
        try container.encodeIfPresent(timestamp, forKey: .timestamp)
        try container.encode(signature, forKey: .signature)
        if !capabilities.isEmpty { try container.encode(capabilities, forKey: .capabilities) }
        try container.encodeIfPresent(kind, forKey: .kind)
        try container.encodeIfPresent(role, forKey: .role)
        try container.encodeIfPresent(agent, forKey: .agent)
        try container.encodeIfPresent(attestation, forKey: .attestation)
    }
}
