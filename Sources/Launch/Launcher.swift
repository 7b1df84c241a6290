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

    public init(
        home: Home, database: MachineDatabase, starter: RelayStarter,
        environment: [String: String]
    ) {
        self.home = home
        self.database = database
        self.starter = starter
        self.environment = environment
    }

    /// A plan, and the secret key of the mesh it makes, which is nowhere else yet.
    public struct Prepared: Sendable {
        public var plan: LaunchPlan
        var token: String
        var newKeys: SigningKeys
    }

    /// Decides everything; makes nothing.
    public func prepare(
        _ session: SessionState, welcomed: Bool, now: Moment
    ) throws(SkeinError) -> Prepared {
        guard let process = RunningProcess.current else {
            throw SkeinError(.internal, "This process cannot be identified")
        }
        let keys = SigningKeys.generate()
        let token = RandomID.make()
        let plan = try LaunchPlan.make(
            for: session, welcomed: welcomed,
            in: LaunchPlan.Circumstances(
                now: now, pid: process.pid, processStart: process.start,
                launch: LaunchID(rawValue: RandomID.uuid()), token: token,
                newMesh: MeshID(rawValue: RandomID.make()),
                newMember: MemberID(rawValue: RandomID.make()), newMemberKey: keys.publicKey,
                environment: environment))
        return Prepared(plan: plan, token: token, newKeys: keys)
    }

    /// Keeps the launch and the mesh it makes, in one transaction. The key is written before: a key
    /// without a mesh harms nobody, a mesh without a key would be lost.
    public func keep(_ prepared: Prepared) throws(SkeinError) {
        try home.prepare()
        if prepared.plan.isNewMesh {
            try home.storeMemberSeed(
                prepared.newKeys.seed, mesh: prepared.plan.membership.mesh)
        }
        try database.commit(prepared.plan.commit)
    }

    /// Returns when the broker knows the launch.
    public func register(_ prepared: Prepared) async throws(SkeinError) {
        let relay = try await RelayClient.connect(home: home, starting: starter)
        let answer = try await relay.request(
            .register(prepared.plan.record, token: prepared.token))
        if case .failed(let error) = answer { throw error }
    }
}
