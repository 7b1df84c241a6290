import Mesh

public struct SetState: ClientRequest {
    public static let type = "set_state"
    public var key: String
    public var value: JSONValue

    public init(key: String, value: JSONValue) {
        self.key = key
        self.value = value
    }
}

public struct GetState: ClientRequest {
    public static let type = "get_state"
    public var key: String

    public init(key: String) { self.key = key }
}

public struct ListState: ClientRequest {
    public static let type = "list_state"

    public init() {}
}

/// Told to every other session of the mesh. It answers nothing.
public struct StateChange: ServerAnswer {
    public static let type = "state_change"
    public var key: String
    public var value: JSONValue
    /// The member's display name.
    public var updatedBy: String

    public init(key: String, value: JSONValue, updatedBy: String) {
        self.key = key
        self.value = value
        self.updatedBy = updatedBy
    }
}

/// A missing key has the value null, nobody, and no time.
public struct StateResult: ServerAnswer {
    public static let type = "state_result"
    public var key: String
    public var value: JSONValue
    public var updatedBy: String
    /// As ISO 8601, or empty.
    public var updatedAt: String

    public init(key: String, value: JSONValue, updatedBy: String, updatedAt: String) {
        self.key = key
        self.value = value
        self.updatedBy = updatedBy
        self.updatedAt = updatedAt
    }
}

public struct StateList: ServerAnswer {
    public static let type = "state_list"

    public struct Entry: Codable, Equatable, Sendable {
        public var key: String
        public var value: JSONValue
        public var updatedBy: String
        public var updatedAt: ISOMoment

        public init(key: String, value: JSONValue, updatedBy: String, updatedAt: Moment) {
            self.key = key
            self.value = value
            self.updatedBy = updatedBy
            self.updatedAt = ISOMoment(updatedAt)
        }
    }

    public var entries: [Entry]

    public init(entries: [Entry]) { self.entries = entries }
}
