import Mesh

/// What one of an agent's hooks says of its session's status. The session's own link is proof
/// enough; the page for hooks takes the same. Answered by an ack.
public struct SetHookStatus: ClientRequest {
    public static let type = "hook_status"
    public var status: Status
    /// Nil where the hook says nothing of tool calls.
    public var isToolOpen: Bool?
    /// Working, but for a permission or an answer.
    public var isWaiting: Bool?

    public init(_ status: Status, isToolOpen: Bool? = nil, isWaiting: Bool = false) {
        self.status = status
        self.isToolOpen = isToolOpen
        self.isWaiting = isWaiting ? true : nil
    }

    private enum CodingKeys: String, CodingKey {
        case status
        case isToolOpen = "tool_open"
        case isWaiting = "waiting"
    }
}
