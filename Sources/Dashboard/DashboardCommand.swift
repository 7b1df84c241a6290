import Keys
import Mesh
import Widgets
import Wording

/// What can be done on the dashboard, one entry each in `all`: keys, help, and the palette are made
/// of it. To add one, add an entry.
struct DashboardCommand: Sendable {
    let action: KeyAction
    /// What help says of it, where the dashboard has more to say than the keymap.
    var explanation: String { more.map { translated($0) } ?? action.explanation }
    private let more: String?
    /// Why it can do nothing now; nil where it can.
    let obstacle: @Sendable (DashboardState) -> String?
    /// It acts on what is now, so it does nothing while another moment is looked at.
    let isOfNow: Bool
    let perform: @Sendable (inout DashboardState) -> [DashboardEffect]

    init(
        _ action: KeyAction, _ explanation: String? = nil, isOfNow: Bool = false,
        unless obstacle: @escaping @Sendable (DashboardState) -> String? = { _ in nil },
        perform: @escaping @Sendable (inout DashboardState) -> [DashboardEffect]
    ) {
        self.action = action
        more = explanation
        self.isOfNow = isOfNow
        self.obstacle = { state in (isOfNow ? state.notNow : nil) ?? obstacle(state) }
        self.perform = perform
    }

    /// One that changes only what is looked at.
    private static func change(
        _ action: KeyAction, _ explanation: String? = nil, isOfNow: Bool = false,
        unless obstacle: @escaping @Sendable (DashboardState) -> String? = { _ in nil },
        _ change: @escaping @Sendable (inout DashboardState) -> Void
    ) -> DashboardCommand {
        DashboardCommand(action, explanation, isOfNow: isOfNow, unless: obstacle) {
            change(&$0)
            return []
        }
    }

    static func of(_ action: KeyAction) -> DashboardCommand? { all.first { $0.action == action } }

    static let all: [DashboardCommand] = [
        change(.up) { $0.go(-1) },
        change(.down) { $0.go(1) },
        change(.pageUp) { $0.go(-$0.page) },
        change(.pageDown) { $0.go($0.page) },
        change(.first) { $0.go(-Int(Int32.max)) },
        change(.last) { $0.go(Int(Int32.max)) },
        change(.take, "a peer's details; in the activity, to the peer", unless: \.nothingToTake) {
            $0.focus.view.take(&$0)
        },
        change(.back, "back to the peers; then away with the filter", unless: \.nothingToLeave) {
            $0.goBack()
        },
        change(.nextRow, "go to the next pane") { $0.focusOn(by: 1) },
        change(.previousRow, "go to the pane before") { $0.focusOn(by: -1) },
        change(.filter) {
            $0.focus(on: .peers)
            $0.isFiltering = true
            $0.showChosen()
        },
        change(.sort) { $0.push(SortOverlay($0)) },
        change(.reverse) { $0.sort(by: $0.rows.shape.column) },
        change(.columns) { $0.push(ColumnsOverlay()) },
        change(.tree) { $0.group(by: $0.nextGrouping) },
        change(.fold, unless: \.noBranch) { $0.fold() },
        change(.pause, isOfNow: true) {
            $0.feed.isPaused ? $0.feed.goLive() : $0.feed.pause($0.feedLog)
        },
        change(.onePeer, unless: \.noPeerForFeed) { $0.followOnePeer() },
        DashboardCommand(.copyKey, unless: \.noPeer) { state in
            state.selected.map { [.copy($0.id)] } ?? []
        },
        DashboardCommand(.copyAddress, unless: \.noPeer) { state in
            state.address.map { [.copy($0)] } ?? []
        },
        change(.grow, unless: \.noDivider) { $0.moveDivider(by: 4) },
        change(.shrink, unless: \.noDivider) { $0.moveDivider(by: -4) },
        change(.actions, isOfNow: true, unless: \.noPeer) { $0.push(ActionsOverlay()) },
        DashboardCommand(.verify, isOfNow: true, unless: \.noStranger) { $0.openSafety() },
        change(.save) { $0.push(SaveOverlay()) },
        change(.palette) { $0.push(PaletteOverlay()) },
        change(.help) { $0.push(HelpOverlay()) },
        DashboardCommand(.nextTheme) { _ in [.nextTheme] },
        DashboardCommand(.redraw) { _ in [.redraw] },
        DashboardCommand(.suspend) { _ in [.suspend] },
        DashboardCommand(.quit) { _ in [.leave] },
        DashboardCommand(.leave, "leave the dashboard") { _ in [.leave] },
        change(.message, isOfNow: true) { $0.compose() },
        change(.messages) { $0.focus(on: .queue) },
        DashboardCommand(.inbox, isOfNow: true) { $0.openInbox() },
        DashboardCommand(.retry, isOfNow: true, unless: \.noMessageToRetry) { $0.retryMessage() },
        change(.cancel, isOfNow: true, unless: \.noMessageToCancel) { $0.askToCancel() },
        DashboardCommand(.nextMesh, unless: \.noOtherMesh) { $0.look(at: $0.nextScope) },
        DashboardCommand(.meshes) { $0.openMeshes() },
        DashboardCommand(.health) { $0.openHealth() },
        DashboardCommand(.stepBack) { $0.look(.before) },
        DashboardCommand(.stepForward, unless: \.alreadyLive) { $0.look(.after) },
        DashboardCommand(.minuteBack) { $0.look(by: -DashboardState.minute) },
        DashboardCommand(.minuteForward, unless: \.alreadyLive) {
            $0.look(by: DashboardState.minute)
        },
        change(.live, unless: \.alreadyLive) { $0.goLive() },
    ]

