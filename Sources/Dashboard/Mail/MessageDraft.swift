import Mesh
import MeshProtocol

/// A message that is being written, as it is kept until it is sent. There is one of each mesh.
public struct MessageDraft: Codable, Equatable, Sendable {
    /// As it was typed.
    public var to: String
    public var text: String
    public var priority: MessagePriority
    /// What it was sent as, where nobody knows yet whether it arrived: asked again with the same id
    /// it is sent once. Another text is another message.
    public var id: MessageID?

    public init(
        to: String, text: String, priority: MessagePriority = .next, id: MessageID? = nil
    ) {
        self.to = to
        self.text = text
        self.priority = priority
        self.id = id
    }
}

/// A message as it is handed to the relay.
public struct OutgoingMessage: Equatable, Sendable {
    public var id: MessageID
    public var mesh: MeshID
    public var to: String
    public var text: String
    public var priority: MessagePriority
}
