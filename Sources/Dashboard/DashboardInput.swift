import Keys
import Surface
import Widgets

/// Keys and the mouse, to what they mean where they are used.
extension DashboardState {
    mutating func take(_ key: Key) -> [DashboardEffect] {
        if overlay != nil { return pressInOverlay(key) }
        if isFiltering { return typeFilter(key) }
        guard let action = keymap.action(for: key, among: DashboardCommand.actions),
            let command = DashboardCommand.of(action)
        else { return [] }
        return run(command)
    }

    mutating func run(_ command: DashboardCommand) -> [DashboardEffect] {
        if let obstacle = command.obstacle(self) {
            notice = Span(obstacle, .muted)
            return []
        }
        return command.perform(&self)
    }

    // MARK: - Typing

    private mutating func typeFilter(_ key: Key) -> [DashboardEffect] {
        if let action = keymap.action(
            for: key, among: DashboardCommand.actions, typing: true)
        {
            switch action {
            case .take: isFiltering = false
            case .back:
                isFiltering = false
                narrow(to: "")
            case .up, .down, .pageUp, .pageDown, .help, .leave, .nextTheme, .redraw, .suspend:
                return DashboardCommand.of(action).map { run($0) } ?? []
            default: break
            }
        }
        if let change = FieldEdit(key) { edit(change) }
        showChosen()
        return []
    }

    /// Changes the text that is being typed.
    mutating func edit(_ change: FieldEdit) {
        if overlay != nil { return editInOverlay(change) }
        guard isFiltering else { return }
        filter.apply(change)
        applyFilter()
    }

    // MARK: - The mouse

    mutating func take(_ event: MouseEvent) -> [DashboardEffect] {
        if let effects = scrub(event) { return effects }
        let point = Point(column: event.column, row: event.row)
        switch event.kind {
        case .wheelUp, .wheelDown: turnWheel(event.kind == .wheelUp ? -3 : 3, at: point)
        case .drag:
            if let dragged, let layout { share(dragged, layout.percent(of: dragged, at: point)) }
        case .release: dragged = nil
        case .press:
            notice = nil
            click(at: point)
        }
        return []
    }

    private mutating func turnWheel(_ lines: Int, at point: Point) {
        guard overlay == nil else { return moveInOverlay(lines.signum()) }
        layout?.pane(at: point)?.view.turnWheel(lines, &self)
    }

    private mutating func click(at point: Point) {
        guard overlay == nil else { return dismiss() }
        guard let layout else { return }
        isFiltering = false
        if let divider = layout.divider(at: point) {
            dragged = divider
        } else if let tabs = layout.tabs, tabs.contains(point) {
            if let pane = tab(at: point, in: tabs) { focus(on: pane) }
        } else if let pane = layout.pane(at: point), let frame = layout.panes[pane] {
            if focus != pane { focus(on: pane) }
            pane.view.click(at: point, in: frame.content, &self)
        }
    }
}

extension FieldEdit {
    /// What a key does to a text that is typed; nil for one that does nothing.
    init?(_ key: Key) {
        switch key {
        case .text(let text): self = .insert(text)
        case .backspace: self = .backspace
        case .delete: self = .delete
        case .left: self = .left
        case .right: self = .right
        case .home: self = .home
        case .end: self = .end
        case .control("w"): self = .deleteWord
        case .control("u"): self = .deleteToStart
        case .control("k"): self = .deleteToEnd
        case .alt("b"): self = .wordLeft
        case .alt("f"): self = .wordRight
        default: return nil
        }
    }
}
