import Mesh

/// One thing that happened on a mesh, as this machine's relay came to know of it. Every text in it
/// is hostile until made safe to show, and cut to `textLimit`.
public struct MeshEvent: Codable, Equatable, Sendable {
    public enum What: Codable, Equatable, Sendable {
        case joined, left
        case renamed(from: String)
        case status(from: Status, to: Status)
        case summary(String)
        case role(String)
        case groups([String])
        case directory(String)
        /// How the relay's own connection to the mesh's broker is.
        case link(LinkState)
        /// A message of this machine's went into the outbox; the peer is the launch that wrote it,
        /// nil for the person. `excerpt` is its beginning.
        case sent(MessageID, to: String, priority: MessagePriority, excerpt: String)
        /// A message came into an inbox of this machine's. The peer is its sender.
        case received(MessageID, by: String, priority: MessagePriority, excerpt: String)
        /// How far a message of this machine's has come with one recipient.
        case delivery(MessageID, to: String, DeliveryState)
        /// A message of this machine's was given up.
        case died(MessageID, to: String, reason: String)
        /// A key of the mesh's state; a nil value took it away.
        case state(key: String, value: String?)
        /// A hook of an agent on this machine: its event, and the tool it is about.
        case hook(event: String, tool: String?)
        /// The agent waits for a person: for permission, or for input.
        case waiting(Bool)
        /// Two agents answered each other too often; the peer's answer was held back.
        case loop(with: String)
        /// An invite was made, used or taken back, as the word says; `detail` names it.
        case invite(String, detail: String)
        /// What this program does not know, from a newer one.
        case other(String)
    }

    /// Grows by one an event in one relay's history of all meshes; never given twice.
    public var number: Int64
    public var mesh: MeshID
    public var at: Moment
    /// The peer it is about; nil where it is about none.
    public var peer: String?
    /// What the peer was called then.
    public var name: String
    public var what: What

    /// UTF-8 bytes that are kept of a text, at most.
    public static let textLimit = 512
    /// The same, of a message's beginning.
    public static let excerptLimit = 160

    public init(
        number: Int64 = 0, mesh: MeshID, at: Moment, peer: String?, name: String, what: What
    ) {
        self.number = number
        self.mesh = mesh
        self.at = at
        self.peer = peer
        self.name = name
        self.what = what
    }
}
