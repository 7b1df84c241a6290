/// The one holder of a state value. Actions go in, the reducer changes the state and says what is
/// to be done outside, and whoever subscribed is told. It does nothing itself.
@MainActor
public final class SessionStore<State: Sendable, Action: Sendable, Effect: Sendable> {
    public typealias Reducer = @MainActor (inout State, Action) -> [Effect]
    public typealias Performer = @MainActor (Effect, SessionStore) -> Void

    public private(set) var state: State
    private let reduce: Reducer
    private let perform: Performer
    private var observers: [(id: Int, notify: @MainActor (State) -> Void)] = []
    private var lastObserver = 0
    private var waiting: [Action] = []
    private var isReducing = false

    public init(
        _ state: State, reduce: @escaping Reducer, perform: @escaping Performer
    ) {
        self.state = state
        self.reduce = reduce
        self.perform = perform
    }

    /// Takes one action. One that is dispatched while another is being taken waits its turn.
    public func dispatch(_ action: Action) {
        waiting.append(action)
        guard !isReducing else { return }
        isReducing = true
        defer { isReducing = false }
        while !waiting.isEmpty {
            let effects = reduce(&state, waiting.removeFirst())
            for observer in observers { observer.notify(state) }
            for effect in effects { perform(effect, self) }
        }
    }

    /// Calls `notify` after every action, until the answer is handed to `unsubscribe`.
    @discardableResult
    public func subscribe(_ notify: @escaping @MainActor (State) -> Void) -> Int {
        lastObserver += 1
        observers.append((lastObserver, notify))
        return lastObserver
    }

    public func unsubscribe(_ id: Int) { observers.removeAll { $0.id == id } }
}
