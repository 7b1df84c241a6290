/// How a member wants its messages: put before its agent, kept in the inbox, or not at all.
public enum MessageMode: String, Codable, CaseIterable, Hashable, Sendable {
    case push, inbox, off
}

/// Who may change what in a mesh.
public struct MeshPolicy: Codable, Hashable, Sendable {
    /// What members may change of themselves; admins may change all.
    public struct SelfEditable: Codable, Hashable, Sendable {
        public var displayName: Bool
        public var roleTag: Bool
        public var groups: Bool
        public var messageMode: Bool

        public init(
            displayName: Bool = true, roleTag: Bool = true, groups: Bool = true,
            messageMode: Bool = true
        ) {
            self.displayName = displayName
            self.roleTag = roleTag
            self.groups = groups
            self.messageMode = messageMode
        }
    }

    public var selfEditable: SelfEditable
    /// Who may change the mesh's shared state (protocol decision 14).
    public var stateWrite: Permission
    /// Whether groups may be sent plaintext, for clients of old (protocol decision 11).
    public var allowPlaintext: Bool

    public init(
        selfEditable: SelfEditable = SelfEditable(), stateWrite: Permission = .member,
        allowPlaintext: Bool = false
    ) {
        self.selfEditable = selfEditable
        self.stateWrite = stateWrite
        self.allowPlaintext = allowPlaintext
    }
}

/// What others may do to a member, by the key they go by (protocol decision 14).
public struct PeerGrants: Hashable, Sendable {
    public enum Capability: String, Codable, CaseIterable, Hashable, Sendable {
        case read, dm, broadcast
        case stateRead = "state-read"
        case stateWrite = "state-write"
        case fileRead = "file-read"
    }

    /// What one has who is not named.
    public static let standard: Set<Capability> = [.read, .dm, .broadcast, .stateRead]

    /// By member key or session key. An empty set is a block.
    public var entries: [String: Set<Capability>]

    public init(_ entries: [String: Set<Capability>] = [:]) { self.entries = entries }

    /// The member's entry goes before its session's.
    public func allows(_ capability: Capability, memberKey: String, sessionKey: String?) -> Bool {
        let entry = entries[memberKey] ?? sessionKey.flatMap { entries[$0] }
        return (entry ?? Self.standard).contains(capability)
    }
}
