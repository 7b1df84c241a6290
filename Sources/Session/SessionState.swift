import Flow
import Mesh
import MeshProtocol

/// The one value that the wizard, the dashboard, the flags and the plain twin read and change.
public struct SessionState: Equatable, Sendable {
    /// What was found on this machine at the start of the run.
    public var facts: Facts
    /// What this machine remembers from earlier runs.
    public var machine: MachineRecord
    /// What has been answered in this run.
    public var answers: LaunchAnswers
    /// Interrupts above whatever is shown.
    public var overlays: OverlayStack<Overlay>
    /// What is known of the meshes that are looked at.
    public var meshes: [MeshID: Presence]
    /// How far taking Launch has come.
    public var handOff: HandOff
    /// The questions that a flag answered wrongly.
    public internal(set) var wronglyAnswered: Set<QuestionName> = []
    /// How often registering has failed in a row, and the wait until it is tried again.
    public internal(set) var tries = 0
    public internal(set) var secondsToRetry = 0
    /// A sign-in that is under way.
    public internal(set) var signIn: SignInState?
    /// How many there were in this run.
    var signIns = 0
    /// What the account's broker says of its meshes.
    public internal(set) var accountMeshes: [MeshOfAccount] = []
    /// An invite that somebody is about to come in by.
    public internal(set) var invite: InviteVisit?
    /// How many there were in this run.
    var invites = 0

    public init(
        facts: Facts, machine: MachineRecord = MachineRecord(),
        answers: LaunchAnswers = LaunchAnswers()
    ) {
        self.facts = facts
        self.machine = machine
        self.answers = answers
        overlays = OverlayStack()
        meshes = [:]
        handOff = .notStarted
    }
}

/// What was found on this machine: read once at the start, never guessed.
public struct Facts: Equatable, Sendable {
    /// The directory Skein was started in, absolute.
    public var directory: String
    /// The person's home directory, to shorten paths with `~`.
    public var home: String
    public var loginName: String
    public var hostname: String
    /// Every agent Skein knows, found or not, in the order they are offered.
    public var agents: [AgentFact]
    /// A random UUID for this run, for an agent that lets us name its session.
    public var freshSession: String
    /// Peers online now, by mesh, where that is known.
    public var online: [MeshID: Int]
    /// The broker one signs in to; nil where nobody has said.
    public var server: String?
    /// It was not typed in this run.
    public var isServerConfigured = false

    public init(
        directory: String, home: String, loginName: String, hostname: String,
        agents: [AgentFact], freshSession: String, online: [MeshID: Int] = [:]
    ) {
        self.directory = directory
        self.home = home
        self.loginName = loginName
        self.hostname = hostname
        self.agents = agents
        self.freshSession = freshSession
        self.online = online
    }

    public func agent(_ word: String) -> AgentFact? { agents.first { $0.word == word } }

    /// A path as a person writes it, with `~` for the home directory.
    public func shortened(_ path: String) -> String {
        guard !home.isEmpty, home != "/" else { return path }
        if path == home { return "~" }
        return path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
    }
}

/// An agent as the session sees it: a word, and whether it can run here.
public struct AgentFact: Equatable, Sendable {
    /// What is typed: `claude`, `codex`, `sh`, `/usr/bin/env`.
    public var word: String
    /// Its name for people: "Claude Code".
    public var title: String
    /// Where it was found; nil where it is not on PATH.
    public var path: String?
    /// True for a coding agent Skein knows; false for a shell or any other command.
    public var isKnown: Bool
    /// How to get it, in one line.
    public var howToGet: String

    public init(word: String, title: String, path: String?, isKnown: Bool, howToGet: String = "") {
        self.word = word
        self.title = title
        self.path = path
        self.isKnown = isKnown
        self.howToGet = howToGet
    }
}

/// Which mesh a launch goes to.
public enum MeshChoice: Equatable, Hashable, Sendable {
    case joined(MeshID)
    /// An intention until Launch is taken.
    case create(name: String)
    /// One of the account's that this machine joins when Launch is taken.
    case ofAccount(MeshOfAccount)
}

/// What the launch flow asks for.
public struct LaunchAnswers: Equatable, Sendable {
    public var welcome = Answer<Bool>()
    public var account = Answer<Account>()
    public var mesh = Answer<MeshChoice>()
    public var name = Answer<String>()
    public var role = Answer<String>()
    /// No group is an answer: nothing waits for groups, but they can be opened and changed.
    public var groups = Answer<[GroupMembership]>(settled: [])
    public var agent = Answer<String>()
    public var confirm = Answer<Bool>()
    /// What the flags alone can say.
    public var options = LaunchOptions()

    public init() {}
}

/// How far taking Launch has come.
public enum HandOff: Equatable, Sendable {
    case notStarted
    case registering
    /// The agent may be started; nothing of ours is drawn any more.
    case ready
}

/// An interrupt above whatever is shown.
public enum Overlay: Equatable, Sendable {
    case brokerDisconnect(reason: String)
    case meshNotFound(name: String)
    case agentMissing(word: String)
    /// Anything else that went wrong, told so that one can go on.
    case failure(SkeinError)
    /// A code to be approved in a browser, or the broker being asked about a token.
    case signIn
    /// One line is asked for.
    case entry(Entry)
    /// The account's token was refused.
    case sessionExpired
    /// An invite's link or code is asked for.
    case inviteEntry
    /// What it leads to; before that, that it is looked at.
    case inviteCard
    /// Nobody comes in by it: why.
    case inviteInvalid(SkeinError)
    /// A broker asked for patience.
    case rateLimit
    case help
    case quit
}
