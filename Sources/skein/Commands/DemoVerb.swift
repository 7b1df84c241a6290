import ArgumentParser
import Dashboard
import Database
import Demo
import Home
import Mesh
import MeshProtocol
import Onboarding
import RelayClient
import Session
import Terminal

/// `skein demo`: a throwaway mesh of eight simulated peers. In a terminal the wizard and then the
/// dashboard on it; elsewhere one frame. Nothing is left behind.
struct DemoVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Try Skein on a throwaway mesh of eight simulated peers.")

    @Flag(name: .long, help: "Print one frame of the dashboard, and end.")
    var once = false
    @OptionGroup var screen: ScreenOptions
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let own = try Surroundings()
        own.tellWarnings()
        let running = try await DemoHome.make(environment: own.environment).start(
            executable: Process.executable,
            arguments: ["demo-relay", "--directory", Process.currentDirectory],
            environment: own.environment)
        let outcome: Result<MeshProtocol.ExitCode, SkeinError>
        do throws(SkeinError) {
            outcome = .success(try await show(running, own.moved(to: running.home)))
        } catch {
            outcome = .failure(error)
        }
        await running.end()
        return try outcome.get()
    }

    private func show(
        _ running: RunningDemo, _ surroundings: Surroundings
    ) async throws(SkeinError) -> MeshProtocol.ExitCode {
        let membership = try surroundings.membership(called: nil)
        var dashboard = DashboardState(
            session: SessionState(facts: surroundings.facts(wanted: nil)),
            meshes: [membership], scope: .one(membership.mesh), now: Surroundings.now,
            keymap: surroundings.keymap)
        dashboard.secondsFromUTC = Surroundings.secondsFromUTC
        let obstacle = Terminal.obstacle(environment: surroundings.environment)
        if once || common.json || screen.plain || obstacle != nil {
            let peers = try await running.client.peers(mesh: membership.mesh)
            let now = Surroundings.now
            _ = dashboard.reduce(.relay(membership.mesh, .snapshot(peers), at: now))
            _ = dashboard.reduce(.relay(membership.mesh, .link(.live), at: now))
            await DashboardPrint(dashboard, membership.slug).tell(json: common.json, surroundings)
            return .ok
        }
        let theme = ThemeChoice.load(flag: screen.theme, surroundings)
        let wizard = try await WizardRun(
            session: try session(surroundings), wrong: [], theme: theme,
            surroundings: surroundings, handOff: .standIn)
        guard case .standIn(let screens) = await wizard.outcome() else {
            Output.line("skein: the demo is over; nothing was left behind")
            return .cancelled
        }
        _ = dashboard.reduce(.now(Surroundings.now))
        try await DashboardRun(dashboard, screens: screens, relay: running.client).follow()
        Output.line("skein: the demo is over; nothing was left behind")
        return .ok
    }

    /// The wizard as a second run finds it: everything is offered, nothing has to be typed.
    private func session(_ surroundings: Surroundings) throws(SkeinError) -> SessionState {
        let database = try surroundings.openDatabase()
        var session = SessionState(
            facts: surroundings.facts(wanted: nil),
            machine: try database.record(directory: Process.currentDirectory))
        session.facts.addDemoAgent()
        var flags = LaunchFlags()
        flags.agent = Facts.demoAgent
        _ = session.prefill(from: flags)
        return session
    }
}

extension Facts {
    fileprivate static let demoAgent = "demo"

    /// What stands in for an agent: the dashboard of the demo's mesh.
    fileprivate mutating func addDemoAgent() {
        agents.insert(
            AgentFact(
                word: Self.demoAgent, title: "the demo's dashboard", path: Process.executable,
                isKnown: false), at: 0)
    }
}

/// The background process of a demo; `skein demo` starts it, nobody types it.
struct DemoRelayVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "demo-relay", abstract: "Be the relay of a demo.", shouldDisplay: false)

    @Option(name: .customLong("ready-fd"))
    var readyDescriptor: Int32?
    @Option(name: .customLong("parent-fd"))
    var parentDescriptor: Int32
    @Option(name: .long)
    var directory: String

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        try await DemoRelay.run(
            home: try Surroundings().home, directory: directory, readyFD: readyDescriptor,
            parentFD: parentDescriptor)
        return .ok
    }
}
