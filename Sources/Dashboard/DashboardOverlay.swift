import Keys
import Surface
import Text
import Widgets

/// An interrupt above the panes: it has the keys until it goes. To add one, copy a file of
/// `Overlays` and push it from a command.
protocol DashboardOverlay: Sendable {
    /// Whether letters are text.
    var isTyping: Bool { get }
    func hints(_ state: DashboardState) -> [KeyHint]
    /// Moves what is chosen in it by so many lines.
    mutating func move(_ lines: Int, _ state: DashboardState)
    /// A text that is typed changes.
    mutating func edit(_ change: FieldEdit, _ state: DashboardState)
    /// What the overlays do not have in common.
    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect]
    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs)
    /// Milliseconds until something in it changes by itself; nil where nothing does.
    func untilChange(_ state: DashboardState) -> Int64?
}

extension DashboardOverlay {
    var isTyping: Bool { false }
    func untilChange(_ state: DashboardState) -> Int64? { nil }
    mutating func move(_ lines: Int, _ state: DashboardState) {}
    mutating func edit(_ change: FieldEdit, _ state: DashboardState) {}

    /// A list in a box.
    func draw(
        _ picker: Picker, _ title: String, note: String = "", height: Int? = nil,
        _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs
    ) {
        let content = Size(
            columns: min(64, area.columns - 4), rows: min(height ?? picker.height, area.rows - 2))
        let inner = Modal(title: title, content: content, note: note).draw(
            into: &grid, in: area, glyphs: glyphs)
        picker.draw(into: &grid, in: inner, glyphs: glyphs)
    }

    /// A line of a list, so many further, within it.
    func moved(_ line: Int, _ lines: Int, _ count: Int) -> Int {
        min(max(0, line + lines), max(0, count - 1))
    }
}

extension DashboardState {
    /// The topmost one.
    var overlay: (any DashboardOverlay)? { overlays.last }

    mutating func push(_ overlay: any DashboardOverlay) { overlays.append(overlay) }

    /// The topmost one goes.
    mutating func dismiss() { if !overlays.isEmpty { overlays.removeLast() } }

    /// The topmost one becomes another.
    mutating func replace(_ overlay: any DashboardOverlay) {
        dismiss()
        push(overlay)
    }

    mutating func pressInOverlay(_ key: Key) -> [DashboardEffect] {
        guard let top = overlay else { return [] }
        let action = keymap.action(
            for: key, among: DashboardCommand.actions, typing: top.isTyping)
        switch action {
        case .leave: return [.leave]
        case .nextTheme: return [.nextTheme]
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .up: moveInOverlay(-1)
        case .down: moveInOverlay(1)
        case .pageUp: moveInOverlay(-8)
        case .pageDown: moveInOverlay(8)
        case .first where !top.isTyping: moveInOverlay(-1000)
        case .last where !top.isTyping: moveInOverlay(1000)
        case .back: dismiss()
        default: return top.press(action, key, &self)
        }
        return []
    }

    mutating func moveInOverlay(_ lines: Int) {
        guard var top = overlay else { return }
        top.move(lines, self)
        replace(top)
    }

    mutating func editInOverlay(_ change: FieldEdit) {
        guard var top = overlay else { return }
        top.edit(change, self)
        replace(top)
    }
}
