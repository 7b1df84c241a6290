import GRDB
import Mesh
import MeshProtocol
import Synchronization

extension MailStore {
    /// False where it came before: then nothing is changed, also where it was shown long ago.
    public func receive(_ message: InboxMessage) async throws(SkeinError) -> Bool {
        try await write { try Inbox($0).add(message) }
    }

    /// Unread mail of an inbox, oldest first, lent under `loan`; what is lent already is left out.
    /// With `includesShown` also what was shown: of all these the newest, oldest first. Without a
    /// loan nothing is lent. Where they would be more than `bytes` as JSON, only the first of them
    /// that are not, or the first alone; the others count as left.
    public func take(
        for launch: LaunchID?, mesh: MeshID?, limit: Int, bytes: Int = .max, loan: LoanNumber?,
        includesShown: Bool, priorities: [MessagePriority]?
    ) async throws(SkeinError) -> InboxBatch {
        let request = InboxRequest(
            launch: launch, mesh: mesh, limit: limit, includesShown: includesShown,
            priorities: Set(priorities ?? MessagePriority.allCases))
        let lent = LentNow()
        let loans = loans
        return try await write(
            waitsForDisk: false, undo: { loans.giveBack(lent.take()) }
        ) { db in
            var batch = try Inbox(db).take(request, lent: loans.lent(of: launch))
            batch.cut(to: bytes)
            if let loan {
                let unread = batch.messages.filter { $0.shownAt == nil }
                loans.lend(unread, under: loan)
                lent.put(unread.map(\.key))
            }
            return batch
        }
    }

    /// Answers those that were not shown before: from now on `untold` of their brokers.
    public func confirmShown(
        _ keys: [InboxKey], at now: Moment
    ) async throws(SkeinError) -> [InboxKey] {
        if keys.isEmpty { return [] }
        let shown = try await write { db in
            try keys.filter { key in
                try db.run(
                    """
                    UPDATE incoming SET shownAt = ?
                    WHERE mesh = ? AND id = ? AND launch = ? AND shownAt IS NULL
                    """,
                    [
                        now.milliseconds, key.mesh.rawValue, key.id.rawValue,
                        key.launch?.rawValue ?? "",
                    ])
                guard db.changesCount > 0 else { return false }
                try db.run(
                    "INSERT INTO untold VALUES (?, ?, ?, NULL) ON CONFLICT DO NOTHING",
                    [key.mesh.rawValue, key.id.rawValue, key.launch?.rawValue ?? ""])
                return true
            }
        }
        // What is shown is not taken again, lent or not.
        loans.giveBack(keys)
        return shown
    }

    /// Loans are held in memory: a relay that ends has ended them all.
    public func end(_ loan: LoanNumber) async {
        // After what is being lent under it now.
        await afterWrites { [loans] in loans.end(loan) }
    }

    /// The last message that was shown to an inbox from this sender, since a moment. The key is
    /// the session's or the member's.
    public func lastShown(
        to launch: LaunchID, from senderKey: String, since: Moment
    ) async throws(SkeinError) -> InboxMessage? {
        try await read { db in
            let rows = try ["senderKey", "senderMember"].compactMap { column in
                try db.row(
                    """
                    SELECT \(InboxMessage.selection) FROM incoming
                    WHERE launch = ? AND \(column) = ? AND shownAt >= ?
                    ORDER BY shownAt DESC LIMIT 1
                    """,
                    [launch.rawValue, senderKey, since.milliseconds])
            }
            let messages = rows.map { InboxMessage($0) }
            return messages.max { ($0.shownAt ?? since) < ($1.shownAt ?? since) }
        }
    }
}

extension InboxBatch {
    /// Keeps as many of the first as have no more than `bytes`, and one at least.
    fileprivate mutating func cut(to bytes: Int) {
        var room = bytes
        let fitting = messages.prefix { message in
            room -= min(room, message.jsonSize)
            return room > 0
        }
        let kept = max(1, fitting.count)
        left += messages.dropFirst(kept).count { $0.shownAt == nil }
        messages = Array(messages.prefix(kept))
    }
}

extension InboxMessage {
    /// Bytes as JSON may write it, about.
    public var jsonSize: Int {
        text.utf8.reduce(512) { size, byte in
            size + (byte < 0x20 ? 6 : byte == 0x22 || byte == 0x5C || byte == 0x2F ? 2 : 1)
        }
    }
}

/// What a transaction lends, until it is committed or undone.
private final class LentNow: Sendable {
    private let keys = Mutex<[InboxKey]>([])

