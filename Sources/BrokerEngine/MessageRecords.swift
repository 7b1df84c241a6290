import Mesh
import MeshProtocol

/// A message a broker was asked to deliver.
public struct NewMessage: Equatable, Sendable {
    public var mesh: MeshID
    public var id: String
    /// What makes two messages of one member the same; nil is never the same (protocol decision 9).
    public var dedupeKey: String?
    public var sender: MemberID
    /// The key the sender goes by: its session's where it has one, else the member's.
    public var senderKey: String
    /// As it was sent.
    public var target: String
    public var priority: MessagePriority
    public var nonce: String
    public var ciphertext: String
    /// Plaintext for a group, as old clients send it (protocol decision 11).
    public var isUnencrypted: Bool
    public var createdAt: Moment
    public var expiresAt: Moment
    public var recipients: [Recipient]
    /// What may wait in the mesh with it, in bytes; nil is no bound.
    public var queueLimit: Int?

    public init(
        mesh: MeshID, id: String, dedupeKey: String? = nil, sender: MemberID, senderKey: String,
        target: String, priority: MessagePriority, nonce: String, ciphertext: String,
        isUnencrypted: Bool, createdAt: Moment, expiresAt: Moment, recipients: [Recipient],
        queueLimit: Int? = nil
    ) {
        self.mesh = mesh
        self.id = id
        self.dedupeKey = dedupeKey
        self.sender = sender
        self.senderKey = senderKey
        self.target = target
        self.priority = priority
        self.nonce = nonce
        self.ciphertext = ciphertext
        self.isUnencrypted = isUnencrypted
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.recipients = recipients
        self.queueLimit = queueLimit
    }

    /// What counts against the queue's limit, for each recipient.
    public var queuedBytes: Int { nonce.utf8.count + ciphertext.utf8.count + 256 }
}

/// One whom a message is for.
public struct Recipient: Hashable, Sendable {
    /// A session's address, or a member's key: whoever has this address may fetch it.
    public var address: String
    public var member: MemberID
    /// `skein/1`: the message's key, sealed to this recipient.
    public var sealedKey: String?

    public init(address: String, member: MemberID, sealedKey: String? = nil) {
        self.address = address
        self.member = member
        self.sealedKey = sealedKey
    }
}

public enum KeepOutcome: Equatable, Sendable {
    case kept(MessageNumber)
    /// The same member kept the same message before, under this id.
    case duplicate(MessageNumber, id: String)
    /// No room in the mesh's queue: nothing was kept.
    case queueFull
}

/// A message's place in the order of a store. It never leaves the broker.
public typealias MessageNumber = Int64

/// One message on its way to one recipient.
public struct DeliveryID: Hashable, Sendable {
    public var message: MessageNumber
    public var address: String

    public init(message: MessageNumber, address: String) {
        self.message = message
        self.address = address
    }
}

/// A message as it waits for one recipient.
public struct QueuedMessage: Equatable, Sendable {
    public var delivery: DeliveryID
    public var id: String
    public var sender: MemberID
    public var senderKey: String
    public var target: String
    public var priority: MessagePriority
    public var nonce: String
    public var ciphertext: String
    public var isUnencrypted: Bool
    public var createdAt: Moment
    public var sealedKey: String?

    public init(
        delivery: DeliveryID, id: String, sender: MemberID, senderKey: String, target: String,
        priority: MessagePriority, nonce: String, ciphertext: String, isUnencrypted: Bool,
        createdAt: Moment, sealedKey: String?
    ) {
        self.delivery = delivery
        self.id = id
        self.sender = sender
        self.senderKey = senderKey
        self.target = target
        self.priority = priority
        self.nonce = nonce
        self.ciphertext = ciphertext
        self.isUnencrypted = isUnencrypted
        self.createdAt = createdAt
        self.sealedKey = sealedKey
    }
}

/// How one delivery went, at a time.
public struct DeliveryNote: Equatable, Sendable {
    public var delivery: DeliveryID
    public var state: DeliveryState
    public var at: Moment
    /// Why, for `refused`.
    public var reason: String?

    public init(
        _ delivery: DeliveryID, _ state: DeliveryState, at: Moment, reason: String? = nil
    ) {
        self.delivery = delivery
        self.state = state
        self.at = at
        self.reason = reason
    }
}

/// All receipts of one message.
public struct MessageReport: Equatable, Sendable {
    public var number: MessageNumber
    public var id: String
    public var sender: MemberID
    public var senderKey: String
    public var target: String
    public var createdAt: Moment
    public var deliveries: [DeliveryReport]

    public init(
        number: MessageNumber, id: String, sender: MemberID, senderKey: String, target: String,
        createdAt: Moment, deliveries: [DeliveryReport]
    ) {
        self.number = number
        self.id = id
        self.sender = sender
        self.senderKey = senderKey
        self.target = target
        self.createdAt = createdAt
        self.deliveries = deliveries
    }
}

public struct DeliveryReport: Equatable, Sendable {
    public var address: String
    public var member: MemberID
    public var times: [DeliveryState: Moment]
    public var reason: String?
    public var isQueued: Bool

    public init(
        address: String, member: MemberID, times: [DeliveryState: Moment], reason: String?,
        isQueued: Bool
    ) {
        self.address = address
        self.member = member
        self.times = times
        self.reason = reason
        self.isQueued = isQueued
    }
}

/// A delivery that ended without being made, and who sent it.
public struct EndedDelivery: Equatable, Sendable {
    public var delivery: DeliveryID
    public var messageID: String
    public var mesh: MeshID
    public var sender: MemberID
    public var senderKey: String

    public init(
        delivery: DeliveryID, messageID: String, mesh: MeshID, sender: MemberID, senderKey: String
    ) {
        self.delivery = delivery
        self.messageID = messageID
        self.mesh = mesh
        self.sender = sender
        self.senderKey = senderKey
    }
}

/// A session that said hello with a key of its own.
public struct SessionRecord: Equatable, Sendable {
    public var key: String
    public var mesh: MeshID
    public var member: MemberID
    /// Its member's observer can read what is for it after it ended (protocol decision 6).
    public var speaksSkein: Bool
    /// Nil for as long as it lives.
    public var endedAt: Moment?

    public init(
        key: String, mesh: MeshID, member: MemberID, speaksSkein: Bool, endedAt: Moment? = nil
    ) {
        self.key = key
        self.mesh = mesh
        self.member = member
        self.speaksSkein = speaksSkein
        self.endedAt = endedAt
    }
}
