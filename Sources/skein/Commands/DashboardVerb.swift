import ArgumentParser
import Dashboard
import Mesh
import MeshProtocol
import RelayClient
import Session
import Terminal
import Text

/// `skein dashboard`: every peer of the mesh, live.
struct DashboardVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "dashboard", abstract: "Show every peer of a mesh, live.")

    @Option(name: .long, help: "The mesh; without it the only one, or the one used last.")
    var mesh: String?
    @Flag(name: .long, help: "Print one frame as text, and end.")
    var once = false
    // What begins with - is a time, too.
    @Option(
        name: .long, parsing: .unconditional,
        help: ArgumentHelp(
            "How it was at a time: 12:30, -10m, 2026-11-21T12:30.", valueName: "time"))
    var at: String?
    @OptionGroup var look: DashboardOptions
    @OptionGroup var screen: ScreenOptions
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let surroundings = try Surroundings()
        surroundings.tellWarnings()
        let membership = try surroundings.membership(called: mesh)
        var state = DashboardState(
            session: SessionState(facts: surroundings.facts(wanted: nil)),
            meshes: try surroundings.openDatabase().memberships(), scope: .one(membership.mesh),
            now: Surroundings.now, keymap: surroundings.keymap)
        state.secondsFromUTC = Surroundings.secondsFromUTC
        try look.apply(to: &state)
        let past = try pastMoment()
        let obstacle = Terminal.obstacle(environment: surroundings.environment)
        let isPlain = screen.plain || surroundings.configuration.plain == true
        let relay = try await RelayClient.connect(
            home: surroundings.home, starting: surroundings.relayStarter)
        if once || common.json || (!isPlain && !Process.writesToTerminal) {
            if let past {
                try await DashboardDesk(relay: relay).look(at: past, in: &state)
                DashboardPrint(state, membership.slug).tell(json: common.json, surroundings)
                return .ok
            }
            let peers = try await relay.peers(mesh: membership.mesh)
            let now = Surroundings.now
            _ = state.reduce(.relay(membership.mesh, .snapshot(peers), at: now))
            _ = state.reduce(.relay(membership.mesh, .link(.live), at: now))
            DashboardPrint(state, membership.slug).tell(json: common.json, surroundings)
            return .ok
        }
        if isPlain || obstacle != nil {
            guard past == nil else {
                throw SkeinError(
                    .arguments, "As lines it tells what happens now, not what was",
                    hint: "Give --once with --at")
            }
            return try await DashboardLines.follow(relay.watch(mesh: membership.mesh))
        }
        let theme = ThemeChoice.load(flag: screen.theme, surroundings)
        if let problem = theme.problem { Output.complain("! " + Output.shown(problem)) }
        let screens = try Screens(theme, surroundings: surroundings)
        try await DashboardRun(state, screens: screens, relay: relay).follow(from: past)
        return .ok
    }

    private func pastMoment() throws(SkeinError) -> Moment? {
        guard let at else { return nil }
        return try PastTime.moment(at, now: Surroundings.now)
    }
}
