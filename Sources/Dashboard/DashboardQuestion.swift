import MeshProtocol

/// What the dashboard wants to know, or to have done, outside. The answer comes back as an action.
/// To add one: a case, its answer, what the reducer does with that, and how it is asked
/// (`DashboardDesk`).
public enum DashboardQuestion: Equatable, Sendable {
    /// How the relay and its links stand.
    case status
    /// What happened on a mesh.
    case events(EventsWish)
    /// Who was there at another moment.
    case past(PastWish)
}

public enum DashboardAnswer: Equatable, Sendable {
    case status(RelayStatus)
    case events(EventPage, for: EventsWish)
    case past(Past)
}
