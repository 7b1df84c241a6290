import Agents
import Mesh
import MeshProtocol
import Session

/// Everything a launch will do, decided before anything is done.
public struct LaunchPlan: Equatable, Sendable {
    public var membership: Membership
    /// True where the mesh does not exist yet and is made with this launch.
    public var isNewMesh: Bool
    public var record: LaunchRecord
    public var commit: LaunchCommit
    public var command: AgentCommand

    /// What a plan needs from outside: the clock, the process, and chance.
    public struct Circumstances: Sendable {
        public var now: Moment
        public var pid: Int32
        public var processStart: UInt64
        public var launch: LaunchID
        public var token: String
        /// The ids and the key of a mesh that is made, if one is.
        public var newMesh: MeshID
        public var newMember: MemberID
        public var newMemberKey: PublicKey
        /// The environment Skein was started with.
        public var environment: [String: String]
        public var door: AgentCommand.HookDoor?

        public init(
            now: Moment, pid: Int32, processStart: UInt64, launch: LaunchID, token: String,
            newMesh: MeshID, newMember: MemberID, newMemberKey: PublicKey,
            environment: [String: String], door: AgentCommand.HookDoor? = nil
        ) {
            self.now = now
            self.pid = pid
            self.processStart = processStart
            self.launch = launch
            self.token = token
            self.newMesh = newMesh
            self.newMember = newMember
            self.newMemberKey = newMemberKey
            self.environment = environment
            self.door = door
        }
    }

    /// The plan for answers that are all settled. `welcomed` is false where nobody saw the welcome.
    public static func make(
        for session: SessionState, welcomed: Bool, in circumstances: Circumstances
    ) throws(SkeinError) -> LaunchPlan {
        let answers = session.answers
        guard let choice = answers.mesh.settled, let name = answers.name.settled,
            let role = answers.role.settled, let word = answers.agent.settled
        else { throw SkeinError(.missing, "An answer is missing") }
        let groups = answers.groups.settled ?? []
        let (membership, isNew) = try membership(for: choice, session, circumstances)
        let command = try AgentCommand.make(
            agent: AgentCatalogue.agent(word), path: session.facts.agent(word)?.path,
            run: AgentRun(
                options: answers.options, freshSession: session.facts.freshSession,
                program: circumstances.door?.program),
            identity: AgentCommand.Identity(
                launch: circumstances.launch, token: circumstances.token, mesh: membership.slug,
                name: name, role: role, door: circumstances.door),
            directory: session.facts.directory, environment: circumstances.environment)
        let record = LaunchRecord(
            id: circumstances.launch, mesh: membership.mesh, name: name, role: role,
            groups: groups, agent: word, arguments: answers.options.arguments,
            directory: session.facts.directory, hostname: session.facts.hostname,
            agentSession: command.session, pid: circumstances.pid,
            processStart: circumstances.processStart, startedAt: circumstances.now,
            mail: answers.options.mail)
        let commit = LaunchCommit(
            account: answers.account.settled ?? session.machine.account ?? .thisMachine,
            newMembership: isNew ? membership : nil,
            answers: LastAnswers(
                mesh: membership.mesh, name: name, role: role, groups: groups, agent: word),
            launch: record, welcomed: welcomed)
        return LaunchPlan(
            membership: membership, isNewMesh: isNew, record: record, commit: commit,
            command: command)
    }

    private static func membership(
        for choice: MeshChoice, _ session: SessionState, _ circumstances: Circumstances
    ) throws(SkeinError) -> (Membership, isNew: Bool) {
        switch choice {
        case .joined(let id):
            guard let found = session.machine.memberships.first(where: { $0.mesh == id }) else {
                throw SkeinError(.meshNotFound, "This machine has not joined that mesh")
            }
            return (found, false)
        case .create(let name):
            let membership = try NewMesh.membership(
                name: name, mesh: circumstances.newMesh, member: circumstances.newMember,
                key: circumstances.newMemberKey, at: circumstances.now)
            return (membership, true)
        case .ofAccount(let mesh):
            // It is joined before a plan is made.
            throw SkeinError(
                .meshNotFound, "The mesh \(mesh.name) is not joined on this machine yet",
                hint: "Sign in with skein login, then choose it again")
        }
    }
}
