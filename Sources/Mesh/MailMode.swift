/// Who wrote a message, as its sender's relay says: the person at a terminal, or the agent of a
/// launch. A client of old does not say.
public enum MessageAuthor: String, Codable, CaseIterable, Hashable, Sendable {
    case person, agent, relay, unknown
}

/// When mail may be put before a launch's agent, where its mode is `push`.
public enum ReceiverPolicy: String, Codable, CaseIterable, Hashable, Sendable {
    /// Whenever the agent can take it.
    case open
    /// Between turns only; what is `now` at once.
    case quiet
    /// What is `now` alone; the rest stays in the inbox.
    case focus
}

/// How a launch wants its mail.
public struct MailMode: Codable, Hashable, Sendable {
    public var mode: MessageMode
    public var policy: ReceiverPolicy

    public init(mode: MessageMode = .push, policy: ReceiverPolicy = .open) {
        self.mode = mode
        self.policy = policy
    }
}
