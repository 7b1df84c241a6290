import Mesh

/// The broker's answer to a hello it accepted (wire protocol, section 1.6).
public struct HelloAckFrame: Equatable, Sendable {
    public var presenceID: String
    /// The name the presence has: the hello's, else the member's.
    public var displayName: String
    /// The member's default groups.
    public var defaultGroups: [GroupMembership]
    /// `skein/1`: what the broker speaks.
    public var capabilities: [String]
    /// `skein/1`: the presence was there all the time; its status and summary still hold.
    public var isReturn: Bool
    /// `skein/1`: by which the agent's hooks tell its status (protocol decision 15). A secret.
    public var hookToken: String?

    public init(
        presenceID: String, displayName: String, defaultGroups: [GroupMembership] = [],
        capabilities: [String] = [], isReturn: Bool = false,
        hookToken: String? = nil
    ) {
        self.presenceID = presenceID
        self.displayName = displayName
        self.defaultGroups = defaultGroups
        self.capabilities = capabilities
        self.isReturn = isReturn
        self.hookToken = hookToken
    }
}

extension HelloAckFrame: Codable {
    private enum Field: String, CodingKey {
        case presenceID = "presenceId"
        case displayName = "memberDisplayName"
        case profile = "memberProfile"
        case policy = "meshPolicy"
        case isReturn = "returned"
        case services, capabilities, hookToken
    }

    private struct Profile: Codable {
        var roleTag: String?
        var groups: [GroupMembership]?
        var messageMode = "push"

        private enum Field: String, CodingKey { case roleTag, groups, messageMode }

        init(groups: [GroupMembership]) { self.groups = groups }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Field.self)
            groups = try container.decodeIfPresent([GroupMembership].self, forKey: .groups)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Field.self)
            // Null where there is none, never missing.
            try container.encode(roleTag, forKey: .roleTag)
            try container.encode(groups ?? [], forKey: .groups)
            try container.encode(messageMode, forKey: .messageMode)
        }
    }

    /// What members may change of themselves.
    private struct Policy: Codable {
        var selfEditable = [
            "displayName": true, "roleTag": true, "groups": true, "messageMode": true,
        ]
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Field.self)
        presenceID = try container.decode(String.self, forKey: .presenceID)
        displayName = try container.decodeIfPresent(String.self, forKey: .displayName) ?? ""
        let profile = try? container.decode(Profile.self, forKey: .profile)
        defaultGroups = profile?.groups ?? []
        capabilities = try container.decodeIfPresent([String].self, forKey: .capabilities) ?? []
        isReturn = try container.decodeIfPresent(Bool.self, forKey: .isReturn) ?? false
        hookToken = try container.decodeIfPresent(String.self, forKey: .hookToken)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        try container.encode(presenceID, forKey: .presenceID)
        try container.encode(displayName, forKey: .displayName)
        try container.encode(Profile(groups: defaultGroups), forKey: .profile)
        try container.encode(Policy(), forKey: .policy)
        try container.encode([String](), forKey: .services)
        if !capabilities.isEmpty { try container.encode(capabilities, forKey: .capabilities) }
        if isReturn { try container.encode(true, forKey: .isReturn) }
        try container.encodeIfPresent(hookToken, forKey: .hookToken)
    }
}
