import Flow
import Session
import Surface
import Text
import Widgets

/// The wizard as cells: a pure function of the state and the size.
extension OnboardingState {
    public func view(size: Size, glyphs: Glyphs) -> Grid {
        drawn(size, glyphs).grid
    }

    /// The choice that stands at a place, for the mouse.
    public func choice(at point: Point, size: Size, glyphs: Glyphs) -> Int? {
        drawn(size, glyphs).list.flatMap { $0.picker.index(at: point, in: $0.area) }
    }

    /// The list that can be taken from, and where it stands.
    struct PlacedList {
        var picker: Picker
        var area: Rect
    }

    private func drawn(_ size: Size, _ glyphs: Glyphs) -> (grid: Grid, list: PlacedList?) {
        var grid = Grid(size)
        let flow = LaunchFlow.launch
        let progress = flow.progress(in: session).map { Strings.progress($0.step, $0.of) } ?? ""
        let frame = Frame(
            header: Header(Strings.flowTitle, note: progress), keys: KeyLine(hints))
        guard let body = frame.draw(into: &grid, glyphs: glyphs) else { return (grid, nil) }
        let column = body.splitLeft(min(body.columns, Self.widest)).left
        var list: PlacedList?
        switch session.handOff == .registering ? .handoff : flow.current(in: session)?.screen {
        case .welcome: list = drawWelcome(&grid, column, glyphs)
        case .handoff: drawHandOff(&grid, column, glyphs)
        default: list = drawQuestion(&grid, column, glyphs)
        }
        if let overlay = session.overlays.top { list = draw(overlay, &grid, body, glyphs) }
        return (grid, list)
    }

    /// Lines longer than this are hard to read.
    private static var widest: Int { 100 }

    private func drawWelcome(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) -> PlacedList {
        var rest = area
        for line in Strings.promise {
            let (top, below) = rest.splitTop(
                Paragraph(line).height(columns: rest.columns))
            Paragraph(line).draw(into: &grid, in: top, glyphs: glyphs)
            rest = below
        }
        rest = rest.splitTop(1).rest
        let (rows, below) = rest.splitTop(foundRows.count)
        StatusRows(foundRows).draw(into: &grid, in: rows, glyphs: glyphs)
        return drawChoices(&grid, below.splitTop(1).rest, glyphs)
    }

    private func drawHandOff(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let title = session.answers.agent.value.flatMap { session.facts.agent($0)?.title } ?? ""
        let (rows, rest) = area.splitTop(min(settledRows.count, max(0, area.rows - 2)))
        StatusRows(settledRows).draw(into: &grid, in: rows, glyphs: glyphs)
        Paragraph(Strings.starting(title), .accent).draw(
            into: &grid, in: rest.splitTop(1).rest, glyphs: glyphs)
    }

    private func drawQuestion(
        _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs
    ) -> PlacedList? {
        guard let question = editor.question else { return nil }
        let rows = settledRows
        let content = 1 + (editor.isTextOnly ? TextField.height : max(4, min(8, choices.count + 1)))
        let roomForRows = min(rows.count, max(2, area.rows - content - 1))
        let (top, rest) = area.splitTop(roomForRows)
        StatusRows(rows).draw(into: &grid, in: top, glyphs: glyphs)
        let gap = rest.rows > content ? 1 : 0
        let (title, below) = rest.splitTop(gap).rest.splitTop(1)
        Paragraph(Strings.question(question), .title).draw(into: &grid, in: title, glyphs: glyphs)
        guard editor.isTextOnly else { return drawChoices(&grid, below, glyphs) }
        let hint = question == .name ? Strings.namePlaceholder : Strings.groupsPlaceholder
        TextField(editor.field, placeholder: hint, error: notice).draw(
            into: &grid, in: below.splitLeft(min(below.columns, 48)).left, glyphs: glyphs)
        return nil
    }

    private func drawChoices(
        _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs
    ) -> PlacedList {
        var list = area
        if let notice, session.overlays.isEmpty {
            let (rest, line) = area.splitBottom(1)
            Paragraph("\(glyphs.failed) \(notice)", .danger).draw(into: &grid, in: line, glyphs: glyphs)
            list = rest
        }
        let isFiltered = editor.filters && !editor.field.text.isEmpty
        let all = editor.question.map { session.choices(for: $0, typed: "") } ?? []
        // Beneath an overlay stands what it interrupts, not its own entries.
        let shown = editor.question.map { session.choices(for: $0, typed: editor.field.text) } ?? []
        let picker = Picker(
            shown.map(\.item), selected: editor.selection,
            filter: isFiltered ? editor.field.text : nil,
            total: all.count { $0.taking != .nothing })
        picker.draw(into: &grid, in: list, glyphs: glyphs)
        return PlacedList(picker: picker, area: list)
    }
}

extension Choice {
    var item: PickerItem { PickerItem(title, detail: detail, disabledReason: disabled) }
}
