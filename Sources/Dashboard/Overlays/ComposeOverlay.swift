import Keys
import Mesh
import MeshProtocol
import Surface
import Text
import Widgets
import Wording

/// A message being written: to whom, how urgent, and its text.
struct ComposeOverlay: DashboardOverlay {
    enum Part: Equatable, Sendable { case to, text }

    let mesh: MeshID
    private(set) var to: FieldText
    private(set) var text: FieldArea
    private(set) var priority: MessagePriority
    private(set) var part: Part
    var id: MessageID?
    var isSending = false
    /// Why it cannot be sent so.
    var problem: String?
    /// Whom the recipient that is typed could become, while one is typed.
    private var offered: [String] = []
    /// The one that Tab has put there.
    private var taken: Int?
    private var isDiscarding = false

    /// Bytes of a text that can be typed: more than can be sent, so that it is said and not cut.
    private static let room = SendMessage.longestText + 64 << 10

    init(_ draft: MessageDraft, in mesh: MeshID, problem: String? = nil) {
        self.mesh = mesh
        to = FieldText(draft.to)
        text = FieldArea(draft.text, limit: Self.room)
        priority = draft.priority
        id = draft.id
        part = draft.to.isEmpty ? .to : .text
        self.problem = problem
    }

    var draft: MessageDraft {
        MessageDraft(to: to.text, text: text.text, priority: priority, id: id)
    }

    var isWorthKeeping: Bool { !text.isEmpty }

    // MARK: - Keys

    var isTyping: Bool { true }

    func hints(_ state: DashboardState) -> [KeyHint] {
        let end = [
            KeyHint("^S", translated("send"), isImportant: part == .to), KeyHint("^T", translated("priority")),
            state.hint(.back, translated("keep"), isImportant: true), KeyHint("^X", translated("discard")),
        ]
        switch part {
        case .to:
            return [
                state.hint(.take, translated("to the text"), isImportant: true),
                state.hint(.nextRow, translated("complete")),
            ] + end
        case .text:
            return [
                state.hint(.take, translated("send"), isImportant: true), KeyHint("^J", translated("new line")),
                state.hint(.nextRow, translated("recipient")),
            ] + end.dropFirst()
        }
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        let columns = Self.textColumns(state)
        switch part {
        case .to: if lines > 0 { part = .text }
        case .text where lines == -1 && text.isInRow(first: true, columns: columns): part = .to
        case .text: text.move(by: lines, columns: columns)
        }
    }

    mutating func edit(_ change: FieldEdit, _ state: DashboardState) {
        guard !isSending else { return }
        let before = draft
        switch part {
        case .to:
            to.apply(change)
            taken = nil
            offered = Recipients.completions(of: to.text, in: state.presence(of: mesh))
        case .text: text.apply(change)
        }
        changed(from: before)
    }

    /// Another message has another id.
    private mutating func changed(from before: MessageDraft) {
        isDiscarding = false
        guard draft != before else { return }
        id = nil
        problem = nil
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        guard !isSending else { return [] }
        var next = self
        switch (key, action) {
        case (.control("j"), _) where part == .text, (.altEnter, _) where part == .text:
            next.edit(.insert("\n"), state)
        case (.control("s"), _): return send(&state)
        case (.control("x"), _):
            guard isDiscarding || text.isEmpty else {
                next.isDiscarding = true
                next.problem = translated("Press ^X again to throw the text away")
                break
            }
            state.drafts[mesh] = nil
            state.dismiss()
            return []
        case (.control("t"), _):
            let all = MessagePriority.allCases
            next.priority = all[((all.firstIndex(of: priority) ?? 0) + 1) % all.count]
            next.changed(from: draft)
        case (_, .take?):
            guard part == .to else { return send(&state) }
            next.part = .text
        case (_, .nextRow?):
            if part == .text { next.part = .to } else { next.complete(state) }
        case (_, .previousRow?): next.part = part == .to ? .text : .to
        default:
            guard let change = FieldEdit(key) else { return [] }
            next.edit(change, state)
        }
        state.replace(next)
        return []
    }

    /// The next of those offered; where it stands there already, on to the text.
    private mutating func complete(_ state: DashboardState) {
        if taken == nil {
            offered = Recipients.completions(of: to.text, in: state.presence(of: mesh))
        }
        guard !offered.isEmpty, offered != [to.text] else {
            part = .text
            return
        }
        let place = taken.map { ($0 + 1) % offered.count } ?? 0
        let before = draft
        to = FieldText(offered[place])
        taken = place
        changed(from: before)
    }

    // MARK: - Sending

    private func send(_ state: inout DashboardState) -> [DashboardEffect] {
        var next = self
        if to.isEmpty {
            next.problem = translated("Say whom it is for")
            next.part = .to
        } else if !text.lines.contains(where: { $0.contains { !$0.isWhitespace } }) {
            next.problem = translated("A message cannot be empty")
            next.part = .text
        } else if text.size > SendMessage.longestText {
            next.problem = translated("A message has at most {1} bytes; this one has {2}", SendMessage.longestText, text.size)
        } else {
            next.isSending = true
            next.problem = nil
        }
        state.replace(next)
        guard next.isSending else { return [] }
        return id.map { state.send(as: $0) } ?? [.freshID]
    }

