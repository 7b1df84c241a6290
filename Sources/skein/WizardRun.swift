import Accounts
import Database
import Flow
import Keys
import Launch
import Mesh
import MeshProtocol
import Onboarding
import RelayClient
import Session
import Surface
import Terminal
import Themes

/// The wizard on the screen: keys in, frames out, effects carried out.
@MainActor
final class WizardRun {
    /// What takes the place of the hand-off.
    enum HandOff {
        case launch(Launcher, MachineDatabase)
        /// Nothing is made and nothing is started: the caller shows something else.
        case standIn
    }

    enum Outcome {
        case launch(LaunchPlan)
        /// Nil where nothing was typed that could be kept.
        case left(kept: Bool?, madeMesh: String?)
        case standIn(Screens)
    }

    typealias Store = SessionStore<OnboardingState, OnboardingAction, SessionEffect>

    private let screens: Screens
    private let handOff: HandOff
    private let surroundings: Surroundings
    private var store: Store?
    private var finish: CheckedContinuation<Outcome, Never>?
    private var keeps: Bool?
    /// The mesh that a launch made which then failed.
    private var madeMesh: String?
    private var signIn: WizardSignIn?
    /// Nil where nothing is made.
    private var joining: WizardJoining?

    init(
        session: SessionState, wrong: [SkeinError], theme: ThemeChoice.Chosen,
        surroundings: Surroundings, handOff: HandOff
    ) throws(SkeinError) {
        screens = try Screens(theme, surroundings: surroundings)
        self.handOff = handOff
        self.surroundings = surroundings
        var state = OnboardingState(session: session, keymap: surroundings.keymap)
        state.showProblems(wrong, notice: theme.problem)
        let store = Store(
            state, reduce: { $0.reduce($1) },
            perform: { [unowned self] effect, _ in perform(effect) })
        self.store = store
        signIn = WizardSignIn(surroundings) { [weak store] action in
            store?.dispatch(.session(.signIn(action)))
        } copy: { [unowned self] text in screens.terminal.copy(text) }
        if case .launch(_, let database) = handOff {
            joining = WizardJoining(surroundings, database) { [weak store] action in
                store?.dispatch(.session(.invite(action)))
            }
        }
        screens.draw = { [unowned self, unowned store] size in
            store.state.view(size: size, glyphs: screens.glyphs)
        }
        screens.onInput = { [unowned self] input in take(input) }
        screens.onEnd = { [unowned self] ending in end(ending) }
        store.subscribe { [unowned self] _ in screens.show() }
    }

    private func take(_ input: InputEvent) {
        guard let store else { return }
        switch input {
        case .key(let key)
        where surroundings.keymap.action(for: key, among: [.nextTheme], typing: true) != nil:
            screens.nextTheme()
        case .mouse(let mouse) where mouse.kind == .press:
            let place = Point(column: mouse.column, row: mouse.row)
            let choice = store.state.choice(at: place, size: screens.size, glyphs: screens.glyphs)
            if let choice { store.dispatch(.choose(choice)) }
        default: store.dispatch(.input(input))
        }
    }

