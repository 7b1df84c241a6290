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

/// Where an agent is when it could take mail.
public enum TurnMoment: String, CaseIterable, Hashable, Sendable {
    /// Between two uses of its tools.
    case midTurn
    case turnEnd
    /// With what the person has just typed.
    case turnStart
}

extension MailMode {
    /// Whether mail of this priority may be put before the agent now. What may not stays in its
    /// inbox.
    public func puts(_ priority: MessagePriority, at moment: TurnMoment) -> Bool {
        guard mode == .push else { return false }
        return switch policy {
        case .open: true
        case .quiet: priority == .now || moment != .midTurn
        case .focus: priority == .now
        }
    }

    /// Whether the agent is told that there is mail at all.
    public var announces: Bool { mode != .off }
}
