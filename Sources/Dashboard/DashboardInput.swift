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
        switch overlay {
        case .palette(let field, _)?: overlay = .palette(field.applying(change), 0)
        case nil where isFiltering:
            filter.apply(change)
            applyFilter()
        default: break
        }
    }

    // MARK: - The mouse

    mutating func take(_ event: MouseEvent) -> [DashboardEffect] {
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
        switch layout?.pane(at: point) {
        case .peers?: scroll(lines)
        case .activity?:
            feed.scroll(down: lines, in: log, visible: visibleRows(of: .activity))
        case .details?: scrollDetails(lines)
        case nil: break
        }
    }

    /// Scrolls the peers; a choice that would go out of sight stays at the edge.
    private mutating func scroll(_ lines: Int) {
        let visible = visibleRows
        top = ScrollWindow.offset(
            selected: nil, count: rows.count, visible: visible, current: top + lines)
        guard let place = chosen.flatMap({ rows.place(of: $0) }) else { return }
        choose(min(max(place, top), top + visible - 1))
    }

    private mutating func click(at point: Point) {
        guard overlay == nil else { return overlay = nil }
        guard let layout else { return }
        isFiltering = false
        if let divider = layout.divider(at: point) {
            dragged = divider
        } else if let tabs = layout.tabs, tabs.contains(point) {
            if let pane = tab(at: point, in: tabs) { focus(on: pane) }
        } else if let pane = layout.pane(at: point), let frame = layout.panes[pane] {
            if focus != pane { focus(on: pane) }
            switch pane {
            case .peers: clickPeers(at: point, frame.content)
            case .activity:
                let line = point.row - frame.content.row
                if line >= 0, let number = feed.number(line, in: log) {
                    feed.limit = feed.limit ?? log.end
                    feed.chosen = number
                }
            case .details: break
            }
        }
    }

    private mutating func clickPeers(at point: Point, _ content: Rect) {
        let area = parts(ofPeers: content).table
        let table = peersTable(glyphs: .ascii)
        if let title = table.column(at: point, in: area) {
            // The first one is the sign of the status.
            sort(by: title == 0 ? "status" : columns[title - 1])
        } else if let place = table.index(at: point, in: area) {
            let wasChosen = chosen == rows[place]
            choose(place)
            if case .branch? = chosen { fold() } else if wasChosen { takeChosen() }
            showChosen()
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