    // MARK: - Drawing

    private static func content(in area: Rect) -> Size {
        Size(columns: min(72, area.columns - 4), rows: min(16, area.rows - 2))
    }

    private static func textColumns(_ state: DashboardState) -> Int {
        guard let body = Frame.body(of: state.size, isDense: true) else { return 1 }
        return TextArea.textColumns(content(in: body).columns)
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let name = state.membership(of: mesh).map {
            SafeText.visible($0.slug, limit: 40, ascii: glyphs.isASCII)
        }
        let note = isSending ? translated("sending{1}", glyphs.ellipsis) : ""
        let inner = Modal(
            title: name.map { translated("Message {1} {2}", glyphs.separator, $0) } ?? translated("Message"),
            content: Self.content(in: area), note: note
        ).draw(into: &grid, in: area, glyphs: glyphs)
        let (head, rest) = inner.splitTop(3)
        drawHead(&grid, head, glyphs)
        let told = lines(columns: inner.columns, most: max(1, min(3, rest.rows - 2)), glyphs)
        let (body, end) = rest.splitBottom(told.count)
        TextArea(text, placeholder: translated("What it says"), isFocused: part == .text && !isSending)
            .draw(into: &grid, in: body, glyphs: glyphs)
        Lines(told.map { [Span($0, .danger)] }).draw(into: &grid, in: end, glyphs: glyphs)
    }

    /// What is wrong, as far as there is room for it.
    private func lines(columns: Int, most: Int, _ glyphs: Glyphs) -> [String] {
        guard let problem else { return [] }
        let safe = SafeText.visible(problem, limit: 600, ascii: glyphs.isASCII)
        return Fitting.lines(
            safe, columns: columns, maxLines: most, ellipsis: glyphs.ellipsis)
    }

    private func drawHead(_ grid: inout Grid, _ head: Rect, _ glyphs: Glyphs) {
        guard head.rows == 3 else { return }
        let label = 9
        grid.put([Span(translated("to"), .muted)], at: head.origin, maxColumns: label, ellipsis: "")
        let field = Rect(
            column: head.column + label, row: head.row, columns: head.columns - label, rows: 2)
        TextField(
            to, placeholder: translated("a name, @group, * or a key"),
            hint: part == .to ? choices(columns: field.columns, glyphs) : "",
            isFocused: part == .to && !isSending
        ).draw(into: &grid, in: field, glyphs: glyphs)
        let priorities = MessagePriority.allCases.flatMap { one -> [Span] in
            let isIt = one == priority
            let word = isIt ? "[\(one.rawValue)]" : " \(one.rawValue) "
            return [isIt ? Span(word, .accent, .bold) : Span(word, .muted), Span(" ")]
        }
        grid.put(
            [Span(Fitting.exactly(translated("priority"), columns: label), .muted)] + priorities,
            at: Point(column: head.column, row: head.row + 2), maxColumns: head.columns,
            ellipsis: glyphs.ellipsis)
    }

    /// Whom Tab would put there.
    private func choices(columns: Int, _ glyphs: Glyphs) -> String {
        let first = taken ?? 0
        let shown = (offered.dropFirst(first) + offered.prefix(first)).prefix(8).map {
            SafeText.visible($0, limit: 24, ascii: glyphs.isASCII)
        }
        return Fitting.end(
            shown.joined(separator: "  "), columns: columns, ellipsis: glyphs.ellipsis)
    }
}

extension DashboardState {
    /// What is being written.
    var composer: ComposeOverlay? { overlay as? ComposeOverlay }

    /// Opens what was being written, else a message to somebody.
    mutating func compose(to address: String, in mesh: MeshID) {
        let kept = drafts[mesh]
        let isOther = kept.map { $0.to != address } ?? false
        push(
            ComposeOverlay(
                kept ?? MessageDraft(to: address, text: ""), in: mesh,
                problem: isOther ? translated("This was not sent yet: send it or throw it away first") : nil))
    }

    /// To the chosen peer where there is one.
    mutating func compose() {
        if let key = selected, let peer = known(key)?.peer {
            let name = Recipients.address(of: key.id, named: peer.name, in: presence(of: key.mesh))
            compose(to: name, in: key.mesh)
        } else if let mesh = meshesInSight.first?.mesh {
            // Nobody was meant: what was being written is just opened.
            compose(to: drafts[mesh]?.to ?? "", in: mesh)
        }
    }

    /// An id has been made for what is being sent.
    mutating func send(as id: MessageID) -> [DashboardEffect] {
        guard var composer, composer.isSending else { return [] }
        composer.id = id
        replace(composer)
        let slugs = Set(meshes.map { $0.slug.lowercased() })
        let (target, slug) = PeerDirectory.split(composer.to.text, meshes: slugs)
        let mesh = meshes.first { $0.slug.lowercased() == slug }?.mesh ?? composer.mesh
        return [
            .ask(
                .send(
                    OutgoingMessage(
                        id: id, mesh: mesh, to: target, text: composer.text.text,
                        priority: composer.priority)))
        ]
    }
}
