import Foundation
import GRDB
import Mesh
import MeshProtocol

/// What is done with a row of the outbox.
enum OutgoingState: Int {
    /// May go out.
    case ready
    /// Waits for its `dueAt`: it is leased until then, or failed, or is to go later.
    case later
    case dead
}

extension MessagePriority {
    /// The nearest to `rank`.
    init(rank: Int) {
        self = rank <= 0 ? .now : rank == 1 ? .next : .low
    }
}

extension ResolvedTarget {
    init(_ row: Row) {
        self.init(
            spec: row["spec"], name: row["name"], memberKey: row["memberKey"],
            isPresent: row["isPresent"])
    }
}

extension Row {
    fileprivate func messageIfAny(_ column: String) -> MessageID? {
        let id: String? = self[column]
        return id.map { MessageID(rawValue: $0) }
    }

    fileprivate func launchIfAny(_ column: String) -> LaunchID? {
        let id: String? = self[column]
        return id.flatMap { $0.isEmpty ? nil : LaunchID(rawValue: $0) }
    }

    fileprivate func author(_ column: String) -> MessageAuthor {
        MessageAuthor(rawValue: self[column]) ?? .unknown
    }
}

/// A text whole. GRDB binds and reads texts up to their first NUL; bytes have no such end.
enum WholeText {
    /// In place of a `?` that `bytes` are bound to.
    static let parameter = "CAST(? AS TEXT)"
    /// To be selected in place of the column.
    static func selected(_ column: String) -> String { "CAST(\(column) AS BLOB) AS \(column)" }
    static func bytes(_ text: String) -> Data { Data(text.utf8) }
}

extension Row {
    fileprivate func whole(_ column: String) -> String {
        let bytes: Data = self[column]
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension OutgoingMail {
    /// To be read; `text` is whole.
    static let selection = columns.replacing(" text,", with: " \(WholeText.selected("text")),")
    static let columns = """
        id, mesh, launch, isEvent, spec, name, memberKey, isPresent, priority, text, author, hops,
        answers, createdAt, notBefore, attempts
        """

    init(_ row: Row) {
        self.init(
            id: MessageID(rawValue: row["id"]), mesh: MeshID(rawValue: row["mesh"]),
            launch: row.launchIfAny("launch"), kind: row["isEvent"] ? .event : .message,
            target: ResolvedTarget(row), priority: MessagePriority(rank: row["priority"]),
            text: row.whole("text"), author: row.author("author"), hops: row["hops"],
            answers: row.messageIfAny("answers"), createdAt: row.moment("createdAt"),
            notBefore: row.momentIfAny("notBefore"), attempts: row["attempts"])
    }
}

extension MailReport {
    static let outgoingColumns = """
        id, mesh, launch, spec, name, memberKey, isPresent, priority, createdAt, notBefore,
        attempts, reason, state, isLeased
        """
    static let sentColumns = """
        id, mesh, launch, spec, name, memberKey, isPresent, priority, createdAt, notBefore,
        attempts
        """

    /// A row of the outbox.
    init(outgoing row: Row) {
        let notBefore = row.momentIfAny("notBefore")
        let isHeld: Bool = row["attempts"] == 0 && !row["isLeased"] && notBefore != nil
        let state: State =
            switch OutgoingState(rawValue: row["state"]) {
            case .dead: .dead
            case .later where isHeld: .scheduled
            case .later, .ready, nil: .waiting
            }
        self.init(row, state: state, reason: row["reason"])
    }

    /// A row of what was sent.
    init(sent row: Row) { self.init(row, state: .sent, reason: nil) }

    private init(_ row: Row, state: State, reason: String?) {
        self.init(
            id: MessageID(rawValue: row["id"]), mesh: MeshID(rawValue: row["mesh"]),
            launch: row.launchIfAny("launch"), target: ResolvedTarget(row),
            priority: MessagePriority(rank: row["priority"]), state: state,
            createdAt: row.moment("createdAt"), notBefore: row.momentIfAny("notBefore"),
            attempts: row["attempts"], reason: reason)
    }
}

extension InboxKey {
    init(_ row: Row) {
        self.init(
            mesh: MeshID(rawValue: row["mesh"]), id: MessageID(rawValue: row["id"]),
            launch: row.launchIfAny("launch"))
    }
}

extension InboxMessage {
    /// To be read; `text` is whole.
    static let selection = columns.replacing("\ntext,", with: "\n\(WholeText.selected("text")),")
    static let columns = """
        mesh, id, launch, senderName, senderKey, senderMember, author, trust, target, priority,
        text, hops, answers, createdAt, receivedAt, shownAt
        """

    init(_ row: Row) {
        self.init(
            key: InboxKey(row),
            sender: MessageSender(
                name: row["senderName"], key: row["senderKey"], memberKey: row["senderMember"],
                author: row.author("author"),
                trust: MessageSender.Trust(rawValue: row["trust"]) ?? .unencrypted),
            target: row["target"], priority: MessagePriority(rank: row["priority"]),
            text: row.whole("text"), hops: row["hops"], answers: row.messageIfAny("answers"),
            createdAt: row.moment("createdAt"), receivedAt: row.moment("receivedAt"),
            shownAt: row.momentIfAny("shownAt"))
    }
}
