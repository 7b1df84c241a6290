import Connection
import Mesh
import MeshCrypto
import MeshProtocol

/// One peer of the demo: a member with keys of its own and a real connection, which it closes
/// and opens again as its day wants.
public actor SimulatedPeer {
    public nonisolated let index: Int
    public nonisolated let profile: Profile
    nonisolated let member: MemberID
    nonisolated let memberKeys = SigningKeys.generate()
    private let sessionKeys = SigningKeys.generate()
    private let sessionID = RandomID.uuid()
    private let mesh: MeshID
    private let now: @Sendable () -> Moment
    private var link: BrokerLink?

    init(index: Int, profile: Profile, mesh: MeshID, now: @escaping @Sendable () -> Moment) {
        self.index = index
        self.profile = profile
        self.mesh = mesh
        self.now = now
        member = MemberID(rawValue: RandomID.make())
    }

    /// Returns when the broker has acknowledged it.
    func join(_ endpoint: BrokerEndpoint, pid: Int32) async throws(SkeinError) {
        guard link == nil else { return }
        let link = BrokerLink(
            endpoint: endpoint,
            hello: HelloParameters(
                mesh: mesh, member: member, memberKeys: memberKeys, sessionKeys: sessionKeys,
                displayName: profile.name, sessionID: sessionID, pid: pid,
                cwd: profile.directory, hostname: profile.hostname, peerType: "ai",
                channel: "skein", model: profile.model.isEmpty ? nil : profile.model,
                role: profile.role, agent: profile.agent, groups: profile.groups),
            watchesPresence: false, now: now)
        self.link = link
        await link.start()
        try await link.firstHello()
    }

    func leave() async {
        let link = link
        self.link = nil
        await link?.stop()
    }

    func perform(
        _ action: SimulatedDay.Action, endpoint: BrokerEndpoint, pid: Int32
    ) async throws(SkeinError) {
        switch action {
        case .become(let status, let summary):
            guard let link else { return }
            try await link.setStatus(status)
            try await link.setSummary(summary)
        case .leave: await leave()
        case .comeBack: try await join(endpoint, pid: pid)
        }
    }
}
