import Database
import Home
import Mesh
import MeshCrypto
import MeshProtocol
import RelayClient
import Session

/// Carries a launch out: keeps what is to be kept, registers with the relay, hands the process over.
public struct Launcher: Sendable {
    private let home: Home
    private let database: MachineDatabase
    private let starter: RelayStarter
    private let environment: [String: String]
    private let door: AgentCommand.HookDoor
    /// One run is one launch, however often registering it is tried.
    private let launch = LaunchID(rawValue: RandomID.uuid())
    private let token = RandomID.make()
    private let newMesh = NewMesh()
    /// The launch that the person brings back.
    private let resumed: LaunchRecord?

    public init(
        home: Home, database: MachineDatabase, starter: RelayStarter,
        environment: [String: String], resuming resumed: LaunchRecord? = nil
    ) {
        self.resumed = resumed
        self.home = home
        self.database = database
        self.starter = starter
        self.environment = environment
        door = AgentCommand.HookDoor(
            program: starter.executable, socket: home.socketPath, spool: home.spoolPath)
    }

    /// Decides everything; makes nothing.
    public func prepare(
        _ session: SessionState, welcomed: Bool, now: Moment
    ) throws(SkeinError) -> LaunchPlan {
        guard let process = RunningProcess.current else {
            throw SkeinError(.internal, "This process cannot be identified")
        }
        var circumstances = LaunchPlan.Circumstances(
            now: now, pid: process.pid, processStart: process.start,
            launch: launch, token: token, newMesh: newMesh.mesh, newMember: newMesh.member,
            newMemberKey: newMesh.memberKey, environment: environment, door: door)
        let plan = try LaunchPlan.make(for: session, welcomed: welcomed, in: circumstances)
        guard let former = try former(plan.record) else { return plan }
        circumstances.launch = former
        return try LaunchPlan.make(for: session, welcomed: welcomed, in: circumstances)
    }

    /// The launch that ran the same session of the same agent in the same mesh before, where its
    /// process has ended: going on with it keeps its key, so that mail for it still finds it. Of
    /// an agent that has no sessions, the launch that is brought back.
    private func former(_ record: LaunchRecord) throws(SkeinError) -> LaunchID? {
        let former =
            if let session = record.agentSession {
                try database.launch(agent: record.agent, session: session, mesh: record.mesh)
            } else {
                resumed
            }
        guard let former, former.agent == record.agent, former.mesh == record.mesh,
            RunningProcess(pid: former.pid)?.start != former.processStart
        else { return nil }
        return former.id
    }

    /// Keeps the launch and the mesh it makes, in one transaction. The keys are written before.
    /// From here on any relay finds the launch, and says hello for it as soon as it can.
    public func keep(_ plan: LaunchPlan) throws(SkeinError) {
        try home.prepare()
        if plan.isNewMesh { try newMesh.storeKey(in: home) }
        var secrets = try home.launchSecrets(launch: plan.record.id)
            ?? LaunchSecrets(sessionSeed: SigningKeys.generate().seed, token: token)
        secrets.token = token
        try home.storeLaunchSecrets(secrets, launch: plan.record.id)
        try database.commit(plan.commit)
    }

    /// Returns when the broker knows the launch.
    public func register(_ plan: LaunchPlan) async throws(SkeinError) {
        let relay = try await RelayClient.connect(home: home, starting: starter)
        try await relay.register(plan.record, token: token)
    }
}
