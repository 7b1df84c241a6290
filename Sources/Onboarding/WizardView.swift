import Flow
import Session
import Surface
import Text
import Widgets

/// The wizard as cells: a pure function of the state and the size.
extension OnboardingState {
    public func view(size: Size, glyphs: Glyphs) -> Grid {
        var grid = Grid(size)
        let flow = LaunchFlow.launch
        let progress = flow.progress(in: session).map { Strings.progress($0.step, $0.of) } ?? ""
        let frame = Frame(
            header: Header(Strings.flowTitle, note: progress), keys: KeyLine(hints))
        guard let body = frame.draw(into: &grid, glyphs: glyphs) else { return grid }
        let column = body.splitLeft(min(body.columns, Self.widest)).left
        switch session.handOff == .registering ? .handoff : flow.current(in: session)?.screen {
        case .welcome: drawWelcome(&grid, column, glyphs)
        case .handoff: drawHandOff(&grid, column, glyphs)
        default: drawQuestion(&grid, column, glyphs)
        }
        if let overlay = session.overlays.top { draw(overlay, &grid, body, glyphs) }
        return grid
    }

    /// Lines longer than this are hard to read.
    private static var widest: Int { 100 }

    private func drawWelcome(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
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
        drawChoices(&grid, below.splitTop(1).rest, glyphs)
    }

    private func drawHandOff(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let title = session.answers.agent.value.flatMap { session.facts.agent($0)?.title } ?? ""
        let (rows, rest) = area.splitTop(min(settledRows.count, max(0, area.rows - 2)))
        StatusRows(settledRows).draw(into: &grid, in: rows, glyphs: glyphs)
        Paragraph(Strings.starting(title), .accent).draw(
            into: &grid, in: rest.splitTop(1).rest, glyphs: glyphs)
    }

    private func drawQuestion(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        guard let question = editor.question else { return }
        let rows = settledRows
        let content = 1 + (editor.isTextOnly ? TextField.height : max(4, min(8, choices.count + 1)))
        let roomForRows = min(rows.count, max(2, area.rows - content - 1))
        let (top, rest) = area.splitTop(roomForRows)
        StatusRows(rows).draw(into: &grid, in: top, glyphs: glyphs)
        let gap = rest.rows > content ? 1 : 0
        let (title, below) = rest.splitTop(gap).rest.splitTop(1)
        Paragraph(Strings.question(question), .title).draw(into: &grid, in: title, glyphs: glyphs)
        if editor.isTextOnly {
            let placeholder = question == .name ? Strings.namePlaceholder : Strings.groupsPlaceholder
            TextField(editor.field, placeholder: placeholder, error: notice).draw(
                into: &grid, in: below.splitLeft(min(below.columns, 48)).left, glyphs: glyphs)
        } else {
            drawChoices(&grid, below, glyphs)
        }
    }

    private func drawChoices(_ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        var list = area
        if let notice {
            let (rest, line) = area.splitBottom(1)
            Paragraph("\(glyphs.failed) \(notice)", .danger).draw(into: &grid, in: line, glyphs: glyphs)
            list = rest
        }
        let isFiltered = editor.filters && !editor.field.text.isEmpty
        let all = editor.question.map { session.choices(for: $0, typed: "") } ?? []
        Picker(
            choices.map(\.item), selected: editor.selection,
            filter: isFiltered ? editor.field.text : nil,
            total: all.count { $0.taking != .nothing }
        ).draw(into: &grid, in: list, glyphs: glyphs)
    }
}

extension Choice {
    var item: PickerItem { PickerItem(title, detail: detail, disabledReason: disabled) }
}
