import Keys
import Mesh
import MeshProtocol
import Surface
import Text
import Widgets
import Wording

/// The mail of whoever looks: what waits, and what was read a moment ago.
struct InboxOverlay: DashboardOverlay {
    /// The letter that is chosen; nil is the last one.
    var chosen: InboxKey?

    func hints(_ state: DashboardState) -> [KeyHint] {
        state.listHint + [
            state.hint(.take, translated("read"), isImportant: true), KeyHint("r", translated("answer")),
            state.hint(.back, translated("close"), isImportant: true),
        ]
    }

    mutating func move(_ lines: Int, _ state: DashboardState) {
        let letters = state.letters
        guard !letters.isEmpty else { return }
        chosen = letters[moved(line(letters), lines, letters.count)].key
    }

    private func line(_ letters: [InboxMessage]) -> Int {
        letters.firstIndex { $0.key == chosen } ?? 0
    }

    func press(
        _ action: KeyAction?, _ key: Key, _ state: inout DashboardState
    ) -> [DashboardEffect] {
        let letters = state.letters
        switch (action, key) {
        case (.take?, _), (.fold?, _):
            guard !letters.isEmpty else { break }
            return state.read(letters[line(letters)])
        case (_, .text("r")):
            guard !letters.isEmpty else { break }
            let letter = letters[line(letters)]
            return state.read(letter) + state.answer(letter)
        default: state.dismiss()
        }
        return []
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        let letters = state.letters
        let left = state.mail.inboxLeft
        let items = letters.map { letter in
            let first = letter.text.prefix(120).prefix { !$0.isNewline }
            return PickerItem(
                SafeText.visible(letter.sender.name, limit: 24, ascii: glyphs.isASCII),
                detail: Age.text(seconds: letter.age(at: state.present)) + "  "
                    + SafeText.visible(String(first), limit: 80, ascii: glyphs.isASCII),
                section: letter.shownAt == nil ? translated("new") : translated("read"))
        }
        draw(
            Picker(
                items, selected: letters.isEmpty ? nil : line(letters),
                emptyText: translated("There is no new mail")),
            translated("Your mail"), note: left == 0 ? "" : translated("{1} more wait", left), &grid, area, glyphs)
    }
}

/// One letter, whole.
struct LetterOverlay: DashboardOverlay {
    let letter: InboxMessage
    var offset = 0

    func hints(_ state: DashboardState) -> [KeyHint] {
        [
            state.listHint(translated("scroll")), KeyHint("r", translated("answer"), isImportant: true),
            state.hint(.back, translated("close"), isImportant: true),
        ]
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
        if key == .text("r") { return state.answer(letter) }
        state.dismiss()
        return []
    }

    func draw(_ state: DashboardState, _ grid: inout Grid, _ area: Rect, _ glyphs: Glyphs) {
        var size = Self.content(in: area)
        let lines = Lines(lines(state, columns: size.columns, glyphs), offset: offset)
        let isLong = lines.limit(rows: size.rows) > 0
        size.rows = min(size.rows, lines.lines.count)
        let inner = Modal(
            title: SafeText.visible(letter.sender.name, limit: 40, ascii: glyphs.isASCII),
            content: size, note: isLong ? translated("{1} more", glyphs.upDown) : ""
        ).draw(into: &grid, in: area, glyphs: glyphs)
        lines.draw(into: &grid, in: inner, glyphs: glyphs)
    }

    private func lines(_ state: DashboardState, columns: Int, _ glyphs: Glyphs) -> [[Span]] {
        var head = [
            letter.sender.trust.word, letter.priority.rawValue,
            Age.text(seconds: letter.age(at: state.present)),
        ]
        if letter.target.hasPrefix("@") || letter.target == "*" {
            head.append(SafeText.visible(letter.target, limit: 40, ascii: glyphs.isASCII))
        }
        if state.meshes.count > 1, let mesh = state.membership(of: letter.key.mesh) {
            head.append(SafeText.visible(mesh.slug, limit: 40, ascii: glyphs.isASCII))
        }
        let between = " \(glyphs.separator) "
        let body = letter.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return [[Span(head.joined(separator: between), .muted)], []]
            + body.flatMap { line in
                let safe = SafeText.visible(
                    String(line.replacing("\t", with: "    ")), limit: .max, ascii: glyphs.isASCII)
                return FieldArea.wrapped(safe, columns: columns).map { [Span($0)] }
            }
    }
}

extension DashboardState {
    /// Letters of the meshes in sight: those that wait, oldest first, then those that were read.
    var letters: [InboxMessage] {
        let all = mail.inbox.filter { isInSight($0.key.mesh) }
        return all.filter { $0.shownAt == nil } + all.filter { $0.shownAt != nil }.reversed()
    }

    mutating func openInbox() -> [DashboardEffect] {
        push(InboxOverlay(chosen: letters.first?.key))
        return mail.want(.inbox)
    }

    /// Shows a letter, and says so.
    mutating func read(_ letter: InboxMessage) -> [DashboardEffect] {
        push(LetterOverlay(letter: letter))
        guard letter.shownAt == nil else { return [] }
        mail.markShown(letter.key, at: present)
        return [.ask(.confirm(letter.key))]
    }

    mutating func answer(_ letter: InboxMessage) -> [DashboardEffect] {
        let mesh = letter.key.mesh
        compose(
            to: Recipients.address(
                of: letter.sender.key, named: letter.sender.name, in: presence(of: mesh)),
            in: mesh)
        return []
    }
}

extension InboxMessage {
    /// In seconds; never less than nothing, whatever the clock does.
    func age(at now: Moment) -> Int { max(0, Int(now.milliseconds(since: createdAt) / 1000)) }
}

extension MessageSender.Trust {
    /// How sure it is who sent it.
    fileprivate var word: String {
        switch self {
        case .verified: translated("verified")
        case .attested: translated("signed")
        case .claimed: translated("not signed")
        case .unencrypted: translated("not encrypted")
        }
    }
}
