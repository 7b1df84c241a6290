import Keys
import Mesh
import MeshProtocol
import Surface
import Text
import Widgets
import Wording

/// One message that was sent or waits: each recipient, and how far it has come there.
struct MessageOverlay: DashboardOverlay {
    let id: MessageID
    var offset = 0

    func hints(_ state: DashboardState) -> [KeyHint] {
        [state.listHint(translated("scroll"))] + state.queueHints
            + [state.hint(.back, translated("close"), isImportant: true)]
    }

    private static func content(in area: Rect) -> Size {
        Size(columns: min(76, area.columns - 4), rows: area.rows - 2)
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        guard let body = Frame.body(of: state.size, isDense: true) else { return }
        let size = Self.content(in: body)
        let count = self.lines(state, columns: size.columns, .unicode).count
        offset = moved(offset, lines, max(0, count - size.rows) + 1)
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        switch action {
        case .retry?, .cancel?:
            guard let action, let command = DashboardCommand.of(action) else { break }
            return state.run(command)
        default: state.dismiss()
        }
        return []
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        var size = Self.content(in: area)
        let lines = Lines(lines(state, columns: size.columns, glyphs), offset: offset)
        size.rows = min(size.rows, lines.lines.count)
        let inner = Modal(title: translated("Message"), content: size).draw(
            into: &grid, in: area, glyphs: glyphs)
        lines.draw(into: &grid, in: inner, glyphs: glyphs)
    }

    private static let label = 10

    private func lines(_ state: DashboardState, columns: Int, _ glyphs: Glyphs) -> [[Span]] {
        guard let report = state.mail.report(id) else {
            return [[Span(translated("It is not here any more"), .muted)]]
        }
        func safe(_ text: String, _ limit: Int = 80) -> String {
            SafeText.visible(text, limit: limit, ascii: glyphs.isASCII)
        }
        var lines: [[Span]] = []
        func add(_ label: String, _ spans: Span...) {
            lines.append([Span(Fitting.exactly(label, columns: Self.label), .muted)] + spans)
        }
        let standing = state.standing(of: report)
        add(translated("to"), Span(safe(report.target.name)))
        add(translated("state"), Span(standing.word, standing.role))
        for line in Fitting.lines(
            safe(standing.why, 400), columns: columns - Self.label, maxLines: 4,
            ellipsis: glyphs.ellipsis) where !line.isEmpty { add(translated("why"), Span(line)) }
        add(translated("priority"), Span(report.priority.rawValue))
        add(translated("made"), Span(clock(report.createdAt, state)))
        if let moment = report.notBefore { add(translated("not before"), Span(clock(moment, state))) }
        if report.attempts > 0 { add(translated("tried"), Span("\(report.attempts)")) }
        add(translated("id"), Span(report.id.rawValue))
        let text = state.mail.text(of: id)
        if !text.isEmpty { add(translated("text"), Span(safe(text.replacing("\n", with: " "), 200))) }
        for recipient in report.recipients.prefix(500) {
            let standing = state.standing(of: recipient, report)
            lines.append([])
            lines.append([
                Span(safe(recipient.name), .title), Span("  "), Span(standing.word, standing.role),
                Span(standing.why.isEmpty ? "" : "  " + safe(standing.why, 200), .muted),
            ])
            let times = DeliveryState.allCases.compactMap { state in
                recipient.times[state].map { (state, $0) }
            }.sorted { $0.1 < $1.1 }
            for (reached, moment) in times {
                lines.append([
                    Span("  " + clock(moment, state) + "  ", .muted), Span(reached.rawValue),
                ])
            }
        }
        return lines
    }

    private func clock(_ moment: Moment, _ state: DashboardState) -> String {
        state.clock.time(moment)
    }
}

/// Whether a message is really not to be sent.
struct CancelOverlay: DashboardOverlay {
    let id: MessageID
    let name: String

    func hints(_ state: DashboardState) -> [KeyHint] {
        [
            KeyHint("y", translated("do not send it"), isImportant: true),
            state.hint(.back, translated("leave it"), isImportant: true),
        ]
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        state.dismiss()
        return key == .text("y") ? [.ask(.cancel(id))] : []
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let text = translated("Is the message for {1} not to be sent?", SafeText.visible(name, limit: 40, ascii: glyphs.isASCII))
        let columns = min(56, area.columns - 4)
        let paragraph = Paragraph(text)
        let inner = Modal(
            title: translated("Cancel"), content: Size(columns: columns, rows: paragraph.height(columns: columns)),
            role: .warning
        ).draw(into: &grid, in: area, glyphs: glyphs)
        paragraph.draw(into: &grid, in: inner, glyphs: glyphs)
    }
}
