import Mesh

/// How far a message has come, and what waits for what.
public struct MailReport: Codable, Equatable, Sendable {
    public enum State: String, Codable, CaseIterable, Sendable {
        /// In the outbox.
        case waiting
        /// In the outbox until its time.
        case scheduled
        /// On the broker's disk; the recipients say the rest.
        case sent
        /// Given up.
        case dead
    }

    public struct Recipient: Codable, Equatable, Sendable {
        public var name: String
        public var key: String
        public var times: [DeliveryState: Moment]
        public var reason: String?

        public init(
            name: String, key: String, times: [DeliveryState: Moment] = [:], reason: String? = nil
        ) {
            self.name = name
            self.key = key
            self.times = times
            self.reason = reason
        }

        /// The furthest it has come. What is in an inbox is kept before it is shown.
        public var state: DeliveryState? {
            let last = DeliveryState.allCases.last { times[$0] != nil }
            return last == .acked && times[.shown] != nil ? .shown : last
        }
    }

    public var id: MessageID
    public var mesh: MeshID
    /// Nil for the person.
    public var launch: LaunchID?
    public var target: ResolvedTarget
    public var priority: MessagePriority
    public var state: State
    public var createdAt: Moment
    public var notBefore: Moment?
    public var attempts: Int
    /// Why it waits or is dead.
    public var reason: String?
    public var recipients: [Recipient]

    public init(
        id: MessageID, mesh: MeshID, launch: LaunchID?, target: ResolvedTarget,
        priority: MessagePriority, state: State, createdAt: Moment, notBefore: Moment? = nil,
        attempts: Int = 0, reason: String? = nil, recipients: [Recipient] = []
    ) {
        self.id = id
        self.mesh = mesh
        self.launch = launch
        self.target = target
        self.priority = priority
        self.state = state
        self.createdAt = createdAt
        self.notBefore = notBefore
        self.attempts = attempts
        self.reason = reason
        self.recipients = recipients
    }
}

/// One message in one inbox of this machine.
public struct InboxKey: Codable, Equatable, Hashable, Sendable {
    public var mesh: MeshID
    public var id: MessageID
    /// Whose inbox; nil for the person's.
    public var launch: LaunchID?

    public init(mesh: MeshID, id: MessageID, launch: LaunchID?) {
        self.mesh = mesh
        self.id = id
        self.launch = launch
    }
}

/// Mail as it was received. Every text in it is hostile until made safe to show.
public struct InboxMessage: Codable, Equatable, Sendable {
    public var key: InboxKey
    public var sender: MessageSender
    /// Whom it was sent to.
    public var target: String
    public var priority: MessagePriority
    public var text: String
    public var hops: Int
    public var answers: MessageID?
    public var createdAt: Moment
    public var receivedAt: Moment
    public var shownAt: Moment?

    public init(
        key: InboxKey, sender: MessageSender, target: String, priority: MessagePriority,
        text: String, hops: Int = 0, answers: MessageID? = nil, createdAt: Moment,
        receivedAt: Moment, shownAt: Moment? = nil
    ) {
        self.key = key
        self.sender = sender
        self.target = target
        self.priority = priority
        self.text = text
        self.hops = hops
        self.answers = answers
        self.createdAt = createdAt
        self.receivedAt = receivedAt
        self.shownAt = shownAt
    }
}

/// Who sent a message, and how sure that is.
public struct MessageSender: Codable, Equatable, Hashable, Sendable {
    public enum Trust: String, Codable, CaseIterable, Hashable, Sendable {
        /// Its member's key has signed for the session that wrote it.
        case attested
        /// The same, and the person has compared the member's safety number.
        case verified
        /// As the broker says: a client of old, which signs nothing.
        case claimed
        /// Readable by anybody between here and there.
        case unencrypted
    }

    public var name: String
    /// The session's key, or the member's.
    public var key: String
    public var memberKey: String?
    public var author: MessageAuthor
    public var trust: Trust

    public init(
        name: String, key: String, memberKey: String?, author: MessageAuthor, trust: Trust
    ) {
        self.name = name
        self.key = key
        self.memberKey = memberKey
        self.author = author
        self.trust = trust
    }
}
