import Agents
import Database
import Home
import Mesh
import MeshProtocol
import RelayClient

/// Looks at everything Skein stands on. Only with `fixes` is anything changed, and then nothing
/// that could be missed: modes, a socket nobody listens on, a relay of another version.
struct Doctor {
    let home: Home
    let environment: [String: String]
    let launch: LaunchProof?
    let isInLaunch: Bool
    let fixes: Bool

    init(_ desk: Desk, fixes: Bool) {
        home = desk.home
        environment = desk.environment
        launch = desk.launch
        isInLaunch = desk.isInLaunch
        self.fixes = fixes
    }

    func look(now: Moment, directory: String) async -> [DoctorCheck] {
        var checks = settings() + modes() + space() + clock(now)
        let stores = stores()
        checks += stores
        let (relayChecks, relay) = await relay()
        checks += relayChecks
        // Opening a damaged store would move it aside.
        if !stores.contains(where: { $0.name == "store" && $0.state == .broken }) {
            let joined = try? MachineDatabase.open(
                at: home.machineDatabasePath, createIfMissing: false
            ).memberships()
            checks += keys(joined ?? [])
        }
        checks += await meshes(relay)
        checks += await proof(relay)
        checks += spool(relayRuns: relay != nil)
        relay?.close()
        return checks + agents(directory)
    }

    func settings() -> [DoctorCheck] {
        let (_, warnings) = Configuration.read(home.configFilePath)
        guard let first = warnings.first else { return [] }
        let place = first.line.map { ":\($0)" } ?? ""
        return [
            .warning(
                "settings", "\(home.configFilePath)\(place): \(first.message)",
                next: "Mend the line; until then the default holds")
        ]
    }

    /// What no running clock says.
    func clock(_ now: Moment) -> [DoctorCheck] {
        // 2025-01-01
        now.milliseconds >= 1_735_689_600_000
            ? []
            : [.broken("clock", "it is \(ISOMoment(now)) here", next: "Set the clock")]
    }

    func agents(_ directory: String) -> [DoctorCheck] {
        let search = PathSearch(path: environment["PATH"] ?? "", directory: directory)
        let found = AgentCatalogue.known.filter { search.find(agent: $0) != nil }
        guard !found.isEmpty else {
            return [
                .warning(
                    "agents", "none of the agents Skein knows is on PATH",
                    next: AgentCatalogue.known.first?.howToGet ?? "Install one")
            ]
        }
        return found.map(Self.hooks)
    }

    /// Whether Skein can give the agent hooks for a run, without a file of the person's.
    static func hooks(_ agent: any Agent) -> DoctorCheck {
        let run = AgentRun(
            options: LaunchOptions(), freshSession: "",
            program: "skein")
        let notes = (try? agent.invocation(for: run).notes) ?? []
        let says = notes.isEmpty ? "its hooks work in every launch" : notes.joined(separator: "; ")
        return .fine("agent \(agent.word)", "\(agent.title): \(says)")
    }
}

extension PathSearch {
    fileprivate func find(agent: any Agent) -> String? { find(agent.executable) }
}
