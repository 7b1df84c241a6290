import Flow
import Mesh
import MeshProtocol

/// The name of each question of the launch flow.
public enum QuestionName: String, CaseIterable, Hashable, Sendable {
    case welcome, account, mesh, name, role, groups, agent, confirm
}

/// An answer to one question, before or after it was checked.
public enum AnswerValue: Equatable, Sendable {
    case welcome
    case account(Account)
    case mesh(MeshChoice)
    case name(String)
    case role(String)
    case groups([GroupMembership])
    case agent(String)
    case confirm

    public var question: QuestionName {
        switch self {
        case .welcome: .welcome
        case .account: .account
        case .mesh: .mesh
        case .name: .name
        case .role: .role
        case .groups: .groups
        case .agent: .agent
        case .confirm: .confirm
        }
    }
}

/// Everything that can change the session state.
public enum SessionAction: Equatable, Sendable {
    /// An answer was taken. It is checked first; a bad one changes nothing.
    case settle(AnswerValue)
    /// What is typed so far.
    case propose(AnswerValue)
    /// Takes an answer back and keeps its value as the draft.
    case reopen(QuestionName)
    case push(Overlay)
    case dismiss
    /// What the relay says of a mesh, and when it came.
    case relay(MeshID, RelayEvent, at: Moment)
    case online([MeshID: Int])
    /// What this machine remembers has changed: the mesh that was asked for exists now.
    case remembered(MachineRecord)
    /// A command that was looked for on PATH.
    case found(AgentFact)
    /// The launch is registered: the terminal may be handed over.
    case launchReady
    case launchFailed(SkeinError)
    /// Try again what the topmost overlay says has failed.
    case retry
    /// Start the agent although the broker cannot be reached; it is known as soon as it can be.
    case launchOffline
    case signIn(SignInAction)
    case invite(InviteAction)
    /// A second of the wait for the next try has passed.
    case countdown(try: Int)
    /// Leave; what was typed is kept for the next run or not, nil where nothing was typed.
    case leave(keeping: Bool?)
}

/// What is to be done outside, as data.
public enum SessionEffect: Equatable, Sendable {
    /// Look for a command on PATH.
    case find(agent: String)
    /// Keep what is to be kept, register the launch, hand the terminal over.
    case launch(offline: Bool)
    /// Say `countdown` in a second.
    case countdown(try: Int)
    /// Keep the drafts for the next run.
    case keepDrafts
    case forgetDrafts
    case signIn(SignInEffect)
    case invite(InviteEffect)
    case leave
}
