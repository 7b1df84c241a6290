import Mesh
import MeshProtocol

/// What the dashboard wants to know, or to have done, outside. The answer comes back as an action.
/// To add one: a case, its answer, what the reducer does with that, and how it is asked
/// (`DashboardDesk`).
public enum DashboardQuestion: Equatable, Sendable {
    /// How the relay and its links stand.
    case status
    /// How far a peer's member is trusted.
    case trust(PeerKey, memberKey: String)
    case perform(PeerDeed, PeerKey, memberKey: String)
    /// What waits to be sent and what was given up.
    case queue
    /// The mail that waits.
    case inbox
    /// How far a message has come.
    case message(MessageID)
    case send(OutgoingMessage)
    case retry(MessageID)
    case cancel(MessageID)
    /// A letter was put before the person.
    case confirm(InboxKey)
    /// What happened on a mesh.
    case events(EventsWish)
    /// Who was there at another moment.
    case past(PastWish)
}

public enum DashboardAnswer: Equatable, Sendable {
    case status(RelayStatus)
    case trust(PeerKey, PeerTrust)
    /// It is done, and the trust is this now.
    case performed(PeerDeed, PeerKey, PeerTrust)
    case queue([MailReport])
    case inbox(InboxBatch)
    case message(MailReport)
    case sent(OutgoingMessage, SentMessage)
    case retried(MessageID)
    case cancelled(MessageID)
    case confirmed(InboxKey)
    case events(EventPage, for: EventsWish)
    case past(Past)
}
