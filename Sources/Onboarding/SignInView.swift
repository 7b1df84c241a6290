import Session
import Surface
import Text
import Widgets

/// A sign-in as cells, and the overlays that ask for one line.
extension OnboardingState {
    /// The code, the page, and beside them the page as a QR code where there is room.
    func draw(
        _ signIn: SignInState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs
    ) -> PlacedList {
        let choices = session.choices(for: .signIn)
        let picker = Picker(choices.map(\.item), selected: overlaySelection)
        // A picture may hide the header; nothing else is looked at while one holds a camera to it.
        let tall = Rect(column: area.column, row: 0, columns: area.columns, rows: area.endRow)
        let page = signIn.code?.fullPage
        let small = page.flatMap { QRPicture($0, in: area, glyphs) }
        let picture = small ?? page.flatMap { QRPicture($0, in: tall, glyphs) }
        let area = small == nil && picture != nil ? tall : area
        let textColumns =
            picture.map { min(44, area.columns - 4 - $0.columns - 2) } ?? min(68, area.columns - 4)
        let lines = Self.lines(signIn)
        let textRows = lines.reduce(0) { $0 + $1.height(columns: textColumns) }
        let wanted = max(textRows + 1 + choices.count, picture?.rows ?? 0)
        let content = Size(
            columns: textColumns + (picture.map { $0.columns + 2 } ?? 0),
            rows: min(area.rows - 2, wanted))
        let inner = Modal(title: Strings.signInTitle, content: content).draw(
            into: &grid, in: area, glyphs: glyphs)
        let (left, right) = inner.splitLeft(textColumns)
        picture?.draw(into: &grid, in: right.splitLeft(2).rest)
        var (text, list) = left.splitBottom(min(choices.count, left.rows))
        // What there is no room for goes from the first: the code and the choices stay.
        for (index, line) in lines.enumerated() {
            let later = lines[(index + 1)...].reduce(0) { $0 + $1.height(columns: textColumns) }
            let height = line.height(columns: textColumns)
            if line.isOptional, text.rows < height + later { continue }
            let (top, rest) = text.splitTop(height)
            line.paragraph.draw(into: &grid, in: top, glyphs: glyphs)
            text = rest
        }
        picker.draw(into: &grid, in: list, glyphs: glyphs)
        return PlacedList(picker: picker, area: list)
    }

    private struct Line {
        var paragraph: Paragraph
        /// It goes first where there is little room.
        var isOptional = false

        func height(columns: Int) -> Int { paragraph.height(columns: columns) }
    }

    private static func lines(_ signIn: SignInState) -> [Line] {
        guard let code = signIn.code else {
            let text =
                signIn.way == .browser
                ? Strings.askingFor(signIn.server) : Strings.checkingToken(signIn.server)
            return [Line(paragraph: Paragraph(text))]
        }
        let said = signIn.said.map {
            [Line(paragraph: Paragraph(Strings.said($0), .muted), isOptional: true)]
        }
        return [
            Line(paragraph: Paragraph(Strings.openPage, .muted), isOptional: true),
            Line(paragraph: Paragraph(Strings.safe(code.page, limit: 400))),
            Line(paragraph: Paragraph(Strings.approveCode, .muted), isOptional: true),
            Line(paragraph: Paragraph(Strings.safe(code.userCode, limit: 32), .title, .bold)),
            Line(paragraph: Paragraph(Strings.waiting(signIn.secondsLeft), .muted)),
        ] + (said ?? [])
    }

    /// An overlay with a field of one line.
    func draw(
        _ wanted: Entry, _ title: String, _ lines: [String], _ grid: inout Grid, _ area: Rect,
        _ glyphs: Glyphs
    ) {
        let columns = min(68, area.columns - 4)
        let paragraphs = lines.map { Paragraph($0) }
        let textRows = paragraphs.reduce(0) { $0 + $1.height(columns: columns) }
        var inner = Modal(
            title: title, content: Size(columns: columns, rows: textRows + 1 + TextField.height)
        ).draw(into: &grid, in: area, glyphs: glyphs)
        for paragraph in paragraphs {
            let (top, rest) = inner.splitTop(
                min(paragraph.height(columns: columns), max(0, inner.rows - TextField.height)))
            paragraph.draw(into: &grid, in: top, glyphs: glyphs)
            inner = rest
        }
        let field = inner.splitBottom(min(inner.rows, TextField.height)).bottom
        switch wanted {
        case .server:
            TextField(entry, placeholder: Strings.serverPlaceholder, error: notice)
                .draw(into: &grid, in: field, glyphs: glyphs)
        case .accessToken:
            TextField.secret(entry, placeholder: Strings.tokenPlaceholder, error: notice)
                .draw(into: &grid, in: field, glyphs: glyphs)
        }
    }
}

/// A page as a QR code in half blocks, where it fits beside the text and cells can show it.
private struct QRPicture {
    private let lines: [String]

    init?(_ page: String, in area: Rect, _ glyphs: Glyphs) {
        guard !glyphs.isASCII, let code = QRCode(page) else { return nil }
        lines = code.lines
        guard area.rows >= lines.count + 2, area.columns >= columns + 2 + 30 + 4 else {
            return nil
        }
    }

    var columns: Int { lines.first?.count ?? 0 }
    var rows: Int { lines.count }

    func draw(into grid: inout Grid, in area: Rect) {
        for (row, line) in lines.enumerated() where row < area.rows {
            grid.put(
                line, at: Point(column: area.column, row: area.row + row), style: Style(.text),
                maxColumns: area.columns)
        }
    }
}
