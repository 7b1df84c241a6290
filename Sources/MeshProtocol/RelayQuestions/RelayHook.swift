import Mesh

/// What an agent's own hook told, already reduced to what may leave the hook's process. The line
/// is written without any library (`skein hook`), so its form is fixed by tests.
public struct TellHook: RelayQuestion {
    public typealias Answer = HookAnswer
    public static let word = "hook"
    public var extract: HookExtract

    public init(_ extract: HookExtract) { self.extract = extract }
}

/// The allow-listed part of a hook event: no prompt, no tool input, no transcript.
public struct HookExtract: Codable, Equatable, Sendable {
    /// The agent's word.
    public var agent: String
    /// The event as the agent calls it.
    public var event: String
    /// The agent's own session id.
    public var session: String?
    /// A tool's name.
    public var tool: String?
    /// Why a session started or ended, or the kind of a notice.
    public var detail: String?
    /// The last part of the directory.
    public var project: String?
    public var model: String?
    /// The agent stopped because a stop hook kept it going before.
    public var isContinued: Bool
    /// What was told happened inside one of the agent's own helpers: mail is not for those.
    public var isInSubagent: Bool
    /// Milliseconds since 1970.
    public var at: Int64

    public init(
        agent: String, event: String, session: String? = nil, tool: String? = nil,
        detail: String? = nil, project: String? = nil, model: String? = nil,
        isContinued: Bool = false, isInSubagent: Bool = false, at: Int64
    ) {
        self.agent = agent
        self.event = event
        self.session = session
        self.tool = tool
        self.detail = detail
        self.project = project
        self.model = model
        self.isContinued = isContinued
        self.isInSubagent = isInSubagent
        self.at = at
    }
}

public struct HookAnswer: Codable, Equatable, Sendable {
    /// What the hook prints, as it is: the agent's own JSON with mail in it. Nil for nothing.
    public var print: String?
    /// What the hook confirms as shown when it has printed that.
    public var messages: [InboxKey]

    public init(print: String? = nil, messages: [InboxKey] = []) {
        self.print = print
        self.messages = messages
    }
}
