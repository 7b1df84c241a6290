import Mesh

/// What a broker sends unasked to a client of old (wire protocol, sections 2.3 and 2.9).
public struct PushFrame: Codable, Equatable, Sendable {
    /// What a system push tells.
    public enum Event: String, Codable, Sendable {
        case peerJoined = "peer_joined"
        case peerReturned = "peer_returned"
        case peerLeft = "peer_left"
        case peerVisible = "peer_visible"
        case peerHidden = "peer_hidden"
    }

    public struct EventData: Codable, Equatable, Sendable {
        public var name: String
        /// The session's public key where it has one, else the member's.
        public var pubkey: String
        public var groups: [GroupMembership]?

        public init(name: String, pubkey: String, groups: [GroupMembership]? = nil) {
            self.name = name
            self.pubkey = pubkey
            self.groups = groups
        }
    }

    public var messageId: String
    public var meshId: String
    public var senderPubkey: String
    public var priority: String
    public var nonce: String
    public var ciphertext: String
    public var createdAt: ISOMoment
    public var subtype: String?
    /// As sent: a broker may tell what this program does not know.
    public var event: String?
    public var eventData: EventData?

    /// A push from the broker itself. `id` is a UUID.
    public static func system(
        _ event: Event, _ data: EventData, mesh: MeshID, id: String, at moment: Moment
    ) -> PushFrame {
        PushFrame(
            messageId: id, meshId: mesh.rawValue, senderPubkey: "system", priority: "low",
            nonce: "", ciphertext: "", createdAt: ISOMoment(moment), subtype: "system",
            event: event.rawValue, eventData: data)
    }
}
