import ArgumentParser
import Dashboard
import Mesh
import MeshProtocol
import RelayClient
import Session
import Terminal
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `skein dashboard`: every peer of the mesh, live.
struct DashboardVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "dashboard", abstract: "Show every peer of a mesh, live.")

    @Option(name: .long, help: "The mesh; without it the only one, or the one used last.")
    var mesh: String?
    @Flag(name: .long, help: "All meshes together.")
    var all = false
    @Flag(name: .long, help: "Print one frame as text, and end.")
    var once = false
    @Flag(name: .long, help: "With --once, the frame as a picture (SVG).")
    var svg = false
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
        if svg, !once || common.json {
            throw SkeinError(
                .arguments, "--svg goes with --once, and without --json",
                hint: "As in: skein dashboard --once --svg >mesh.svg")
        }
        guard !all || mesh == nil else {
            throw SkeinError(.arguments, "--all and --mesh cannot be had together")
        }
        let surroundings = try Surroundings()
        surroundings.tellWarnings()
        let membership = try surroundings.membership(called: mesh)
        let database = try surroundings.openDatabase()
        let meshes = try database.memberships()
        var state = DashboardState(
            session: SessionState(facts: surroundings.facts(wanted: nil)),
            meshes: meshes, scope: all ? .all : .one(membership.mesh),
            now: Surroundings.now, keymap: surroundings.keymap)
        state.secondsFromUTC = Surroundings.secondsFromUTC
        let past = try pastMoment()
        let obstacle = Terminal.obstacle(environment: surroundings.environment)
        let isPlain = screen.plain || surroundings.configuration.plain == true
        let isPrinted = once || common.json || (!isPlain && !Process.writesToTerminal)
        let looks = LookStore(database: database)
        // A script sees what it asks for, whatever a person looked at.
        let isOnScreen = !isPrinted && !isPlain && obstacle == nil
        if isOnScreen { state.recall(looks.looks(of: meshes)) }
        try look.apply(to: &state)
        state.settleLook()
        let (home, starter) = (surroundings.home, surroundings.relayStarter)
        let relay = try await RelayClient.connect(home: home, starting: starter)
        if isPrinted {
            if let past {
                let desk = DashboardDesk(relay: relay, meshes: meshes)
                try await desk.look(at: past, in: &state)
            } else {
                try await Self.read(&state, from: relay)
            }
            let print = DashboardPrint(state, all ? nil : membership.slug)
            if svg {
                let theme = ThemeChoice.load(flag: screen.theme, surroundings).theme
                try Output.put(print.picture(in: theme, surroundings))
            } else {
                print.tell(json: common.json, surroundings)
            }
            return .ok
        }
        guard isOnScreen else {
            guard past == nil else {
                throw SkeinError(
                    .arguments, "As lines it tells what happens now, not what was",
                    hint: "Give --once with --at")
            }
            return try await DashboardLines.follow(state.meshesInSight, relay)
        }
        let theme = ThemeChoice.load(flag: screen.theme, surroundings)
        if let problem = theme.problem { Output.complain("! " + Output.shown(problem)) }
        let screens = try Screens(theme, surroundings: surroundings)
        state.keep(MessageDrafts.kept(state.meshes.map(\.mesh), in: database))
        let run = DashboardRun(
            state, screens: screens, relay: relay, drafts: MessageDrafts(database),
            reconnect: { () async throws(SkeinError) -> RelayClient in
                // A home that was removed is not made again behind anybody's back.
                guard access(home.machineDatabasePath, F_OK) == 0 else {
                    throw SkeinError(
                        .relayUnreachable, "What Skein kept here is gone",
                        hint: "Leave with q, and run skein")
                }
                return try await RelayClient.connect(home: home, starting: starter)
            }
        ) { look, scope in looks.keep(look, of: scope) }
        try await run.follow(from: past)
        if run.hasDraft { Output.complain("What you were writing is kept: m opens it again") }
        return .ok
    }

    /// Who is on the meshes in sight. Of several, one that cannot be asked is complained of; where
    /// none can be, that is the failure.
    private static func read(
        _ state: inout DashboardState, from relay: RelayClient
    ) async throws(SkeinError) {
        let meshes = state.meshesInSight
        let answers = await withTaskGroup(
            of: (MeshID, Result<[Peer], SkeinError>).self
        ) { group in
            for membership in meshes {
                group.addTask { (membership.mesh, await peers(of: membership.mesh, from: relay)) }
            }
            var answers: [MeshID: Result<[Peer], SkeinError>] = [:]
            for await (mesh, answer) in group { answers[mesh] = answer }
            return answers
        }
        let now = Surroundings.now
        var first: SkeinError?
        var isReached = false
        for membership in meshes {
            switch answers[membership.mesh] {
            case .success(let peers):
                isReached = true
                _ = state.reduce(.relay(membership.mesh, .link(.live), at: now))
                _ = state.reduce(.relay(membership.mesh, .snapshot(peers), at: now))
            case .failure(let error):
                first = first ?? error
                if meshes.count > 1 {
                    Output.complain("! \(membership.slug): " + Output.shown(error.message))
                }
                let link = LinkState.retrying(reason: error.message, at: now)
                _ = state.reduce(.relay(membership.mesh, .link(link), at: now))
            case nil: break
            }
        }
        if let first, !isReached { throw first }
    }

    private static func peers(
        of mesh: MeshID, from relay: RelayClient
    ) async -> Result<[Peer], SkeinError> {
        do throws(SkeinError) {
            return .success(try await relay.peers(mesh: mesh))
        } catch {
            return .failure(error)
        }
    }

    private func pastMoment() throws(SkeinError) -> Moment? {
        guard let at else { return nil }
        return try PastTime.moment(at, now: Surroundings.now)
    }
}
