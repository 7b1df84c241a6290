import Mesh
import MeshProtocol

/// One key of a mesh's shared state.
public struct StateEntry: Equatable, Sendable {
    public var key: String
    public var value: JSONValue
    /// The member's display name.
    public var updatedBy: String
    public var updatedAt: Moment

    public init(key: String, value: JSONValue, updatedBy: String, updatedAt: Moment) {
        self.key = key
        self.value = value
        self.updatedBy = updatedBy
        self.updatedAt = updatedAt
    }
}

public struct MemoryRecord: Equatable, Sendable {
    public var id: String
    public var content: String
    public var tags: [String]
    /// The member's display name.
    public var rememberedBy: String
    public var rememberedAt: Moment

    public init(
        id: String, content: String, tags: [String], rememberedBy: String, rememberedAt: Moment
    ) {
        self.id = id
        self.content = content
        self.tags = tags
        self.rememberedBy = rememberedBy
        self.rememberedAt = rememberedAt
    }
}

/// Something done in a mesh, to be put into its log.
public struct AuditEvent: Equatable, Sendable {
    public var mesh: MeshID
    /// Such as `peer_joined`, `message_sent`, `state_set`.
    public var type: String
    /// The member's id.
    public var actor: String
    public var payload: JSONValue
    public var at: Moment

    public init(mesh: MeshID, type: String, actor: String, payload: JSONValue, at: Moment) {
        self.mesh = mesh
        self.type = type
        self.actor = actor
        self.payload = payload
        self.at = at
    }
}

public struct AuditEntry: Equatable, Sendable {
    /// Counts from 1 in each mesh.
    public var number: Int
    public var event: AuditEvent
    /// 64 hexadecimal digits.
    public var hash: String

    public init(number: Int, event: AuditEvent, hash: String) {
        self.number = number
        self.event = event
        self.hash = hash
    }
}

public struct AuditPage: Equatable, Sendable {
    public var entries: [AuditEntry]
    /// Of all pages.
    public var total: Int

    public init(entries: [AuditEntry], total: Int) {
        self.entries = entries
        self.total = total
    }
}

public struct AuditVerdict: Equatable, Sendable {
    public var entries: Int
    /// The number of the first entry that does not follow from the one before.
    public var brokenAt: Int?

    public init(entries: Int, brokenAt: Int?) {
        self.entries = entries
        self.brokenAt = brokenAt
    }
}