    static let actions = all.map(\.action)
}

extension DashboardState {
    // MARK: - Why not

    var nothingToTake: String? { focus.view.nothingToTake(self) }

    var nothingToLeave: String? {
        let isHome = focus == .peers && filter.isEmpty && feed.peer == nil
        return isHome ? translated("There is nothing to go back from") : nil
    }

    var noPeer: String? { selected == nil ? translated("Choose a peer first") : nil }
    var noPeerForFeed: String? { feed.peer == nil ? noPeer : nil }

    var noBranch: String? {
        if rows.shape.grouping == .none { return translated("There are no branches in a plain list") }
        return chosenBranch == nil ? translated("Choose a branch first") : nil
    }

    var noDivider: String? { divider == nil ? translated("There is one pane only") : nil }

    // MARK: - What the keys do

    var page: Int {
        focus == .peers ? max(1, visibleRows - 1) : max(1, visibleRows(of: focus) - 1)
    }

    /// Up or down in the pane that has the keys.
    mutating func go(_ lines: Int) { focus.view.go(lines, &self) }

    /// To a peer's row; a filter that hides it goes, and so does a fold.
    mutating func jump(to peer: PeerKey) {
        guard let known = known(peer) else {
            notice = Span(translated("That peer is not here any more"), .muted)
            return
        }
        let row = meshPeer(known.peer, in: peer.mesh)
        let filter = rows.shape.filter
        if !filter.matches(row.peer, of: row.slug, hasLeft: known.hasLeft) { narrow(to: "") }
        let branches = rows.shape.grouping.branches(of: row)
        if rows.row(of: peer) == nil, let branch = branches.first { rows.toggle(branch) }
        chosen = rows.row(of: peer) ?? chosen
        focus(on: .peers)
        showChosen()
    }

    mutating func goBack() {
        if focus != .peers {
            focus(on: .peers)
        } else if !filter.isEmpty {
            narrow(to: "")
        } else {
            feed = FeedPlace()
        }
    }

    mutating func focus(on pane: Pane) {
        focus = pane
        if pane != .peers { second = pane }
        if pane == .activity || pane == .queue { upper = pane }
        if pane == .details { detailsOffset = 0 }
        showChosen()
    }

    mutating func focusOn(by steps: Int) {
        let all = Pane.allCases
        let place = (all.firstIndex(of: focus) ?? 0) + steps + all.count
        focus(on: all[place % all.count])
    }

    /// Another tree. Meshes are branches where there are several.
    var nextGrouping: PeerGrouping {
        let all = PeerGrouping.allCases.filter { $0 != .mesh || meshesInSight.count > 1 }
        return all[((all.firstIndex(of: rows.shape.grouping) ?? 0) + 1) % all.count]
    }

    /// The branch that is chosen, or that the chosen peer stands under.
    var chosenBranch: String? {
        switch chosen {
        case .branch(let name): name
        case .peer(_, let branch): branch
        case nil: nil
        }
    }

    mutating func fold() {
        guard let branch = chosenBranch else { return }
        rows.toggle(branch)
        chosen = .branch(branch)
        showChosen()
    }

    mutating func followOnePeer() {
        if feed.peer != nil {
            feed = FeedPlace()
        } else {
            feed = FeedPlace(peer: selected)
        }
    }

    /// How a message reaches the chosen peer.
    var address: String? {
        guard let key = selected, let peer = known(key)?.peer else { return nil }
        guard let slug = membership(of: key.mesh)?.slug else { return peer.name }
        return "\(peer.name)@\(slug)"
    }

    /// The line that moves when the pane with the keys is to have more room.
    var divider: DashboardLayout.Divider? {
        guard let dividers = layout?.dividers else { return nil }
        let wanted: DashboardLayout.Divider = focus == .details ? .above : .beside
        return dividers[wanted] == nil ? dividers.keys.first : wanted
    }

    mutating func moveDivider(by percent: Int) {
        guard let divider else { return }
        let isUpper = divider == .above && focus == upper && layout?.dividers.count == 2
        let isFirst = focus == .peers || isUpper
        share(divider, (divider == .beside ? beside : above) + (isFirst ? percent : -percent))
    }

    mutating func share(_ divider: DashboardLayout.Divider, _ percent: Int) {
        switch divider {
        case .beside: beside = DashboardLayout.bounded(percent)
        case .above: above = DashboardLayout.bounded(percent)
        }
        showChosen()
    }
}
