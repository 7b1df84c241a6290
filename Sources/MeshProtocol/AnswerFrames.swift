/// A refusal (wire protocol, sections 1.4 and 1.10).
public struct ErrorFrame: Codable, Equatable, Sendable {
    public var code: String
    public var message: String
    public var id: String?

    public init(code: String, message: String, id: String? = nil) {
        self.code = code
        self.message = message
        self.id = id
    }
}

/// What answers a request that asks for nothing back. For those about oneself `id` is the
/// request's id, and `queued` is false.
public struct AckFrame: Codable, Equatable, Sendable {
    public var id: String
    public var messageId: String
    public var queued: Bool
    public var error: String?

    public init(id: String, messageId: String = "", queued: Bool = false, error: String? = nil) {
        self.id = id
        self.messageId = messageId
        self.queued = queued
        self.error = error
    }
}
