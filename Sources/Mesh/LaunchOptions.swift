/// What only flags say of a launch.
public struct LaunchOptions: Hashable, Sendable {
    /// How much the agent may do without asking.
    public enum Autonomy: String, CaseIterable, Sendable {
        /// As the agent itself is set up.
        case ask
        /// The agent's own flag for "never ask" is passed.
        case full
    }

    public var autonomy = Autonomy.ask
    public var systemPrompt: String?
    /// Passed to the agent as they are.
    public var arguments: [String] = []
    /// The agent's own session to go on with.
    public var resumes: String?
    /// How the launch wants its mail.
    public var mail = MailMode()

    public init() {}
}