    /// Returns when the wizard is over; the terminal has been given back, except for a stand-in.
    func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            finish = continuation
            store?.dispatch(.start)
            if finish != nil {
                askWhoIsOnline()
                if case .signedIn? = store?.state.session.machine.account {
                    signIn?.perform(.findMeshes)
                }
            }
        }
    }

    private func conclude(_ outcome: Outcome) {
        guard let finish else { return }
        self.finish = nil
        finish.resume(returning: outcome)
    }

    private func end(_ ending: Screens.Ending) {
        screens.terminal.resetTerminal()
        switch ending {
        case .closed: conclude(.left(kept: nil, madeMesh: madeMesh))
        case .signal(let signal): Terminal.die(of: signal)
        }
    }

    private func perform(_ effect: SessionEffect) {
        switch effect {
        case .find(let word):
            store?.dispatch(.session(.found(surroundings.find(agent: word))))
        case .launch(let offline):
            launch(offline: offline)
        case .countdown(let number):
            Task { @MainActor [weak self] in
                try? await Task.sleep(for: .seconds(1))
                self?.store?.dispatch(.session(.countdown(try: number)))
            }
        case .keepDrafts:
            guard case .launch(_, let database) = handOff, let session = store?.state.session
            else { return }
            keeps = (try? keepDrafts(of: session, in: database)) != nil
        case .forgetDrafts:
            guard case .launch(_, let database) = handOff, let session = store?.state.session
            else { return }
            try? DraftStore(database, directory: session.facts.directory).forget()
            keeps = false
        case .signIn(let effect): signIn?.perform(effect)
        case .invite(let effect): joining?.perform(effect)
        case .leave:
            signIn?.perform(.cancel)
            joining?.perform(.cancel)
            screens.terminal.resetTerminal()
            conclude(.left(kept: keeps, madeMesh: madeMesh))
        }
    }

    /// Drafts may be the first thing that is kept on this machine.
    private func keepDrafts(
        of session: SessionState, in database: MachineDatabase
    ) throws(SkeinError) {
        try surroundings.home.prepare()
        try DraftStore(database, directory: session.facts.directory).keep(session.answers)
    }

    private func launch(offline: Bool) {
        guard case .launch(let launcher, let database) = handOff, let store else {
            conclude(.standIn(screens))
            return
        }
        Task { @MainActor in
            await screens.terminal.beginHandOff()
            do throws(SkeinError) {
                try await joinOfAccount(in: store, database)
                let session = store.state.session
                let plan = try launcher.prepare(session, welcomed: true, now: Surroundings.now)
                try await Self.keep(plan, launcher, database)
                if plan.isNewMesh { madeMesh = plan.membership.slug }
                if !offline { try await launcher.register(plan) }
                screens.terminal.resetTerminal(discardingInput: false)
                conclude(.launch(plan))
            } catch {
                resume()
                let directory = store.state.session.facts.directory
                if let record = try? database.record(directory: directory) {
                    store.dispatch(.session(.remembered(record)))
                }
                store.dispatch(.session(.launchFailed(error)))
            }
        }
    }

    /// A mesh of the account's is joined first, and is one of this machine's from then on.
    private func joinOfAccount(
        in store: Store, _ database: MachineDatabase
    ) async throws(SkeinError) {
        let session = store.state.session
        guard case .ofAccount(let mesh)? = session.answers.mesh.settled else { return }
        try await surroundings.join(mesh, as: session.answers.name.settled, database)
        let record = try database.record(directory: session.facts.directory)
        store.dispatch(.session(.remembered(record)))
    }

    /// Away from the main actor: a store that another process holds may keep us waiting, and ^C is
    /// heard all the same.
    private nonisolated static func keep(
        _ plan: LaunchPlan, _ launcher: Launcher, _ database: MachineDatabase
    ) async throws(SkeinError) {
        try launcher.keep(plan)
        try DraftStore(database, directory: plan.record.directory).forget()
    }

    /// Takes the keyboard again after a launch that failed; a terminal that is gone ends the run.
    private func resume() {
        do {
            try screens.terminal.resumeAfterFailedHandOff()
        } catch {
            end(.closed)
        }
    }

    /// Fills in how many peers each mesh has, if a relay runs already. Nothing waits for it.
    private func askWhoIsOnline() {
        guard let store, store.state.session.machine.memberships.count > 1 else { return }
        let meshes = store.state.session.machine.memberships.map(\.mesh)
        let home = surroundings.home
        Task { @MainActor [weak store] in
            guard let relay = try? await RelayClient.connect(home: home, starting: nil) else { return }
            for mesh in meshes {
                if let peers = try? await relay.peers(mesh: mesh) {
                    store?.dispatch(.session(.online([mesh: peers.count])))
                }
            }
        }
    }
}
