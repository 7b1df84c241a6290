import Dashboard
import Dispatch
import Flow
import Keys
import Mesh
import MeshCrypto
import MeshProtocol
import RelayClient
import Session
import Surface
import Terminal
import Themes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The dashboard on the screen: the relay's events and keys in, frames out. Nothing is drawn when
/// nothing changed, keys are answered at once, events at most 60 times a second, and one timer is
/// armed for the next visible change that comes by itself.
@MainActor
final class DashboardRun {
    typealias Reconnect = @Sendable () async throws(SkeinError) -> RelayClient
    typealias Store = SessionStore<DashboardState, DashboardAction, DashboardEffect>

    /// Nanoseconds between two frames that no key asked for.
    private static let frame: UInt64 = 16_000_000

    private let screens: Screens
    private var relay: RelayClient
    /// Gets to a relay, and starts one where there is none; nil where it is not ours to start.
    private let reconnect: Reconnect?
    private let keep: (DashboardLook, MeshScope) -> Void
    private let store: Store
    private let drafts: MessageDrafts?
    private var timer: (any DispatchSourceTimer)?
    /// By mesh, what its events are read by.
    private var following: [MeshID: Task<Void, Never>] = [:]
    /// Starts the relay again, while there is none.
    private var recovery: Task<Void, Never>?
    private var patience = RelayPatience(now: .now)
    private var finish: CheckedContinuation<Void, Never>?
    private var failure: SkeinError?
    private var lastFrame: UInt64 = 0
    private var isFrameDue = false

    /// - Parameter keep: remembers for the next run how meshes are looked at.
    init(
        _ state: DashboardState, screens: Screens, relay: RelayClient,
        drafts: MessageDrafts? = nil, reconnect: Reconnect? = nil,
        keep: @escaping (DashboardLook, MeshScope) -> Void = { _, _ in }
    ) {
        self.drafts = drafts
        self.screens = screens
        self.relay = relay
        self.reconnect = reconnect
        self.keep = keep
        weak var run: DashboardRun?
        store = Store(
            state, reduce: { $0.reduce($1) }, perform: { effect, _ in run?.perform(effect) })
        run = self
        screens.draw = { [unowned self] size in
            store.state.view(size: size, glyphs: screens.glyphs)
        }
        screens.onInput = { [unowned self] in take($0) }
        screens.onResize = { [unowned self] in store.dispatch(.resized($0)) }
        screens.onEnd = { [unowned self] in end($0) }
        screens.onTheme = { [unowned self] outcome in
            store.dispatch(.themed(outcome))
            if finish != nil { show() }
        }
        store.dispatch(.resized(screens.size))
    }

    /// Something was written and not sent.
    var hasDraft: Bool { !store.state.drafts.isEmpty }

    /// Returns when the person leaves, with the terminal given back. A relay that ends is started
    /// again; what one cannot do is thrown. With `past` it opens at that moment.
    func follow(from past: Moment? = nil) async throws(SkeinError) {
        await withCheckedContinuation { continuation in
            finish = continuation
            show()
            for membership in store.state.meshesInSight { watch(membership.mesh) }
            if let past { store.dispatch(.look(at: past)) }
        }
        if let failure { throw failure }
    }

    private func watch(_ mesh: MeshID) {
        guard following[mesh] == nil else { return }
        guard recovery == nil else {
            // It is watched as soon as there is a relay.
            following[mesh] = Task {}
            return
        }
        let client = relay
        let watch = client.watch(mesh: mesh, topics: Set(RelayTopic.allCases))
        following[mesh] = Task { @MainActor [weak self] in
            do throws(SkeinError) {
                for try await event in watch {
                    guard !Task.isCancelled else { return }
                    self?.take(event, of: mesh)
                }
                self?.lost(Self.stopped, by: client)
            } catch {
                self?.lost(error, by: client)
            }
        }
    }

    private static let stopped = SkeinError(.relayUnreachable, "The relay has stopped")

    private func ask(_ question: DashboardQuestion) {
        guard recovery == nil else {
            return store.dispatch(.failed(question, Self.stopped))
        }
        let desk = DashboardDesk(relay: relay, meshes: store.state.meshes)
        Task { @MainActor [weak self] in
            do throws(SkeinError) {
                self?.store.dispatch(.answered(try await desk.answer(question)))
            } catch {
                self?.store.dispatch(.failed(question, error))
            }
            self?.showSoon()
        }
    }

    // MARK: - A relay that ends

    private func lost(_ error: SkeinError, by client: RelayClient) {
        // Leaving ends the feed as well, and a connection ends for all its meshes: once is enough.
        guard finish != nil, client === relay, recovery == nil else { return }
        guard error.code == .relayUnreachable, let reconnect else {
            failure = error
            return conclude()
        }
        for reading in following.values { reading.cancel() }
        let watched = Array(following.keys)
        client.close()
        recovery = Task { @MainActor [weak self] in
            var failure: SkeinError?
            while let wait = self?.announce(failure, isLost: failure == nil) {
                guard (try? await Task.sleep(for: wait)) != nil, let self else { return }
                store.dispatch(.now(Surroundings.now))
                showSoon()
                do throws(SkeinError) {
                    return found(try await reconnect(), watching: watched)
                } catch {
                    failure = error
                }
            }
        }
    }

