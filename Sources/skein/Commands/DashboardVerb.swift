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
    @Flag(name: .long, help: "With --once, the frame as a picture (SVG).")
    var svg = false
    @OptionGroup var look: DashboardOptions
    @OptionGroup var screen: ScreenOptions
    @OptionGroup var common: CommonOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        if svg, !once || common.json {
            throw SkeinError(
                .arguments, "--svg goes with --once, and without --json",
                hint: "As in: skein dashboard --once --svg >mesh.svg")
        }
        let surroundings = try Surroundings()
        surroundings.tellWarnings()
        let membership = try surroundings.membership(called: mesh)
        let database = try surroundings.openDatabase()
        var state = DashboardState(
            session: SessionState(facts: surroundings.facts(wanted: nil)),
            meshes: try database.memberships(), scope: .one(membership.mesh),
            now: Surroundings.now, keymap: surroundings.keymap)
        state.secondsFromUTC = Surroundings.secondsFromUTC
        try look.apply(to: &state)
        let obstacle = Terminal.obstacle(environment: surroundings.environment)
        let isPlain = screen.plain || surroundings.configuration.plain == true
        let relay = try await RelayClient.connect(
            home: surroundings.home, starting: surroundings.relayStarter)
        if once || common.json || (!isPlain && !Process.writesToTerminal) {
            let peers = try await relay.peers(mesh: membership.mesh)
            let now = Surroundings.now
            _ = state.reduce(.relay(membership.mesh, .snapshot(peers), at: now))
            _ = state.reduce(.relay(membership.mesh, .link(.live), at: now))
            let print = DashboardPrint(state, membership.slug)
            if svg {
                let theme = ThemeChoice.load(flag: screen.theme, surroundings).theme
                try Output.put(print.picture(in: theme, surroundings))
            } else {
                print.tell(json: common.json, surroundings)
            }
            return .ok
        }
        if isPlain || obstacle != nil {
            return try await DashboardLines.follow(relay.watch(mesh: membership.mesh))
        }
        let theme = ThemeChoice.load(flag: screen.theme, surroundings)
        if let problem = theme.problem { Output.complain("! " + Output.shown(problem)) }
        let screens = try Screens(theme, surroundings: surroundings)
        state.keep(MessageDrafts.kept(state.meshes.map(\.mesh), in: database))
        let run = DashboardRun(
            state, screens: screens, relay: relay, drafts: MessageDrafts(database))
        try await run.follow()
        if run.hasDraft { Output.complain("What you were writing is kept: m opens it again") }
        return .ok
    }
}
