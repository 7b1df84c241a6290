/// What a key can do, by name. The same action keeps the same key on every screen.
public enum KeyAction: String, CaseIterable, Hashable, Sendable {
    case up, down
    case pageUp = "page-up"
    case pageDown = "page-down"
    case first, last
    case take
    case back
    case nextRow = "next-row"
    case previousRow = "previous-row"
    case help
    case leave
    case suspend
    case redraw
    case nextTheme = "next-theme"
    case filter
    case sort, reverse, columns, tree, fold
    case pause
    case onePeer = "one-peer"
    case copyKey = "copy-key"
    case copyAddress = "copy-address"
    case grow, shrink
    case palette
    case quit
    case stepBack = "step-back"
    case stepForward = "step-forward"
    case minuteBack = "minute-back"
    case minuteForward = "minute-forward"
    case live

    /// What the key line says of it.
    public var label: String {
        switch self {
        case .up, .down: "choose"
        case .pageUp, .pageDown: "page"
        case .first, .last: "ends"
        case .take: "take"
        case .back: "back"
        case .nextRow, .previousRow: "other row"
        case .help: "help"
        case .leave: "leave"
        case .suspend: "suspend"
        case .redraw: "redraw"
        case .nextTheme: "theme"
        case .filter: "filter"
        case .sort: "sort"
        case .reverse: "reverse"
        case .columns: "columns"
        case .tree: "tree"
        case .fold: "fold"
        case .pause: "pause"
        case .onePeer: "one peer"
        case .copyKey: "copy key"
        case .copyAddress: "copy address"
        case .grow: "wider"
        case .shrink: "narrower"
        case .palette: "commands"
        case .quit: "quit"
        case .stepBack: "before"
        case .stepForward: "after"
        case .minuteBack: "-1m"
        case .minuteForward: "+1m"
        case .live: "live"
        }
    }

    /// What help says of it.
    public var explanation: String {
        switch self {
        case .up: "the entry above"
        case .down: "the entry below"
        case .pageUp: "a page up"
        case .pageDown: "a page down"
        case .first: "the first entry"
        case .last: "the last entry"
        case .take: "take what is chosen or typed"
        case .back: "go back one step; what was answered stays as the draft"
        case .nextRow: "go to the next row"
        case .previousRow: "go to the row before"
        case .help: "every key of this screen"
        case .leave: "leave; says what was kept"
        case .suspend: "suspend; fg brings everything back"
        case .redraw: "draw the screen again"
        case .nextTheme: "the next theme"
        case .filter: "show only peers that match what is typed"
        case .sort: "choose what the peers are sorted by"
        case .reverse: "sort the other way"
        case .columns: "choose the columns and their order"
        case .tree: "a tree by group, by host, or a plain list"
        case .fold: "fold a branch of the tree, or open it"
        case .pause: "stop the activity, or let it go on; nothing is lost"
        case .onePeer: "only the activity of the chosen peer, or all"
        case .copyKey: "copy the peer's key"
        case .copyAddress: "copy the peer's address, name@mesh"
        case .grow: "give the pane more room"
        case .shrink: "give the pane less room"
        case .palette: "every command by name"
        case .quit: "leave the dashboard"
        case .stepBack: "look at the change before"
        case .stepForward: "look at the change after"
        case .minuteBack: "look a minute back"
        case .minuteForward: "look a minute forth"
        case .live: "return to what is live"
        }
    }
}
