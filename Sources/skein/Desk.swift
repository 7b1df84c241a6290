import Database
import Home
import Mesh
import MeshProtocol
import RelayClient
import Session

/// Where a verb works: its environment, the home, and who asks. Settings are not read: what is
/// typed twenty times a day pays for nothing it does not use.
struct Desk {
    let environment: [String: String]
    let home: Home
    /// The launch around this process; nil outside of one.
    let launch: LaunchProof?

    init() throws(SkeinError) {
        environment = Process.environment
        home = try Home.locate(environment: environment)
        launch = LaunchProof(environment: environment)
    }

    /// A launch is around this process, whether it can prove it or not.
    var isInLaunch: Bool { !(environment["SKEIN_LAUNCH"] ?? "").isEmpty }

    var starter: RelayStarter {
        RelayStarter(executable: Process.executable, environment: environment)
    }

    /// The relay, started where none runs. Inside a launch it is asked as that launch.
    func relay() throws(SkeinError) -> RelayCall {
        try RelayCall(home: home, starting: starter, as: launch)
    }

    /// The same, for what is told for as long as one listens.
    func watching() async throws(SkeinError) -> RelayClient {
        try await RelayClient.connect(home: home, starting: starter, as: launch)
    }

    /// The relay that runs, or nil where none does. It starts none.
    func runningRelay() throws(SkeinError) -> RelayCall? {
        do {
            return try RelayCall(home: home, starting: nil, as: launch)
        } catch {
            if error.code == .relayUnreachable { return nil }
            throw error
        }
    }

    /// The store as it is: none is made, a damaged one is moved aside and said so.
    func openStore() throws(SkeinError) -> MachineDatabase {
        let store = try MachineDatabase.open(at: home.machineDatabasePath, createIfMissing: false)
        if let aside = store.movedAside {
            Output.complain(
                Output.shown(
                    "! The store was damaged; it was moved to \(aside) and a new one begun"))
        }
        return store
    }

    /// The meshes that are joined, last used first.
    func memberships() throws(SkeinError) -> [Membership] { try openStore().memberships() }

    /// The mesh a verb means: the one named, the launch's own inside a launch, else the one used
    /// last.
    func membership(called name: String?) throws(SkeinError) -> Membership {
        try membership(called: name, among: try memberships())
    }

    func membership(
        called name: String?, among joined: [Membership]
    ) throws(SkeinError) -> Membership {
        try joined.meant(by: name, launchMesh: environment["SKEIN_MESH"])
    }

    /// Where `target` is written as `name@mesh` the mesh is that one, whatever else was said.
    func addressed(
        _ target: String, mesh: String?
    ) throws(SkeinError) -> (target: String, membership: Membership) {
        let joined = try memberships()
        let word = PeerDirectory.split(target, meshes: Set(joined.map(\.slug)))
        return (word.target, try membership(called: word.mesh ?? mesh, among: joined))
    }

    func line(_ mesh: String?) throws(SkeinError) -> MeshLine {
        let membership = try membership(called: mesh)
        return MeshLine(relay: try relay(), membership: membership, launch: launch?.id)
    }

    func line(
        to target: String, mesh: String?
    ) throws(SkeinError) -> (line: MeshLine, target: String) {
        let (target, membership) = try addressed(target, mesh: mesh)
        let line = MeshLine(relay: try relay(), membership: membership, launch: launch?.id)
        return (line, target)
    }
}

// MARK: - Who may

extension Desk {
    /// An agent is not the person. `what` follows "A launch may not".
    func refuseLaunch(_ what: String) throws(SkeinError) {
        if isInLaunch { throw Self.notForLaunches(what) }
    }

    /// As above; a program that hides its launch is asked after at the relay, which knows whose
    /// child it is.
    nonisolated(nonsending) func checkIsPerson(_ what: String) async throws(SkeinError) {
        try refuseLaunch(what)
        guard let relay = try runningRelay() else { return }
        if try await relay.ask(WhoAmI()).launch != nil { throw Self.notForLaunches(what) }
    }

    /// What only a launch has: a presence, with a status and groups. `what` is the thing.
    func refusePerson(_ what: String) throws(SkeinError) {
        guard !isInLaunch else { return }
        throw SkeinError(
            .forbidden, "You have no \(what) in a mesh: a launch has, and you look on",
            hint: "Run this inside a launch, as its agent would")
    }

    private static func notForLaunches(_ what: String) -> SkeinError {
        SkeinError(
            .forbidden, "A launch may not \(what)", hint: "Do it in a terminal of your own")
    }
}
