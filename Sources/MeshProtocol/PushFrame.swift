import Mesh

/// What a broker sends unasked (wire protocol, sections 2.3 and 2.9), with the fields `skein/1`
/// adds.
public struct PushFrame: Codable, Equatable, Sendable {
    /// What a system push tells.
    public enum Event: String, Codable, Sendable {
        case peerJoined = "peer_joined"
        case peerReturned = "peer_returned"
        case peerLeft = "peer_left"
        case peerVisible = "peer_visible"
        case peerHidden = "peer_hidden"
        case profileUpdated = "profile_updated"
    }

    public var messageId: String
    public var meshId: String
    /// The key the sender goes by, `system`, or `webhook:` and its name.
    public var senderPubkey: String
    public var priority: String
    public var nonce: String
    public var ciphertext: String
    public var createdAt: ISOMoment
    /// `system`, `webhook`, or nothing for a message.
    public var subtype: String?
    /// As sent: a broker may tell what this program does not know.
    public var event: String?
    public var eventData: JSONValue?

    public var senderMemberPubkey: String?
    public var senderName: String?
    public var clientMessageID: String?
    /// `skein/1`: whom it was sent to.
    public var targetSpec: String?
    /// `skein/1`: the body's key, sealed to the recipient's member.
    public var sealedKey: String?
    /// `skein/1`: true where the body was never encrypted.
    public var unencrypted: Bool?

    private enum CodingKeys: String, CodingKey {
        case messageId, meshId, senderPubkey, priority, nonce, ciphertext, createdAt, subtype
        case event, eventData, senderMemberPubkey, senderName, targetSpec, sealedKey, unencrypted
        case clientMessageID = "client_message_id"
    }

    public init(
        messageID: String, mesh: MeshID, senderKey: String, priority: MessagePriority,
        nonce: String = "", ciphertext: String = "", createdAt: Moment, subtype: String? = nil,
        event: String? = nil, eventData: JSONValue? = nil
    ) {
        messageId = messageID
        meshId = mesh.rawValue
        senderPubkey = senderKey
        self.priority = priority.rawValue
        self.nonce = nonce
        self.ciphertext = ciphertext
        self.createdAt = ISOMoment(createdAt)
        self.subtype = subtype
        self.event = event
        self.eventData = eventData
    }

    /// A push from the broker itself. `id` is a UUID.
    public static func system(
        _ event: Event, _ data: JSONValue, mesh: MeshID, id: String, at moment: Moment
    ) -> PushFrame {
        PushFrame(
            messageID: id, mesh: mesh, senderKey: "system", priority: .low, createdAt: moment,
            subtype: "system", event: event.rawValue, eventData: data)
    }
}

extension JSONValue {
    /// Groups as frames write them.
    public init(_ groups: [GroupMembership]) {
        self = .array(
            groups.map { group in
                var fields: [String: JSONValue] = ["name": .string(group.name)]
                if let role = group.role { fields["role"] = .string(role) }
                return .object(fields)
            })
    }
}
