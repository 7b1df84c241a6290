import Mesh

public struct Remember: ClientRequest {
    public static let type = "remember"
    public var content: String
    public var tags: [String]?

    public init(content: String, tags: [String]? = nil) {
        self.content = content
        self.tags = tags
    }
}

public struct Recall: ClientRequest {
    public static let type = "recall"
    public var query: String

    public init(query: String) { self.query = query }
}

/// Answered by an ack.
public struct Forget: ClientRequest {
    public static let type = "forget"
    public var memoryId: String

    public init(memoryID: String) { memoryId = memoryID }
}

public struct MemoryStored: ServerAnswer {
    public static let type = "memory_stored"
    public var id: String

    public init(id: String) { self.id = id }
}

public struct MemoryResults: ServerAnswer {
    public static let type = "memory_results"

    public struct Memory: Codable, Equatable, Sendable {
        public var id: String
        public var content: String
        public var tags: [String]
        public var rememberedBy: String
        public var rememberedAt: ISOMoment

        public init(
            id: String, content: String, tags: [String], rememberedBy: String,
            rememberedAt: Moment
        ) {
            self.id = id
            self.content = content
            self.tags = tags
            self.rememberedBy = rememberedBy
            self.rememberedAt = ISOMoment(rememberedAt)
        }
    }

    /// The best first, at most 20.
    public var memories: [Memory]

    public init(memories: [Memory]) { self.memories = memories }
}
