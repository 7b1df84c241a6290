import Agents
import Database
import Home
import Keys
import Mesh
import MeshCrypto
import MeshProtocol
import RelayClient
import Session

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a command runs: environment, home and settings, read once. Reading them makes nothing.
struct Surroundings {
    private(set) var environment: [String: String]
    private(set) var home: Home
    let configuration: Configuration
    /// What was wrong in the configuration, a sentence each.
    let warnings: [String]
    let keymap: Keymap

    init() throws(SkeinError) {
        environment = Process.environment
        home = try Home.locate(environment: environment)
        let (configuration, warnings) = Configuration.read(home.configFilePath)
        self.configuration = configuration
        let (keymap, problems) = Keymap.standard.changed(by: configuration.keys)
        self.keymap = keymap
        let file = home.configFilePath
        self.warnings =
            warnings.map { warning in
                "\(file)\(warning.line.map { ":\($0)" } ?? ""): \(warning.message)"
            } + problems.map { "\(file): \($0.sentence)" }
    }

    /// The same settings, with another home for everything that is kept.
    func moved(to home: Home) -> Surroundings {
        var moved = self
        moved.home = home
        // What a launch around us is, it is in its own home.
        for name in environment.keys where name.hasPrefix("SKEIN_") && name != "SKEIN_THEME" {
            moved.environment[name] = nil
        }
        return moved
    }

    func tellWarnings() {
        for warning in warnings { Output.complain("! " + Output.shown(warning)) }
    }

    static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Moment(
            milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    var relayStarter: RelayStarter {
        RelayStarter(executable: Process.executable, environment: environment)
    }

    /// The store as it is: none is made, a damaged one is moved aside and said so.
    func openDatabase() throws(SkeinError) -> MachineDatabase {
        let database = try MachineDatabase.open(
            at: home.machineDatabasePath, createIfMissing: false)
        if let aside = database.movedAside {
            Output.complain("! The store was damaged; it was moved to \(aside) and a new one begun")
        }
        return database
    }

    /// What is found on this machine for a launch. `wanted` is looked for beside the known agents.
    func facts(wanted: String?) -> Facts {
        let directory = Process.currentDirectory
        let search = PathSearch(path: environment["PATH"] ?? "", directory: directory)
        var agents = AgentCatalogue.known.map { Self.fact($0, search) }
        for word in [wanted, environment["SHELL"]].compactMap({ $0 })
        where !word.isEmpty && !agents.contains(where: { $0.word == word }) {
            agents.append(Self.fact(AgentCatalogue.agent(word), search))
        }
        return Facts(
            directory: directory, home: environment["HOME"] ?? "",
            loginName: Process.loginName(environment), hostname: Process.hostname, agents: agents,
            freshSession: RandomID.uuid())
    }

    func find(agent word: String) -> AgentFact {
        let search = PathSearch(
            path: environment["PATH"] ?? "", directory: Process.currentDirectory)
        return Self.fact(AgentCatalogue.agent(word), search)
    }

    private static func fact(_ agent: any Agent, _ search: PathSearch) -> AgentFact {
        AgentFact(
            word: agent.word, title: agent.title, path: search.find(agent.executable),
            isKnown: agent.isKnown, howToGet: agent.howToGet)
    }
}
