import Mesh

/// A message to be delivered (wire protocol, section 2.1), with the fields `skein/1` adds.
public struct SendFrame: Codable, Equatable, Sendable {
    /// The body's key, sealed to one member of a group (protocol decision 11).
    public struct SealedKey: Codable, Equatable, Sendable {
        /// The member's public key.
        public var member: String
        /// Base64.
        public var key: String

        public init(member: String, key: String) {
            self.member = member
            self.key = key
        }
    }

    public var targetSpec: String
    /// Nil for a word that is none of them.
    public var priority: MessagePriority?
    /// Base64; the broker reads neither of them. Nil where it is missing.
    public var nonce: String?
    public var ciphertext: String?
    /// Repeated in the ack. From `skein/1` it is the message's id, a UUIDv7.
    public var id: String?
    /// As newer clients of old name a message.
    public var clientMessageID: String?
    /// `skein/1`: for a group, whom the body is for; nil for a direct message.
    public var keys: [SealedKey]?

    private enum CodingKeys: String, CodingKey {
        case targetSpec, priority, nonce, ciphertext, id, keys
        case clientMessageID = "client_message_id"
    }

    public init(
        targetSpec: String, priority: MessagePriority = .next, nonce: String, ciphertext: String,
        id: String? = nil, clientMessageID: String? = nil, keys: [SealedKey]? = nil
    ) {
        self.targetSpec = targetSpec
        self.priority = priority
        self.nonce = nonce
        self.ciphertext = ciphertext
        self.id = id
        self.clientMessageID = clientMessageID
        self.keys = keys
    }
}

extension SendFrame {
    /// A refusal needs the frame's id, so whatever else is wrong with it is read as missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) -> String? {
            try? container.decodeIfPresent(String.self, forKey: key)
        }
        targetSpec = text(.targetSpec) ?? ""
        priority = MessagePriority(rawValue: text(.priority) ?? "next")
        nonce = text(.nonce)
        ciphertext = text(.ciphertext)
        id = text(.id)
        clientMessageID = text(.clientMessageID)
        keys = try? container.decodeIfPresent([SealedKey].self, forKey: .keys)
    }
}

/// A recipient keeps a message that was pushed to it (protocol decision 8).
public struct ClientAckFrame: Codable, Equatable, Sendable {
    public var clientMessageId: String?
    public var brokerMessageId: String?
    /// `skein/1`: it was put before a person or an agent.
    public var shown: Bool?
    /// `skein/1`: it cannot be read, and why.
    public var refused: String?

    public init(
        brokerMessageID: String, clientMessageID: String? = nil, shown: Bool? = nil,
        refused: String? = nil
    ) {
        brokerMessageId = brokerMessageID
        clientMessageId = clientMessageID
        self.shown = shown
        self.refused = refused
    }
}

/// `skein/1`: asks for what is held back (protocol decision 7).
public struct PullInbox: ClientRequest {
    public static let type = "inbox_pull"
    /// Nil asks for all.
    public var priorities: [MessagePriority]?
    public var limit: Int?

    public init(priorities: [MessagePriority]? = nil, limit: Int? = nil) {
        self.priorities = priorities
        self.limit = limit
    }
}

/// Comes after the pushes that a pull released.
public struct InboxPage: ServerAnswer {
    public static let type = "inbox_page"
    public var pushed: Int

    public init(pushed: Int) { self.pushed = pushed }
}

public struct GetMessageStatus: ClientRequest {
    public static let type = "message_status"
    public var messageId: String

    public init(messageID: String) { messageId = messageID }
}

public struct MessageStatusResult: ServerAnswer {
    public static let type = "message_status_result"

    public struct Recipient: Codable, Equatable, Sendable {
        public var name: String
        public var pubkey: String
        /// `delivered`, `held` or `disconnected`.
        public var status: String
        /// `skein/1`: each state and its time.
        public var receipts: [String: ISOMoment]?
        /// Why it was refused.
        public var reason: String?

        public init(
            name: String, pubkey: String, status: String, receipts: [String: ISOMoment]? = nil,
            reason: String? = nil
        ) {
            self.name = name
            self.pubkey = pubkey
            self.status = status
            self.receipts = receipts
            self.reason = reason
        }
    }

    public var messageId: String
    public var targetSpec: String
    public var delivered: Bool
    @Nullable public var deliveredAt: ISOMoment?
    public var recipients: [Recipient]

    public init(
        messageID: String, targetSpec: String, delivered: Bool, deliveredAt: ISOMoment?,
        recipients: [Recipient]
    ) {
        messageId = messageID
        self.targetSpec = targetSpec
        self.delivered = delivered
        self.deliveredAt = deliveredAt
        self.recipients = recipients
    }
}

/// `skein/1`: how far a message has come, told to its sender.
public struct ReceiptFrame: ServerAnswer {
    public static let type = "receipt"
    public var messageId: String
    /// The recipient's key.
    public var recipient: String
    public var state: DeliveryState
    public var at: ISOMoment
    public var reason: String?

    public init(
        messageID: String, recipient: String, state: DeliveryState, at: Moment,
        reason: String? = nil
    ) {
        messageId = messageID
        self.recipient = recipient
        self.state = state
        self.at = ISOMoment(at)
        self.reason = reason
    }
}
