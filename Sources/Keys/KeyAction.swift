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
    case actions, verify
    case save
    case quit
    case message, messages, inbox, retry, cancel
    case nextMesh = "next-mesh"
    case meshes, health
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
        case .actions: "actions"
        case .verify: "compare"
        case .save: "save"
        case .quit: "quit"
        case .message: "message"
        case .messages: "messages"
        case .inbox: "inbox"
        case .retry: "try again"
        case .cancel: "cancel"
        case .nextMesh: "next mesh"
        case .meshes: "meshes"
        case .health: "health"
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
        case .tree: "a tree by group, host or mesh, or a plain list"
        case .fold: "fold a branch of the tree, or open it"
        case .pause: "stop the activity, or let it go on; nothing is lost"
        case .onePeer: "only the activity of the chosen peer, or all"
        case .copyKey: "copy the peer's key"
        case .copyAddress: "copy the peer's address, name@mesh"
        case .grow: "give the pane more room"
        case .shrink: "give the pane less room"
        case .palette: "every command by name"
        case .actions: "what can be done with the chosen peer"
        case .verify: "compare the peer's safety number with its owner"
        case .save: "write what is shown into a file: text, data or a picture"
        case .quit: "leave the dashboard"
        case .message: "write a message, to the chosen peer where there is one"
        case .messages: "what waits to be sent, what was given up, what was sent lately"
        case .inbox: "your own mail: read it and answer"
        case .retry: "try a message that waits or was given up again now"
        case .cancel: "do not send a message that is still here"
        case .nextMesh: "the next mesh, and after the last all together"
        case .meshes: "choose a mesh, or all of them together"
        case .health: "how the relay and its links are"
        case .stepBack: "look at the change before"
        case .stepForward: "look at the change after"
        case .minuteBack: "look a minute back"
        case .minuteForward: "look a minute forth"
        case .live: "return to what is live"
        }
    }
}