    func put(_ lent: [InboxKey]) { keys.withLock { $0 = lent } }

    func take() -> [InboxKey] {
        keys.withLock { keys in
            defer { keys = [] }
            return keys
        }
    }
}

private struct InboxRequest: Sendable {
    var launch: LaunchID?
    var mesh: MeshID?
    var limit: Int
    var includesShown: Bool
    var priorities: Set<MessagePriority>

    /// The index that has these and no others, in their order.
    var index: String {
        switch (includesShown, mesh) {
        case (true, nil): "incomingByLaunch"
        case (true, _): "incomingByMesh"
        case (false, nil): "incomingUnread"
        case (false, _): "incomingUnreadOfMesh"
        }
    }

    /// The columns an index begins with, and what they are to be.
    var inbox: (condition: String, arguments: StatementArguments) {
        let launch = launch?.rawValue ?? ""
        guard let mesh else { return ("launch = ?", [launch]) }
        return ("launch = ? AND mesh = ?", [launch, mesh.rawValue])
    }
}

/// An inbox within a transaction.
private struct Inbox {
    let db: StoreConnection

    init(_ db: StoreConnection) { self.db = db }

    func add(_ message: InboxMessage) throws -> Bool {
        let key = message.key
        let launch = key.launch?.rawValue ?? ""
        let wasSeen: Int? = try db.value(
            "SELECT 1 FROM seen WHERE mesh = ? AND id = ? AND launch = ?",
            [key.mesh.rawValue, key.id.rawValue, launch])
        if wasSeen != nil { return false }
        try db.registerMesh(key.mesh)
        try db.run(
            """
            INSERT INTO incoming (\(InboxMessage.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \(WholeText.parameter), ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                key.mesh.rawValue, key.id.rawValue, launch, message.sender.name,
                message.sender.key, message.sender.memberKey, message.sender.author.rawValue,
                message.sender.trust.rawValue, message.target, message.priority.rank,
                WholeText.bytes(message.text), message.hops, message.answers?.rawValue,
                message.createdAt.milliseconds, message.receivedAt.milliseconds,
                message.shownAt?.milliseconds,
            ])
        return db.changesCount > 0
    }

    func take(_ request: InboxRequest, lent: [InboxKey: InboxLoans.Lent]) throws -> InboxBatch {
        let limit = max(0, request.limit)
        var found: [(number: Int64, message: InboxMessage)] = []
        for priority in request.priorities {
            found += try rows(of: request, priority, limit: limit, lent: lent)
        }
        found.sort { $0.number < $1.number }
        let taken = request.includesShown ? found.suffix(limit) : found.prefix(limit)
        let messages = taken.map(\.message)
        let here = messages.count { $0.shownAt == nil }
        let elsewhere = lent.count { key, lent in
            request.priorities.contains(lent.priority)
                && (request.mesh == nil || key.mesh == request.mesh)
        }
        let left = try unread(of: request) - here - elsewhere
        return InboxBatch(messages: messages, left: max(0, left))
    }

    /// By an index that has them in this order, so that the rest of the inbox costs nothing.
    private func rows(
        of request: InboxRequest, _ priority: MessagePriority, limit: Int,
        lent: [InboxKey: InboxLoans.Lent]
    ) throws -> [(number: Int64, message: InboxMessage)] {
        guard limit > 0 else { return [] }
        let (condition, arguments) = request.inbox
        let filter = request.includesShown ? "" : "AND shownAt IS NULL"
        let order = request.includesShown ? "DESC" : "ASC"
        let cursor = try db.cursor(
            """
            SELECT number, \(InboxMessage.selection) FROM incoming INDEXED BY \(request.index)
            WHERE \(condition) AND priority = ? \(filter) ORDER BY number \(order)
            """,
            arguments + [priority.rank])
        var found: [(number: Int64, message: InboxMessage)] = []
        while found.count < limit, let row = try cursor.next() {
            let message = InboxMessage(row)
            if lent[message.key] == nil { found.append((row["number"], message)) }
        }
        return found
    }

    private func unread(of request: InboxRequest) throws -> Int {
        let (condition, arguments) = request.inbox
        let rows = try db.rows(
            "SELECT priority, messages FROM unread WHERE \(condition)", arguments)
        return rows.reduce(0) { sum, row in
            let isAsked = request.priorities.contains(MessagePriority(rank: row["priority"]))
            return sum + (isAsked ? row["messages"] : 0)
        }
    }
}
