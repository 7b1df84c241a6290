import Mesh

/// Puts a message into the outbox. When this is answered it is on the disk: it will be delivered,
/// or be seen to wait, or be seen to be dead.
public struct SendMessage: RelayQuestion {
    public typealias Answer = SentMessage
    public static let word = "send"
    public var mesh: MeshID
    /// Made by whoever asks, so that asking twice sends once.
    public var id: MessageID
    /// As it was typed: a name, a key or its prefix, `@group`, `*`.
    public var target: String
    public var text: String
    public var priority: MessagePriority
    /// Not to be sent before this.
    public var notBefore: Moment?

    /// The most bytes of a text.
    public static let longestText = 512 << 10

    public init(
        id: MessageID, to target: String, _ text: String, mesh: MeshID,
        priority: MessagePriority = .next, notBefore: Moment? = nil
    ) {
        self.id = id
        self.target = target
        self.text = text
        self.mesh = mesh
        self.priority = priority
        self.notBefore = notBefore
    }
}

public struct SentMessage: Codable, Equatable, Sendable {
    public var id: MessageID
    public var to: ResolvedTarget
    /// What the sender should know: that the recipient is away, that its key is another one.
    public var notes: [String]

    public init(id: MessageID, to: ResolvedTarget, notes: [String] = []) {
        self.id = id
        self.to = to
        self.notes = notes
    }
}

/// How far a message has come. With `awaiting`, answered when every recipient has come so far, or
/// will not any more, or after `seconds`.
public struct FindMessage: RelayQuestion {
    public typealias Answer = MailReport
    public static let word = "message"
    /// A whole id, or the first 8 characters or more of one.
    public var id: String
    public var awaiting: DeliveryState?
    public var seconds: Int

    public init(_ id: String, awaiting: DeliveryState? = nil, seconds: Int = 0) {
        self.id = id
        self.awaiting = awaiting
        self.seconds = seconds
    }
}

/// Mail for whoever asks, oldest first. Until it is confirmed it is lent: the connection's end
/// gives it back, so that what was not put before anybody is offered again.
public struct TakeInbox: RelayQuestion {
    public typealias Answer = InboxBatch
    public static let word = "inbox"
    /// Nil for every mesh.
    public var mesh: MeshID?
    public var limit: Int
    /// Waits this long for mail where there is none.
    public var seconds: Int
    /// Also what was shown before.
    public var includesShown: Bool
    /// Nothing is lent: what is read here stays unread.
    public var keeps: Bool

    public init(
        mesh: MeshID? = nil, limit: Int = 100, seconds: Int = 0, includesShown: Bool = false,
        keeps: Bool = false
    ) {
        self.mesh = mesh
        self.limit = limit
        self.seconds = seconds
        self.includesShown = includesShown
        self.keeps = keeps
    }
}

public struct InboxBatch: Codable, Equatable, Sendable {
    public var messages: [InboxMessage]
    /// How many more wait.
    public var left: Int

    public init(messages: [InboxMessage], left: Int) {
        self.messages = messages
        self.left = left
    }
}

/// The bodies of these were printed, or taken by the agent.
public struct ConfirmShown: RelayQuestion {
    public typealias Answer = Done
    public static let word = "shown"
    public var messages: [InboxKey]

    public init(_ messages: [InboxKey]) { self.messages = messages }
}

/// What waits, and what was given up.
public struct ListQueue: RelayQuestion {
    public typealias Answer = [MailReport]
    public static let word = "queue"
    public var mesh: MeshID?
    public var limit: Int

    public init(mesh: MeshID? = nil, limit: Int = 200) {
        self.mesh = mesh
        self.limit = limit
    }
}

/// A waiting or dead message is tried again now.
public struct RetryMessage: RelayQuestion {
    public typealias Answer = Done
    public static let word = "retry"
    public var id: MessageID

    public init(_ id: MessageID) { self.id = id }
}

/// A message that is still here is not sent.
public struct CancelMessage: RelayQuestion {
    public typealias Answer = Done
    public static let word = "cancel"
    public var id: MessageID

    public init(_ id: MessageID) { self.id = id }
}

/// Sends what waits and takes what came, now. Answered when nothing waits any more that could be
/// sent, or after `seconds`.
public struct SyncMail: RelayQuestion {
    public typealias Answer = [MeshHealth]
    public static let word = "sync"
    public var mesh: MeshID?
    public var seconds: Int

    public init(mesh: MeshID? = nil, seconds: Int = 10) {
        self.mesh = mesh
        self.seconds = seconds
    }
}

/// How a launch wants its mail. Nil stays as it is.
public struct SetMailMode: RelayQuestion {
    public typealias Answer = MailMode
    public static let word = "mail_mode"
    public var mode: MessageMode?
    public var policy: ReceiverPolicy?
    /// The launch; nil for the one that asks.
    public var launch: LaunchID?

    public init(mode: MessageMode? = nil, policy: ReceiverPolicy? = nil, launch: LaunchID? = nil) {
        self.mode = mode
        self.policy = policy
        self.launch = launch
    }
}
