import Mesh
import MeshProtocol

/// What is known of messages: what waits to be sent, what was given up, what was sent lately and
/// how far that has come, and the mail that came.
struct MailBoard: Sendable {
    /// Sent messages that are kept, and letters that were read.
    static let mostSent = 200
    static let mostRead = 50
    /// Code points that are kept of a text that was sent.
    static let textLimit = 400

    /// What the relay is asked for, each one question at a time.
    enum Topic: Hashable, Sendable {
        case queue, inbox
        case message(MessageID)
    }

    struct Sent: Equatable, Sendable {
        var report: MailReport
        /// The beginning of its text, where it was written here.
        var text = ""
        var isCancelled = false
    }

    /// What waits and what is dead, oldest first.
    private(set) var queue: [MailReport] = []
    /// Newest first.
    private(set) var sent: [Sent] = []
    private(set) var counts: [MeshID: MailCounts] = [:]
    /// Letters that wait, oldest first, and those read since the dashboard began.
    private(set) var inbox: [InboxMessage] = []
    /// How many more wait than are listed.
    private(set) var inboxLeft = 0
    /// Under way; true where the answer will be out of date when it comes.
    private var asked: [Topic: Bool] = [:]
    /// What each peer has to do with.
    private(set) var peers: [PeerKey: PeerMail] = [:]

    // MARK: - Asking

    /// Asks for something, or once more when the answer that is under way has come.
    mutating func want(_ topic: Topic) -> [DashboardEffect] {
        guard asked[topic] == nil else {
            asked[topic] = true
            return []
        }
        asked[topic] = false
        return [.ask(topic.question)]
    }

    /// An answer has come, or will not.
    mutating func settle(_ topic: Topic) -> [DashboardEffect] {
        asked.removeValue(forKey: topic) == true ? want(topic) : []
    }

    // MARK: - What the relay tells

    mutating func take(_ counts: MailCounts, of mesh: MeshID) -> [DashboardEffect] {
        let before = self.counts.updateValue(counts, forKey: mesh)
        var effects: [DashboardEffect] = []
        let isBusy = counts.waiting + counts.dead > 0 || !queue.isEmpty
        if isBusy || sent.contains(where: \.isOnItsWay) { effects += want(.queue) }
        if counts.unread > 0 || before?.unread ?? 0 > 0 { effects += want(.inbox) }
        return effects
    }

    mutating func take(_ receipt: ReceiptFrame) -> [DashboardEffect] {
        let id = MessageID(rawValue: receipt.messageId)
        guard let place = sent.firstIndex(where: { $0.report.id == id }) else {
            return want(.message(id))
        }
        sent[place].report.state = .sent
        let recipients = sent[place].report.recipients
        guard let recipient = recipients.firstIndex(where: { $0.key == receipt.recipient }) else {
            return want(.message(id))
        }
        sent[place].report.recipients[recipient].times[receipt.state] = receipt.at.moment
        sent[place].report.recipients[recipient].reason = receipt.reason
        return []
    }

    mutating func take(queue new: [MailReport]) -> [DashboardEffect] {
        queue = new
        let waiting = Set(new.map(\.id))
        for report in new {
            guard let place = sent.firstIndex(where: { $0.report.id == report.id }) else { continue }
            sent[place].report = report
        }
        // What does not wait any more is with the broker.
        let gone = sent.filter { $0.isOnItsWay && !waiting.contains($0.report.id) }
        return gone.flatMap { want(.message($0.report.id)) }
    }

    mutating func take(_ report: MailReport) {
        if let place = sent.firstIndex(where: { $0.report.id == report.id }) {
            sent[place].report = report
        } else if report.state == .sent {
            add(Sent(report: report))
        }
        if let place = queue.firstIndex(where: { $0.id == report.id }) {
            if report.state == .sent { queue.remove(at: place) } else { queue[place] = report }
        }
    }

    mutating func add(_ new: Sent) {
        let place = sent.firstIndex { $0.report.createdAt <= new.report.createdAt }
        sent.insert(new, at: place ?? sent.count)
        if sent.count > Self.mostSent { sent.removeLast(sent.count - Self.mostSent) }
    }

    mutating func cancel(_ id: MessageID) {
        queue.removeAll { $0.id == id }
        guard let place = sent.firstIndex(where: { $0.report.id == id }) else { return }
        sent[place].isCancelled = true
        sent[place].report.state = .dead
    }

    mutating func take(_ batch: InboxBatch) {
        let new = Set(batch.messages.map(\.key))
        let read = inbox.filter { $0.shownAt != nil && !new.contains($0.key) }
        inbox = read.suffix(Self.mostRead) + batch.messages
        inboxLeft = batch.left
    }

    mutating func markShown(_ key: InboxKey, at moment: Moment) {
        guard let place = inbox.firstIndex(where: { $0.key == key }) else { return }
        inbox[place].shownAt = inbox[place].shownAt ?? moment
    }

    // MARK: - What is asked of it

    func letter(_ key: InboxKey) -> InboxMessage? { inbox.first { $0.key == key } }

    func report(_ id: MessageID) -> MailReport? {
        queue.first { $0.id == id } ?? sent.first { $0.report.id == id }?.report
    }

    func text(of id: MessageID) -> String { sent.first { $0.report.id == id }?.text ?? "" }

    /// Counts anew what each peer has to do with; those for whom that changed.
    mutating func countPeers() {
        var new: [PeerKey: PeerMail] = [:]
        for letter in inbox where letter.shownAt == nil {
            new[PeerKey(letter.sender.key, in: letter.key.mesh), default: PeerMail()].unread += 1
        }
        for report in queue where report.state != .dead && report.recipients.isEmpty {
            new[PeerKey(report.target.spec, in: report.mesh), default: PeerMail()].pending += 1
        }
        let sent = self.sent.filter { !$0.isCancelled }.map(\.report)
        for report in sent where report.state != .dead {
            // A message to very many says little of each.
            for recipient in report.recipients.prefix(64) where recipient.isPending {
                new[PeerKey(recipient.key, in: report.mesh), default: PeerMail()].pending += 1
            }
        }
        peers = new
    }
}

/// How much mail there is between a peer and whoever looks.
public struct PeerMail: Equatable, Sendable {
    /// Its letters that were not read.
    public var unread = 0
    /// Messages for it that it was not shown.
    public var pending = 0
}

extension MailBoard.Sent {
    var isOnItsWay: Bool {
        !isCancelled && (report.state == .waiting || report.state == .scheduled)
    }
}

extension MailBoard.Topic {
    var question: DashboardQuestion {
        switch self {
        case .queue: .queue
        case .inbox: .inbox
        case .message(let id): .message(id)
        }
    }
}

extension MailReport.Recipient {
    /// It may still be shown.
    var isPending: Bool {
        switch state {
        case nil, .stored, .pushed, .acked: true
        case .shown, .delivered, .expired, .refused: false
        }
    }
}
