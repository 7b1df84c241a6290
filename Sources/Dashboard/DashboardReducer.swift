import Keys
import Mesh
import MeshProtocol
import Session

public enum DashboardAction: Equatable, Sendable {
    case input(InputEvent)
    /// A peer's row was clicked.
    case select(String)
    /// What the relay says, and when it came.
    case relay(RelayEvent, at: Moment)
    /// A visible age has changed.
    case now(Moment)
}

public enum DashboardEffect: Equatable, Sendable {
    case leave
    case nextTheme
}

extension DashboardState {
    static let offered: [KeyAction] = [
        .up, .down, .filter, .nextTheme, .help, .quit, .leave, .suspend, .redraw, .pageUp,
        .pageDown, .first, .last,
    ]

    /// The only place where the dashboard changes.
    public mutating func reduce(_ action: DashboardAction) -> [DashboardEffect] {
        switch action {
        case .now(let moment):
            now = moment
        case .relay(let event, let moment):
            now = moment
            let rowBefore = selectedIndex
            _ = session.reduce(.relay(event))
            keepSelection(near: rowBefore)
        case .select(let id):
            if session.presence.peers[id] != nil { selected = id }
        case .input(.key(let key)):
            return isFiltering ? typeFilter(key) : press(key)
        case .input(.paste(let text)):
            if isFiltering { filter += text.filter { !$0.isNewline }.prefix(200) }
        case .input(.mouse(let event)):
            if event.kind == .wheelUp { move(-1) }
            if event.kind == .wheelDown { move(1) }
        }
        return []
    }

    private mutating func press(_ key: Key) -> [DashboardEffect] {
        if showsHelp, keymap.action(for: key, among: [.leave]) == nil {
            showsHelp = false
            return []
        }
        switch keymap.action(for: key, among: Self.offered) {
        case .up: move(-1)
        case .down: move(1)
        case .pageUp: move(-10)
        case .pageDown: move(10)
        case .first: selected = peers.first?.id
        case .last: selected = peers.last?.id
        case .filter: isFiltering = true
        case .help: showsHelp = true
        case .nextTheme: return [.nextTheme]
        case .quit, .leave: return [.leave]
        default:
            if key == .escape { filter = "" }
        }
        return []
    }

    private mutating func typeFilter(_ key: Key) -> [DashboardEffect] {
        switch key {
        case .control("c"): return [.leave]
        case .enter: isFiltering = false
        case .escape:
            isFiltering = false
            filter = ""
        case .backspace: _ = filter.popLast()
        case .control("u"): filter = ""
        case .up: move(-1)
        case .down: move(1)
        case .text(let text): if filter.count < 200 { filter += text }
        default: break
        }
        return []
    }

    private mutating func move(_ distance: Int) {
        let peers = peers
        guard !peers.isEmpty else { return }
        let from = selectedIndex ?? (distance > 0 ? -1 : peers.count)
        selected = peers[min(max(0, from + distance), peers.count - 1)].id
    }

    /// A chosen peer that left gives way to the one that took its row.
    private mutating func keepSelection(near row: Int?) {
        guard let row, selectedIndex == nil else { return }
        let peers = peers
        selected = peers.isEmpty ? nil : peers[min(row, peers.count - 1)].id
    }
}
