import Mesh
import MeshProtocol

/// What an agent's event says of its launch.
public struct HookMeaning: Equatable, Sendable {
    /// What a tool call does to those that are open.
    public enum Tool: Sendable {
        case opens, closes
        /// A turn begins or ends: none is open.
        case closesAll
    }

    /// Nil where the event says nothing of it.
    public var status: Status?
    /// Working, but for the person to go on: a permission, an answer.
    public var isWaiting = false
    public var tool: Tool?
    /// Nil where the agent takes no mail then.
    public var mail: TurnMoment?
    /// The session it names is the one to resume.
    public var namesSession = false

    /// What the agents share, in one word each.
    static let sessionStarts = HookMeaning(status: .idle, tool: .closesAll, namesSession: true)
    static let sessionEnds = HookMeaning(status: .idle, tool: .closesAll)
    static let turnStarts = HookMeaning(status: .working, tool: .closesAll, mail: .turnStart)
    static let toolOpens = HookMeaning(status: .working, tool: .opens)
    static let toolCloses = HookMeaning(status: .working, tool: .closes, mail: .midTurn)
    static let waits = HookMeaning(status: .working, isWaiting: true)
    static let turnEnds = HookMeaning(status: .idle, tool: .closesAll, mail: .turnEnd)
    public static let works = HookMeaning(status: .working)
    static let idles = HookMeaning(status: .idle)
    static let nothing = HookMeaning()

    func without(mail: Bool) -> HookMeaning {
        var meaning = self
        if mail { meaning.mail = nil }
        return meaning
    }
}
