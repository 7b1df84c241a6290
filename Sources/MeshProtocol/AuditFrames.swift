import Mesh

public struct QueryAudit: ClientRequest {
    public static let type = "audit_query"
    /// 50 where it is absent.
    public var limit: Int?
    public var offset: Int?
    public var eventType: String?

    public init(limit: Int? = nil, offset: Int? = nil, eventType: String? = nil) {
        self.limit = limit
        self.offset = offset
        self.eventType = eventType
    }
}

public struct AuditResult: ServerAnswer {
    public static let type = "audit_result"

    public struct Entry: Codable, Equatable, Sendable {
        /// Counts from 1 in each mesh.
        public var id: Int
        public var eventType: String
        public var actor: String
        public var payload: JSONValue
        public var hash: String
        public var createdAt: ISOMoment

        public init(
            id: Int, eventType: String, actor: String, payload: JSONValue, hash: String,
            createdAt: Moment
        ) {
            self.id = id
            self.eventType = eventType
            self.actor = actor
            self.payload = payload
            self.hash = hash
            self.createdAt = ISOMoment(createdAt)
        }
    }

    /// Newest first.
    public var entries: [Entry]
    /// Of all pages.
    public var total: Int

    public init(entries: [Entry], total: Int) {
        self.entries = entries
        self.total = total
    }
}

public struct VerifyAudit: ClientRequest {
    public static let type = "audit_verify"

    public init() {}
}

public struct AuditVerification: ServerAnswer {
    public static let type = "audit_verify_result"
    public var valid: Bool
    public var entries: Int
    /// The first entry that does not follow from the one before.
    public var brokenAt: Int?

    public init(valid: Bool, entries: Int, brokenAt: Int?) {
        self.valid = valid
        self.entries = entries
        self.brokenAt = brokenAt
    }
}
