import Surface
import Widgets

/// Where everything stands, for a size and what is looked at: three panes in a wide window, two in
/// one of 80×24, one with tabs in a small one.
struct DashboardLayout: Equatable {
    struct Frame: Equatable {
        /// The line with the pane's title.
        var rule: Rect
        var content: Rect
    }

    /// What can be dragged: the line between peers and activity, and that between upper and lower.
    enum Divider: Equatable, Sendable { case beside, above }

    private(set) var panes: [Pane: Frame] = [:]
    /// The line of tabs, where only one pane is shown.
    private(set) var tabs: Rect?
    /// The line of time, while another moment than now is looked at.
    private(set) var bar: Rect?
    private(set) var dividers: [Divider: Rect] = [:]
    /// What the dividers share.
    private(set) var shared: [Divider: Rect] = [:]

    /// Nil where the window is too small for anything.
    init?(_ state: DashboardState, _ size: Size) {
        guard let whole = Widgets.Frame.body(of: size, isDense: true) else { return nil }
        let (body, line) = whole.splitBottom(state.isLive ? 0 : 1)
        bar = state.isLive ? nil : line
        let isTall = whole.rows >= 16
        let isWide = body.columns >= 106
        let second = state.focus == .peers ? state.second : state.focus
        switch (isWide, isTall) {
        case (true, true) where whole.rows >= 20:
            let (upper, lower) = stack(body, state.above)
            panes[.details] = lower
            put(.peers, beside: state.upper, in: upper, state.beside)
        case (true, _): put(.peers, beside: second, in: body, state.beside)
        case (false, true) where body.columns >= 50:
            let (upper, lower) = stack(body, state.above)
            panes[.peers] = Self.ruled(upper)
            panes[second] = lower
        default:
            let (line, rest) = body.splitTop(1)
            tabs = line
            panes[state.focus] = Frame(
                rule: Rect(column: 0, row: 0, columns: 0, rows: 0), content: rest)
        }
    }

    /// The pane that a place belongs to, its title line among it.
    func pane(at point: Point) -> Pane? {
        Pane.allCases.first { pane in
            panes[pane].map { $0.content.contains(point) || $0.rule.contains(point) } ?? false
        }
    }

    func divider(at point: Point) -> Divider? {
        [Divider.beside, .above].first { dividers[$0]?.contains(point) ?? false }
    }

    /// The hundredths that a place divides what a divider shares into.
    func percent(of divider: Divider, at point: Point) -> Int {
        guard let area = shared[divider], !area.isEmpty else { return 50 }
        let share =
            divider == .beside
            ? (point.column - area.column) * 100 / area.columns
            : (point.row - area.row) * 100 / area.rows
        return Self.bounded(share + 1)
    }

    /// No pane is made to vanish.
    static func bounded(_ percent: Int) -> Int { min(max(15, percent), 85) }

    private static func ruled(_ area: Rect) -> Frame {
        let (rule, content) = area.splitTop(1)
        return Frame(rule: rule, content: content)
    }

    /// Upper and lower; the line between them is the lower one's rule.
    private mutating func stack(_ body: Rect, _ percent: Int) -> (upper: Rect, lower: Frame) {
        let parts = Split(.rows, percent: percent, minimum: 4).parts(of: body)
        dividers[.above] = parts.line
        shared[.above] = body
        return (parts.first, Frame(rule: parts.line, content: parts.second))
    }

    private mutating func put(_ left: Pane, beside right: Pane, in area: Rect, _ percent: Int) {
        let parts = Split(.columns, percent: percent, minimum: 30).parts(of: area)
        dividers[.beside] = parts.line
        shared[.beside] = area
        panes[left] = Self.ruled(parts.first)
        panes[right] = Self.ruled(parts.second)
        guard !parts.second.isEmpty else { return }
        // A blank on each side of the line.
        panes[left]?.content.size.columns -= 1
        panes[right]?.content.origin.column += 1
        panes[right]?.content.size.columns -= 1
    }
}
