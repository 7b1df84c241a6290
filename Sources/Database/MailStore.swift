import Foundation
import GRDB
import Mesh
import MeshProtocol

/// The relay's mail: what goes out, what came in, and how far it came. One process has it open.
/// A method that changes something answers when that is on the disk; those that are asked at the
/// same time share one wait for it (group commit).
public final class MailStore: Sendable {
    public let path: String

    init(path: String) { self.path = path }
}

/// What is lent until it is confirmed or the loan ends.
public struct LoanNumber: Hashable, Sendable {
    public var number: Int

    public init(number: Int) { self.number = number }
}

private let unmade = SkeinError(.internal, "not made yet")

extension MailStore {
    /// A damaged store is moved aside, see `movedAside`, and a new one begun.
    public static func open(at path: String) throws(SkeinError) -> MailStore { throw unmade }
    public var movedAside: String? { nil }
    public func close() {}

    // MARK: - Out

    /// The same id once more changes nothing. `E_QUEUE_FULL` where a message finds no room; an
    /// event takes the oldest event's.
    public func enqueue(
        _ mail: OutgoingMail, limits: MailLimits = MailLimits()
    ) async throws(SkeinError) { throw unmade }

    /// Mail of a mesh that may go out now, oldest first, leased to the caller until `until`.
    public func lease(
        of mesh: MeshID, at now: Moment, until: Moment, limit: Int
    ) async throws(SkeinError) -> [OutgoingMail] { throw unmade }

    /// When the next mail of a mesh may go out: now or earlier where some may already. Nil where
    /// nothing waits.
    public func nextDue(of mesh: MeshID) async throws(SkeinError) -> Moment? { throw unmade }

    /// The broker has it on its disk: it leaves the outbox, and its receipts begin.
    public func noteStored(_ id: MessageID, at now: Moment) async throws(SkeinError) {
        throw unmade
    }

    /// One more attempt has failed; the next is at `retryAt`.
    public func noteFailed(
        _ id: MessageID, reason: String, retryAt: Moment
    ) async throws(SkeinError) { throw unmade }

    /// Gone back without an attempt: the link ended, for example.
    public func release(_ ids: [MessageID]) async throws(SkeinError) { throw unmade }

    /// What an earlier relay had leased goes back. For the start.
    public func releaseAll() async throws(SkeinError) { throw unmade }

    public func noteDead(_ id: MessageID, reason: String, at now: Moment) async throws(SkeinError) {
        throw unmade
    }

    /// `E_MESSAGE_NOT_FOUND` where none such waits or is dead.
    public func retry(_ id: MessageID) async throws(SkeinError) -> MeshID { throw unmade }
    public func cancel(_ id: MessageID) async throws(SkeinError) -> MeshID { throw unmade }

    // MARK: - How far it came

    /// What a broker told, once for each state: false where it was known.
    public func note(
        _ receipt: ReceiptFrame, name: String?, in mesh: MeshID
    ) async throws(SkeinError) -> Bool { throw unmade }

    /// By a whole id or the first 8 characters or more of one. `E_MESSAGE_NOT_FOUND`.
    public func report(_ id: String) async throws(SkeinError) -> MailReport { throw unmade }

    /// What waits and what is dead, oldest first.
    public func queue(of mesh: MeshID?, limit: Int) async throws(SkeinError) -> [MailReport] {
        throw unmade
    }

    public func counts(of mesh: MeshID, launch: LaunchID?) async throws(SkeinError) -> MailCounts {
        throw unmade
    }

    // MARK: - In

    /// False where it came before: then nothing is changed, also where it was shown long ago.
    public func receive(_ message: InboxMessage) async throws(SkeinError) -> Bool { throw unmade }

    /// Unread mail of an inbox, oldest first, lent under `loan`; what is lent already is left out.
    /// With `includesShown` also what was shown; without a loan nothing is lent.
    public func take(
        for launch: LaunchID?, mesh: MeshID?, limit: Int, loan: LoanNumber?,
        includesShown: Bool, priorities: [MessagePriority]?
    ) async throws(SkeinError) -> InboxBatch { throw unmade }

    /// Answers those that were not shown before.
    public func confirmShown(
        _ keys: [InboxKey], at now: Moment
    ) async throws(SkeinError) -> [InboxKey] { throw unmade }

    /// Loans are held in memory: a relay that ends has ended them all.
    public func end(_ loan: LoanNumber) async {}

    /// The last message that was shown to an inbox from this sender, since a moment.
    public func lastShown(
        to launch: LaunchID, from senderKey: String, since: Moment
    ) async throws(SkeinError) -> InboxMessage? { throw unmade }

    // MARK: - Whom this machine knows

    /// Keeps the name a member key is seen under. Answers another key that had the name before and
    /// is not this one's owner's, where there is one.
    public func meet(
        _ memberKey: String, name: String, in mesh: MeshID, at now: Moment
    ) async throws(SkeinError) -> String? { throw unmade }

    public func isVerified(_ memberKey: String, in mesh: MeshID) async throws(SkeinError) -> Bool {
        throw unmade
    }

    public func setVerified(
        _ memberKey: String, in mesh: MeshID, to isVerified: Bool, at now: Moment
    ) async throws(SkeinError) { throw unmade }

    // MARK: - Upkeep

    /// Forgets what is older than it is kept: shown mail and finished reports 30 days, at most
    /// 100,000 each; everything of a mesh that was left.
    public func sweep(at now: Moment, meshes: Set<MeshID>) async throws(SkeinError) { throw unmade }
}
