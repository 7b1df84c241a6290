import Surface
import Text
import Widgets

/// A part of the dashboard that keys can go to. To add one, add a case, its view, and where it
/// stands in the layout.
public enum Pane: String, CaseIterable, Sendable {
    case peers, activity, details
    case queue = "messages"

    var view: any PaneView {
        switch self {
        case .peers: PeersPane()
        case .activity: ActivityPane()
        case .details: DetailsPane()
        case .queue: MessagesPane()
        }
    }
}

/// What a pane shows, and what keys and the mouse mean in it. It has no state of its own.
protocol PaneView: Sendable {
    func title(_ state: DashboardState, _ glyphs: Glyphs) -> String
    /// Draws it and returns the note of its title.
    func draw(
        _ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs
    ) -> String
    /// The keys that mean something here, in the order in which they are given up where there is
    /// no room.
    func hints(_ state: DashboardState) -> [KeyHint]
    /// Up or down by so many lines.
    func go(_ lines: Int, _ state: inout DashboardState)
    func turnWheel(_ lines: Int, _ state: inout DashboardState)
    func click(at point: Point, in content: Rect, _ state: inout DashboardState)
    /// Why there is nothing to take; nil where there is.
    func nothingToTake(_ state: DashboardState) -> String?
    func take(_ state: inout DashboardState)
}

extension PaneView {
    func title(_ state: DashboardState, _ glyphs: Glyphs) -> String { "" }
    func click(at point: Point, in content: Rect, _ state: inout DashboardState) {}
}
