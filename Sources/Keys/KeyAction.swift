import Wording

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
        case .up, .down: translated("choose")
        case .pageUp, .pageDown: translated("page")
        case .first, .last: translated("ends")
        case .take: translated("take")
        case .back: translated("back")
        case .nextRow, .previousRow: translated("other row")
        case .help: translated("help")
        case .leave: translated("leave")
        case .suspend: translated("suspend")
        case .redraw: translated("redraw")
        case .nextTheme: translated("theme")
        case .filter: translated("filter")
        case .sort: translated("sort")
        case .reverse: translated("reverse")
        case .columns: translated("columns")
        case .tree: translated("tree")
        case .fold: translated("fold")
        case .pause: translated("pause")
        case .onePeer: translated("one peer")
        case .copyKey: translated("copy key")
        case .copyAddress: translated("copy address")
        case .grow: translated("wider")
        case .shrink: translated("narrower")
        case .palette: translated("commands")
        case .actions: translated("actions")
        case .verify: translated("compare")
        case .save: translated("save")
        case .quit: translated("quit")
        case .message: translated("message")
        case .messages: translated("messages")
        case .inbox: translated("inbox")
        case .retry: translated("try again")
        case .cancel: translated("cancel")
        case .nextMesh: translated("next mesh")
        case .meshes: translated("meshes")
        case .health: translated("health")
        case .stepBack: translated("before")
        case .stepForward: translated("after")
        case .minuteBack: "-1m"
        case .minuteForward: "+1m"
        case .live: translated("live")
        }
    }

    /// What help says of it.
    public var explanation: String {
        switch self {
        case .up: translated("the entry above")
        case .down: translated("the entry below")
        case .pageUp: translated("a page up")
        case .pageDown: translated("a page down")
        case .first: translated("the first entry")
        case .last: translated("the last entry")
        case .take: translated("take what is chosen or typed")
        case .back: translated("go back one step; what was answered stays as the draft")
        case .nextRow: translated("go to the next row")
        case .previousRow: translated("go to the row before")
        case .help: translated("every key of this screen")
        case .leave: translated("leave; says what was kept")
        case .suspend: translated("suspend; fg brings everything back")
        case .redraw: translated("draw the screen again")
        case .nextTheme: translated("the next theme")
        case .filter: translated("show only peers that match what is typed")
        case .sort: translated("choose what the peers are sorted by")
        case .reverse: translated("sort the other way")
        case .columns: translated("choose the columns and their order")
        case .tree: translated("a tree by group, host or mesh, or a plain list")
        case .fold: translated("fold a branch of the tree, or open it")
        case .pause: translated("stop the activity, or let it go on; nothing is lost")
        case .onePeer: translated("only the activity of the chosen peer, or all")
        case .copyKey: translated("copy the peer's key")
        case .copyAddress: translated("copy the peer's address, name@mesh")
        case .grow: translated("give the pane more room")
        case .shrink: translated("give the pane less room")
        case .palette: translated("every command by name")
        case .actions: translated("what can be done with the chosen peer")
        case .verify: translated("compare the peer's safety number with its owner")
        case .save: translated("write what is shown into a file: text, data or a picture")
        case .quit: translated("leave the dashboard")
        case .message: translated("write a message, to the chosen peer where there is one")
        case .messages: translated("what waits to be sent, what was given up, what was sent lately")
        case .inbox: translated("your own mail: read it and answer")
        case .retry: translated("try a message that waits or was given up again now")
        case .cancel: translated("do not send a message that is still here")
        case .nextMesh: translated("the next mesh, and after the last all together")
        case .meshes: translated("choose a mesh, or all of them together")
        case .health: translated("how the relay and its links are")
        case .stepBack: translated("look at the change before")
        case .stepForward: translated("look at the change after")
        case .minuteBack: translated("look a minute back")
        case .minuteForward: translated("look a minute forth")
        case .live: translated("return to what is live")
        }
    }
}