    /// Says that there is no relay and when it is tried again; nil when the person has left.
    private func announce(_ failure: SkeinError?, isLost: Bool) -> Duration? {
        guard finish != nil else { return nil }
        let wait = patience.wait(from: .now, isLost: isLost)
        let now = Surroundings.now
        let next = now.advanced(byMilliseconds: Int64(wait / .milliseconds(1)))
        store.dispatch(.relayLost(failure, until: next, at: now))
        showSoon()
        return wait
    }

    private func found(_ client: RelayClient, watching meshes: [MeshID]) {
        recovery = nil
        guard finish != nil else { return client.close() }
        relay = client
        patience.answered(at: .now)
        let wanted = Set(meshes).union(following.keys)
        following = [:]
        store.dispatch(.relayFound)
        for mesh in wanted { watch(mesh) }
        showSoon()
    }

    /// A key may bring ages into sight that nobody kept up to date.
    private func take(_ input: InputEvent) {
        store.dispatch(.now(Surroundings.now))
        store.dispatch(.input(input))
        if finish != nil { show() }
    }

    /// An event is taken with the time it came at, so that its age begins at now.
    private func take(_ event: RelayEvent, of mesh: MeshID) {
        store.dispatch(.relay(mesh, event, at: Surroundings.now))
        showSoon()
    }

    private func show() {
        isFrameDue = false
        lastFrame = DispatchTime.now().uptimeNanoseconds
        screens.show()
        armTimer()
    }

    /// A burst of events is one frame.
    private func showSoon() {
        guard !isFrameDue, finish != nil else { return }
        let now = DispatchTime.now().uptimeNanoseconds
        guard now < lastFrame + Self.frame else { return show() }
        isFrameDue = true
        let due = DispatchTime(uptimeNanoseconds: lastFrame + Self.frame)
        DispatchQueue.main.asyncAfter(deadline: due) {
            MainActor.assumeIsolated { [weak self] in
                guard let self, isFrameDue, finish != nil else { return }
                show()
            }
        }
    }

    private func conclude() {
        guard let finish else { return }
        self.finish = nil
        for reading in following.values { reading.cancel() }
        recovery?.cancel()
        timer?.cancel()
        drafts?.flush()
        screens.terminal.resetTerminal()
        finish.resume()
    }

    private func end(_ ending: Screens.Ending) {
        var state = store.state
        if case .keep(let look, let scope)? = state.keepLook() { keep(look, scope) }
        switch ending {
        case .closed: conclude()
        case .signal(let signal):
            drafts?.flush()
            screens.terminal.resetTerminal()
            Terminal.die(of: signal)
        }
    }

    private func perform(_ effect: DashboardEffect) {
        switch effect {
        case .leave: conclude()
        case .nextTheme:
            screens.nextTheme()
            store.dispatch(.themeChosen(screens.theme.name))
        case .suspend: screens.terminal.suspend()
        case .redraw: screens.terminal.repaint()
        case .ask(let question): ask(question)
        case .watch(let mesh): watch(mesh)
        case .save(let format): store.dispatch(.saved(save(format)))
        case .notify(let text): screens.notify(text)
        case .freshID:
            let random = RandomBytes.make(10)
            store.dispatch(.fresh(MessageID(at: Surroundings.now, random: random)))
        case .keepDraft(let mesh, let draft): drafts?.keep(draft, for: mesh)
        case .keep(let look, let scope): keep(look, scope)
        case .copy(let text): store.dispatch(.copied(text, screens.terminal.copy(text)))
        }
    }

    /// Into the directory Skein was started in.
    private func save(_ format: FrameFormat) -> Result<String, SkeinError> {
        let grid = store.state.view(size: screens.size, glyphs: screens.glyphs)
        let contents =
            switch format {
            case .text: grid.text + "\n"
            case .svg: GridPicture(grid, in: screens.theme).svg + "\n"
            case .json: DashboardPrint(store.state, meshWord).json + "\n"
            }
        return Result { () throws(SkeinError) in
            try SavedFrame(contents, format).write(at: Surroundings.now)
        }
    }

    private var meshWord: String {
        let meshes = store.state.meshesInSight
        return meshes.count == 1 ? meshes[0].slug : ""
    }

    private func armTimer() {
        timer?.cancel()
        timer = nil
        let state = store.state
        guard finish != nil, let change = state.untilChange(size: screens.size) else { return }
        // Some of the time may have passed since the state was last told what time it is.
        let wait = max(0, change - max(0, Surroundings.now.milliseconds(since: state.now)))
        let timer = DispatchSource.makeTimerSource(queue: .main)
        // Ages are minutes: nobody sees a quarter of a second, and timers may be joined.
        timer.schedule(
            deadline: .now() + .milliseconds(Int(min(wait, 86_400_000)) + 5),
            leeway: .milliseconds(250))
        timer.setEventHandler { [weak self] in
            MainActor.assumeIsolated {
                self?.store.dispatch(.now(Surroundings.now))
                self?.show()
            }
        }
        timer.activate()
        self.timer = timer
    }
}

extension Surroundings {
    /// Seconds that this machine's clock on the wall is ahead of UTC now.
    static var secondsFromUTC: Int {
        var seconds = time(nil)
        var local = tm()
        guard localtime_r(&seconds, &local) != nil else { return 0 }
        return local.tm_gmtoff
    }
}
