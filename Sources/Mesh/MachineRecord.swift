/// Who the person is on this machine.
public enum Account: Hashable, Sendable, Codable {
    /// No account: meshes live in this machine's relay.
    case thisMachine
    /// Signed in at a broker; meshes of this machine are there beside.
    case signedIn(SignedInAccount)
}

/// What was answered last in one directory.
public struct LastAnswers: Hashable, Sendable, Codable {
    public var mesh: MeshID
    public var name: String
    public var role: String
    public var groups: [GroupMembership]
    public var agent: String

    public init(
        mesh: MeshID, name: String, role: String, groups: [GroupMembership], agent: String
    ) {
        self.mesh = mesh
        self.name = name
        self.role = role
        self.groups = groups
        self.agent = agent
    }
}

/// What this machine remembers between runs, as read at the start of one.
public struct MachineRecord: Hashable, Sendable, Codable {
    public var welcomed: Bool
    public var account: Account?
    /// Last used first.
    public var memberships: [Membership]
    /// What was answered last in the directory it was read for.
    public var lastAnswers: LastAnswers?
    /// The name used last anywhere on this machine.
    public var lastName: String?

    public init(
        welcomed: Bool = false, account: Account? = nil, memberships: [Membership] = [],
        lastAnswers: LastAnswers? = nil, lastName: String? = nil
    ) {
        self.welcomed = welcomed
        self.account = account
        self.memberships = memberships
        self.lastAnswers = lastAnswers
        self.lastName = lastName
    }
}

/// Everything that taking Launch changes on this machine: kept whole or not at all.
public struct LaunchCommit: Hashable, Sendable {
    public var account: Account
    /// The mesh that was asked for and does not exist yet.
    public var newMembership: Membership?
    public var answers: LastAnswers
    public var launch: LaunchRecord
    /// False where nobody was shown the welcome, as in the flag-driven mode.
    public var welcomed: Bool

    public init(
        account: Account, newMembership: Membership?, answers: LastAnswers,
        launch: LaunchRecord, welcomed: Bool
    ) {
        self.account = account
        self.newMembership = newMembership
        self.answers = answers
        self.launch = launch
        self.welcomed = welcomed
    }
}
