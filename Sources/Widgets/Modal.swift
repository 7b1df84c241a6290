import Surface
import Text

/// A card in the middle of what is there, which steps back behind it.
public struct Modal: Equatable, Sendable {
    public var card: Card
    /// What its content needs, without the box.
    public var content: Size

    public init(title: String, content: Size, note: String = "", role: Role = .accent) {
        card = Card(title: title, note: note, role: role)
        self.content = content
    }

    /// Draws the card and returns the rectangle for its content.
    @discardableResult
    public func draw(into grid: inout Grid, in area: Rect, glyphs: Glyphs) -> Rect {
        grid.restyle(area) { $0 = Style(.muted) }
        grid.cursor = nil
        let box = area.centered(
            Size(columns: content.columns + 2 + 2 * card.padding, rows: content.rows + 2))
        return card.draw(into: &grid, in: box, glyphs: glyphs)
    }
}
