import Dashboard
import Dispatch
import Flow
import Keys
import Mesh
import MeshProtocol
import RelayClient
import Session
import Surface
import Terminal

/// The dashboard on the screen: the relay's events and keys in, frames out. Nothing is drawn when
/// nothing changed, and one timer is armed for the next visible age.
@MainActor
final class DashboardRun {
    typealias Store = SessionStore<DashboardState, DashboardAction, DashboardEffect>

    private let screens: Screens
    private let store: Store
    private var timer: (any DispatchSourceTimer)?
    private var following: Task<Void, Never>?
    private var finish: CheckedContinuation<Void, Never>?
    private var failure: SkeinError?

    init(_ state: DashboardState, screens: Screens) {
        self.screens = screens
        weak var run: DashboardRun?
        store = Store(
            state, reduce: { $0.reduce($1) }, perform: { effect, _ in run?.perform(effect) })
        run = self
        screens.draw = { [unowned self] size in
            store.state.view(size: size, glyphs: screens.glyphs)
        }
        screens.onInput = { [unowned self] in take($0) }
        screens.onEnd = { [unowned self] in end($0) }
        store.subscribe { [unowned self] _ in
            screens.show()
            armTimer()
        }
    }

    /// Returns when the person leaves, with the terminal given back. What the relay cannot do is
    /// thrown then.
    func follow(_ watch: RelayWatch) async throws(SkeinError) {
        await withCheckedContinuation { continuation in
            finish = continuation
            screens.show()
            following = Task { @MainActor [weak self] in
                do throws(SkeinError) {
                    for try await event in watch { self?.take(event) }
                    self?.lost(SkeinError(.relayUnreachable, "The relay has stopped"))
                } catch {
                    self?.lost(error)
                }
            }
        }
        if let failure { throw failure }
    }

    private func take(_ input: InputEvent) {
        if case .mouse(let mouse) = input, mouse.kind == .press {
            let place = Point(column: mouse.column, row: mouse.row)
            let peer = store.state.peer(at: place, size: screens.size, glyphs: screens.glyphs)
            if let peer { store.dispatch(.select(peer)) }
        } else {
            store.dispatch(.input(input))
        }
    }

    /// An event is taken with the time it came at, so that its age begins at now.
    private func take(_ event: RelayEvent) {
        store.dispatch(.relay(event, at: Surroundings.now))
    }

    private func lost(_ error: SkeinError) {
        // Leaving ends the feed as well: that is no failure.
        guard finish != nil else { return }
        failure = error
        conclude()
    }

    private func conclude() {
        guard let finish else { return }
        self.finish = nil
        following?.cancel()
        timer?.cancel()
        screens.terminal.resetTerminal()
        finish.resume()
    }

    private func end(_ ending: Screens.Ending) {
        switch ending {
        case .closed: conclude()
        case .signal(let signal):
            screens.terminal.resetTerminal()
            Terminal.die(of: signal)
        }
    }

    private func perform(_ effect: DashboardEffect) {
        switch effect {
        case .leave: conclude()
        case .nextTheme: screens.nextTheme()
        }
    }

    private func armTimer() {
        timer?.cancel()
        timer = nil
        guard let wait = store.state.untilChange(size: screens.size) else { return }
        let timer = DispatchSource.makeTimerSource(queue: .main)
        // Ages are minutes: nobody sees a quarter of a second, and timers may be joined.
        timer.schedule(
            deadline: .now() + .milliseconds(Int(wait) + 5), leeway: .milliseconds(250))
        timer.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.store.dispatch(.now(Surroundings.now)) }
        }
        timer.activate()
        self.timer = timer
    }
}
