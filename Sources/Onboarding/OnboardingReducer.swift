import Flow
import Keys
import Mesh
import MeshProtocol
import Session
import Widgets

/// Everything that can happen to the wizard.
public enum OnboardingAction: Equatable, Sendable {
    /// The first action: where everything is settled already, the launch is taken at once.
    case start
    case input(InputEvent)
    /// A choice was clicked.
    case choose(Int)
    case session(SessionAction)
}

extension OnboardingState {
    /// The only place where the wizard changes. What is to be done outside is returned.
    public mutating func reduce(_ action: OnboardingAction) -> [SessionEffect] {
        let overlayBefore = session.overlays.top
        let nameBefore = session.answers.name.value
        let meshBefore = session.answers.mesh.value
        let chosenBefore = chosenAnswer
        let questionBefore = LaunchFlow.launch.openQuestion(in: session)?.name
        var effects: [SessionEffect] =
            switch action {
            case .start: []
            case .session(let action): session.reduce(action)
            case .choose(let index): choose(index)
            case .input(.key(let key)): press(key)
            case .input(.paste(let text)): paste(text)
            case .input(.mouse(let event)): mouse(event)
            }
        // A name that the account brings was typed by nobody.
        if case .session(.signIn(.done)) = action, nameBefore == untouched.name.value {
            untouched.name = session.answers.name
        }
        if case .session(.signIn(.meshes)) = action, meshBefore == untouched.mesh.value {
            untouched.mesh = session.answers.mesh
        }
        if isAtHandOff { effects += session.reduce(.settle(.confirm)) }
        let question = LaunchFlow.launch.openQuestion(in: session)?.name
        if question != questionBefore || question != editor.question {
            editor = Editor.start(in: session)
            notice = nil
        } else if case .session = action {
            keepChosen(chosenBefore)
        }
        if session.overlays.top != overlayBefore {
            overlaySelection = choices.firstIndex(where: \.canBeTaken) ?? 0
            // A secret does not stay where nobody sees it.
            entry = FieldText(limit: 2048)
            inviteField = Self.freshInviteField
        }
        clampSelection()
        return effects
    }

    /// What the chosen entry of the open question does.
    private var chosenAnswer: Choice.Taking? {
        guard let question = editor.question else { return nil }
        let choices = session.choices(for: question, typed: editor.field.text)
        return choices.indices.contains(editor.selection) ? choices[editor.selection].taking : nil
    }

    /// Entries that come while one looks at the list take the chosen one's place from nobody; where
    /// nobody has chosen yet, what is proposed now is chosen.
    private mutating func keepChosen(_ chosen: Choice.Taking?) {
        guard let question = editor.question, let chosen else { return }
        let draft = session.answers.draft(of: question)
        let isUntouched = chosen == editor.startDraft.map(Choice.Taking.settle)
        if isUntouched { editor.startDraft = draft }
        let wanted = isUntouched ? draft.map(Choice.Taking.settle) ?? chosen : chosen
        let choices = session.choices(for: question, typed: editor.field.text)
        if let index = choices.firstIndex(where: { $0.canBeTaken && $0.taking == wanted }) {
            editor.selection = index
        }
    }

    /// Everything is answered and nothing is in the way, but nobody has taken the launch yet.
    private var isAtHandOff: Bool {
        session.handOff == .notStarted && session.overlays.isEmpty
            && LaunchFlow.launch.current(in: session)?.screen == .handoff
    }

    private mutating func press(_ key: Key) -> [SessionEffect] {
        if session.overlays.top == .help, keymap.action(for: key, among: [.leave]) == nil {
            session.overlays.dismiss()
            return []
        }
        notice = nil
        switch keymap.action(for: key, among: offered, typing: isTyping) {
        case .up: move(-1)
        case .down: move(1)
        case .pageUp: move(-8)
        case .pageDown: move(8)
        case .first where !isTyping: select(choices.firstIndex(where: \.canBeTaken) ?? 0)
        case .last where !isTyping: select(choices.lastIndex(where: \.canBeTaken) ?? 0)
        case .take: return take()
        case .nextRow: return takeAndOpenNext()
        case .back, .previousRow: return back()
        case .help: return session.reduce(.push(.help))
        case .leave: return leave()
        default: if isTyping { type(key) }
        }
        return []
    }

    private mutating func paste(_ text: String) -> [SessionEffect] {
        if isTyping { edit(.insert(text)) }
        return []
    }

    private mutating func mouse(_ event: MouseEvent) -> [SessionEffect] {
        switch event.kind {
        case .wheelUp: move(-1)
        case .wheelDown: move(1)
        default: break
        }
        return []
    }

    private mutating func choose(_ index: Int) -> [SessionEffect] {
        guard choices.indices.contains(index), choices[index].taking != .nothing else { return [] }
        notice = nil
        select(index)
        return take(choices[index])
    }

    private mutating func type(_ key: Key) {
        if let change = FieldEdit(key) { edit(change) }
    }

