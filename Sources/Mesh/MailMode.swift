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

/// When mail can be put before an agent.
public enum MailMoment: Sendable, CaseIterable {
    /// With what the person has just typed.
    case turnStart
    /// With a tool's result.
    case midTurn
    /// The agent goes on with it instead of ending its turn.
    case turnEnd
}

extension MailMode {
    /// What may be put before the agent at a moment; empty for nothing. What is `low` is there for
    /// whoever looks.
    public func priorities(at moment: MailMoment) -> [MessagePriority] {
        guard mode == .push else { return [] }
        return switch (policy, moment) {
        case (.open, _), (.quiet, .turnStart), (.quiet, .turnEnd): [.now, .next]
        case (.quiet, .midTurn), (.focus, _): [.now]
        }
    }
}
