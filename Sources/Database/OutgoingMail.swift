import Foundation
import GRDB
import Mesh
import MeshProtocol

/// What an outbox may hold of one mesh, in rows and in bytes of text.
public struct MailLimits: Equatable, Sendable {
    public var rows: Int
    public var bytes: Int
    /// Rows that are events: at more the oldest is dropped and counted.
    public var eventRows: Int

    public init(rows: Int = 100_000, bytes: Int = 64 << 20, eventRows: Int = 1000) {
        self.rows = rows
        self.bytes = bytes
        self.eventRows = eventRows
    }
}

/// A message on its way out.
public struct OutgoingMail: Equatable, Sendable {
    public enum Kind: String, Sendable {
        /// What a person or an agent wrote: never dropped.
        case message
        /// What can be done without, the oldest first.
        case event
    }

    public var id: MessageID
    public var mesh: MeshID
    /// Nil for the person.
    public var launch: LaunchID?
    public var kind: Kind
    public var target: ResolvedTarget
    public var priority: MessagePriority
    public var text: String
    public var author: MessageAuthor
    public var hops: Int
    public var answers: MessageID?
    public var createdAt: Moment
    public var notBefore: Moment?
    public var attempts: Int

    public init(
        id: MessageID, mesh: MeshID, launch: LaunchID?, kind: Kind = .message,
        target: ResolvedTarget, priority: MessagePriority, text: String, author: MessageAuthor,
        hops: Int = 0, answers: MessageID? = nil, createdAt: Moment, notBefore: Moment? = nil,
        attempts: Int = 0
    ) {
        self.id = id
        self.mesh = mesh
        self.launch = launch
        self.kind = kind
        self.target = target
        self.priority = priority
        self.text = text
        self.author = author
        self.hops = hops
        self.answers = answers
        self.createdAt = createdAt
        self.notBefore = notBefore
        self.attempts = attempts
    }
}