    /// Changes the field; what is typed so far becomes the draft, so that nothing undoes it.
    private mutating func edit(_ change: FieldEdit) {
        if session.overlays.top?.isEntry == true {
            entry.apply(change)
            return
        }
        if session.overlays.top == .inviteEntry {
            inviteField.apply(change)
            return
        }
        let before = editor.field.text
        editor.field.apply(change)
        guard editor.field.text != before else { return }
        if editor.filters {
            editor.selection = choices.firstIndex(where: \.canBeTaken) ?? 0
        }
        if let draft = typedDraft ?? editor.startDraft { _ = session.reduce(.propose(draft)) }
    }

    /// What is typed, as the answer it would be; nil where nothing is.
    private var typedDraft: AnswerValue? {
        let text = editor.field.text
        switch editor.question {
        case .name: return .name(text)
        case .groups: return .groups(GroupList.parse(text))
        case .mesh: return text.isEmpty ? nil : .mesh(.create(name: text))
        case .role: return text.isEmpty ? nil : .role(text)
        case .agent: return text.isEmpty ? nil : .agent(text)
        default: return nil
        }
    }

    private mutating func take() -> [SessionEffect] {
        if session.overlays.isEmpty, editor.isTextOnly { return takeText() }
        if case .entry(let wanted)? = session.overlays.top { return take(wanted) }
        if session.overlays.top == .inviteEntry {
            return session.reduce(.invite(.look(inviteField.text)))
        }
        let choices = choices
        let index = session.overlays.isEmpty ? editor.selection : overlaySelection
        guard choices.indices.contains(index) else { return [] }
        return take(choices[index])
    }

    /// What was typed into an overlay. A typing mistake is told under the field.
    private mutating func take(_ wanted: Entry) -> [SessionEffect] {
        let text = entry.text.filter { !$0.isWhitespace }
        switch wanted {
        case .server(let way):
            guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
                notice = Strings.noServer
                return []
            }
            return session.reduce(.signIn(.server(text, way)))
        case .accessToken:
            guard let token = AccountToken(text) else {
                notice = Strings.noToken
                return []
            }
            return session.reduce(.signIn(.token(token)))
        }
    }

    private mutating func takeText() -> [SessionEffect] {
        let value: AnswerValue =
            editor.question == .name
            ? .name(editor.field.text) : .groups(GroupList.parse(editor.field.text))
        do {
            _ = try session.check(value)
        } catch {
            // A typing mistake is told under the field, not over the screen.
            notice = error.message
            return []
        }
        return session.reduce(.settle(value))
    }

    private mutating func take(_ choice: Choice) -> [SessionEffect] {
        if let reason = choice.disabled {
            notice = "\(choice.title): \(reason)"
            return []
        }
        switch choice.taking {
        case .nothing: return []
        case .dismiss: return session.reduce(.dismiss)
        case .reopen(let question): return session.reduce(.reopen(question))
        case .session(let action): return session.reduce(action)
        case .settle(let value):
            if !session.overlays.isEmpty { session.overlays.dismiss() }
            if case .agent = value { return session.reduce(.settle(value)) }
            do {
                _ = try session.check(value)
            } catch {
                notice = error.message
                return []
            }
            return session.reduce(.settle(value))
        }
    }

    private mutating func takeAndOpenNext() -> [SessionEffect] {
        let rows: [QuestionName] = [.name, .role, .groups, .agent]
        guard let open = editor.question, let row = rows.firstIndex(of: open) else { return [] }
        let effects = take()
        let isTaken = LaunchFlow.launch.question(open)?.isSettled(session) ?? false
        if isTaken, row + 1 < rows.count {
            _ = session.reduce(.reopen(rows[row + 1]))
        }
        return effects
    }

    private mutating func back() -> [SessionEffect] {
        guard session.overlays.isEmpty else { return session.reduce(.dismiss) }
        if editor.filters, !editor.field.text.isEmpty {
            edit(.end)
            edit(.deleteToStart)
            return []
        }
        guard let question = LaunchFlow.launch.behind(in: session) else {
            notice = Strings.nothingBefore
            return []
        }
        return session.reduce(.reopen(question.name))
    }

    private mutating func leave() -> [SessionEffect] {
        if session.overlays.top == .quit { return session.reduce(.leave(keeping: true)) }
        if hasUnsavedWork { return session.reduce(.push(.quit)) }
        return session.reduce(.leave(keeping: nil))
    }

    private mutating func move(_ distance: Int) {
        let choices = choices
        var index = session.overlays.isEmpty ? editor.selection : overlaySelection
        let direction = distance.signum()
        for _ in 0..<abs(distance) {
            var next = index + direction
            while choices.indices.contains(next), choices[next].taking == .nothing {
                next += direction
            }
            guard choices.indices.contains(next) else { break }
            index = next
        }
        select(index)
    }

    private mutating func select(_ index: Int) {
        if session.overlays.isEmpty {
            editor.selection = index
        } else {
            overlaySelection = index
        }
    }

    private mutating func clampSelection() {
        let last = max(0, choices.count - 1)
        if session.overlays.isEmpty {
            editor.selection = min(editor.selection, last)
        } else {
            overlaySelection = min(overlaySelection, last)
        }
    }
}
