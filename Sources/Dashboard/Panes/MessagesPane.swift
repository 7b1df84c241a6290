import Mesh
import MeshProtocol
import Surface
import Text
import Widgets
import Wording

/// What was given up, what waits and why, and what was sent lately with how far it has come.
struct MessagesPane: PaneView {
    func title(_ state: DashboardState, _ glyphs: Glyphs) -> String {
        translated(Pane.queue.rawValue)
    }

    func hints(_ state: DashboardState) -> [KeyHint] {
        state.listHint + [state.hint(.take, translated("details")), state.hint(.message)] + state.queueHints + [
            state.hint(.inbox), state.hint(.back, translated("peers")),
        ]
    }

    func go(_ lines: Int, _ state: inout DashboardState) {
        let messages = state.messages
        guard !messages.isEmpty else { return }
        let place = messages.firstIndex { $0.id == state.chosenMessage }
        let next = place.map { $0 + lines } ?? (lines > 0 ? lines - 1 : messages.count + lines)
        state.chosenMessage = messages[min(max(0, next), messages.count - 1)].id
    }

    func turnWheel(_ lines: Int, _ state: inout DashboardState) { go(lines, &state) }

    func click(at point: Point, in content: Rect, _ state: inout DashboardState) {
        let rows = state.messageRows
        guard let place = table(state, rows, content.rows, .ascii).index(at: point, in: content),
            case .message(let report) = rows[place]
        else { return }
        let wasChosen = state.chosenMessage == report.id
        state.chosenMessage = report.id
        if wasChosen { take(&state) }
    }

    func nothingToTake(_ state: DashboardState) -> String? {
        state.messages.isEmpty ? translated("There is no message to look at") : nil
    }

    func take(_ state: inout DashboardState) {
        guard let id = state.actedMessage?.id else { return }
        state.push(MessageOverlay(id: id))
    }

    func draw(
        _ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs
    ) -> String {
        table(state, state.messageRows, area.rows, glyphs).draw(into: &grid, in: area, glyphs: glyphs)
        let unread = state.unread
        return unread == 0 ? "" : translated("{1} unread", unread)
    }

    private func table(
        _ state: DashboardState, _ rows: [MessageRow], _ height: Int, _ glyphs: Glyphs
    ) -> Table {
        let acted = state.focus == .queue ? state.actedMessage?.id : nil
        let selected = acted.flatMap { id in rows.firstIndex { $0.id == id } }
        // Columns are as wide as what is in sight, each row of which is looked at once.
        let first = ScrollWindow.offset(selected: selected, count: rows.count, visible: height - 1)
        let made = rows.dropFirst(first).prefix(max(0, height - 1)).map { $0.cells(state, glyphs) }
        func widest(_ column: Int, _ most: Int) -> Int {
            let widths = made.map { $0.indices.contains(column) ? $0[column].columns : 0 }
            return min(most, widths.max() ?? 0)
        }
        var table = Table(
            columns: [
                TableColumn(translated("to"), .content(minimum: 7, widest: max(3, widest(0, 24)))),
                TableColumn(translated("state"), .content(minimum: 13, widest: max(6, widest(1, 40)))),
                TableColumn("age", .fixed(4), flush: .trailing),
                TableColumn(translated("why"), .content(minimum: 8, widest: max(4, widest(3, 60))), priority: 1),
                TableColumn(translated("prio"), .fixed(4), priority: 3),
                TableColumn(translated("text"), .flexible(minimum: 10), priority: 2),
            ],
            count: rows.count, selected: selected,
            emptyText: translated("Nothing waits, and nothing was sent lately")
        ) { made.indices.contains($0 - first) ? made[$0 - first] : [] }
        table.heading = { place in
            guard case .heading(let title) = rows[place] else { return nil }
            return [Span(title, .title)]
        }
        return table
    }
}

/// A line of the pane.
enum MessageRow {
    case heading(String)
    case message(MailReport)

    var id: MessageID? {
        if case .message(let report) = self { return report.id }
        return nil
    }

    func cells(_ state: DashboardState, _ glyphs: Glyphs) -> [Span] {
        guard case .message(let report) = self else { return [] }
        func safe(_ text: String, _ limit: Int) -> String {
            SafeText.visible(text, limit: limit, ascii: glyphs.isASCII)
        }
        let standing = state.standing(of: report)
        let text = state.mail.text(of: report.id).replacing("\n", with: " ")
        return [
            Span(safe(report.target.name, 40)), Span(standing.word, standing.role),
            Span(Age.text(seconds: report.age(at: state.present)), .muted),
            Span(safe(standing.why, 80), .muted),
            Span(report.priority.rawValue, .muted), Span(safe(text, 120), .muted),
        ]
    }
}

extension DashboardState {
    /// In the order in which they are shown.
    var messageRows: [MessageRow] {
        var rows: [MessageRow] = []
        func add(_ title: String, _ reports: [MailReport]) {
            guard !reports.isEmpty else { return }
            rows.append(.heading(title))
            rows += reports.map { .message($0) }
        }
        // Where the pane has no line of its own to say it.
        if unread > 0, layout?.tabs != nil { rows.append(.heading(translated("{1} unread", unread))) }
        let queue = mail.queue.filter { isInSight($0.mesh) }
        let queued = Set(queue.map(\.id))
        add(translated("given up"), queue.filter { $0.state == .dead })
        add(translated("waiting"), queue.filter { $0.state != .dead })
        add(
            translated("sent lately"),
            mail.sent.map(\.report).filter { isInSight($0.mesh) && !queued.contains($0.id) })
        return rows
    }

    var messages: [MailReport] {
        messageRows.compactMap { row in
            if case .message(let report) = row { return report }
            return nil
        }
    }

    /// What is done is done to this one.
    var actedMessage: MailReport? {
        if let shown = overlay as? MessageOverlay { return mail.report(shown.id) }
        let messages = messages
        return messages.first { $0.id == chosenMessage } ?? messages.first
    }

    var noMessageToRetry: String? { noMessageHere(translated("Only what waits or was given up can be tried again")) }
    var noMessageToCancel: String? { noMessageHere(translated("Only what waits or was given up can be cancelled")) }

    private func noMessageHere(_ otherwise: String) -> String? {
        guard overlay is MessageOverlay || focus == .queue else { return translated("Go to the messages first") }
        guard let report = actedMessage else { return translated("There is no message") }
        return mail.queue.contains { $0.id == report.id } ? nil : otherwise
    }

    /// Where there is something to try again, or to cancel.
    var queueHints: [KeyHint] {
        noMessageToRetry == nil ? [hint(.retry), hint(.cancel)] : []
    }

    mutating func retryMessage() -> [DashboardEffect] {
        actedMessage.map { [.ask(.retry($0.id))] } ?? []
    }

    mutating func askToCancel() {
        guard let report = actedMessage else { return }
        push(CancelOverlay(id: report.id, name: report.target.name))
    }

    /// How long ago the messages in sight were made, in milliseconds.
    var messageAges: [Int64] { messages.map { max(0, present.milliseconds(since: $0.createdAt)) } }
}

extension MailReport {
    /// In seconds; never less than nothing, whatever the clock does.
    func age(at now: Moment) -> Int { max(0, Int(now.milliseconds(since: createdAt) / 1000)) }
}
