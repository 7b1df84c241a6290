import Flow
import Keys
import Mesh
import MeshProtocol
import Session
import Widgets

/// The wizard: the session, and what is being edited of it.
public struct OnboardingState: Equatable, Sendable {
    public var session: SessionState
    /// What is being answered now.
    public internal(set) var editor: Editor
    /// The chosen entry of the topmost overlay.
    public internal(set) var overlaySelection = 0
    /// What is typed into the overlay that asks for one line.
    public internal(set) var entry = FieldText()
    /// What is pasted of an invite.
    public internal(set) var inviteField = OnboardingState.freshInviteField
    /// One line about the last key: why an answer was not taken, why Back goes nowhere.
    public internal(set) var notice: String?
    public var keymap: Keymap
    /// The answers before anybody touched them: what differs was done in this run.
    var untouched: LaunchAnswers

    public init(session: SessionState, keymap: Keymap = .standard) {
        self.session = session
        self.keymap = keymap
        untouched = session.answers
        editor = Editor.start(in: session)
    }

    /// What is typed and chosen for the open question.
    public struct Editor: Equatable, Sendable {
        /// Nil at the hand-off, where nothing is asked.
        public var question: QuestionName?
        /// The answer being typed, or what narrows the list.
        public var field: FieldText
        public var selection: Int
        /// What the field held at first, and what was proposed then.
        let start: String
        var startDraft: AnswerValue?

        static func start(in session: SessionState) -> Editor {
            let question = LaunchFlow.launch.openQuestion(in: session)?.name
            let text: String =
                switch question {
                case .name: session.answers.name.value ?? ""
                case .groups: GroupList.text(session.answers.groups.value ?? [])
                default: ""
                }
            let field = FieldText(text)
            let draft = question.flatMap(session.answers.draft)
            var editor = Editor(
                question: question, field: field, selection: 0, start: text, startDraft: draft)
            guard let question else { return editor }
            let choices = session.choices(for: question, typed: "")
            editor.selection =
                choices.firstIndex { $0.canBeTaken && $0.taking == draft.map(Choice.Taking.settle) }
                ?? choices.firstIndex(where: \.canBeTaken) ?? 0
            return editor
        }

        /// True where keys type into the field alone, and there is no list.
        public var isTextOnly: Bool { question == .name || question == .groups }
        /// True where what is typed narrows a list.
        public var filters: Bool { [.mesh, .role, .agent].contains(question) }
    }

    /// The entries of what is shown: the topmost overlay's, else the open question's.
    public var choices: [Choice] {
        if let overlay = session.overlays.top { return session.choices(for: overlay) }
        guard let question = editor.question else { return [] }
        return session.choices(for: question, typed: editor.field.text)
    }

    /// Whether keys that type are text now.
    public var isTyping: Bool {
        if let overlay = session.overlays.top { return overlay.isEntry || overlay == .inviteEntry }
        return editor.isTextOnly || editor.filters
    }

    /// Whether leaving now would lose something a person typed or chose. Taking what was offered
    /// is neither.
    public var hasUnsavedWork: Bool {
        let now = session.answers
        return now.mesh.value != untouched.mesh.value || now.name.value != untouched.name.value
            || now.role.value != untouched.role.value
            || now.groups.value != untouched.groups.value
            || now.agent.value != untouched.agent.value || editor.field.text != editor.start
    }

    /// What the keys do on what is shown, in the order of the key line.
    public var offered: [KeyAction] {
        if session.handOff == .registering { return [.leave] }
        var actions: [KeyAction] = []
        if choices.filter(\.canBeTaken).count > 1 { actions += [.up, .down] }
        actions += [.take, .back]
        if session.overlays.isEmpty, isNameRole { actions += [.nextRow, .previousRow] }
        return actions + [.help, .leave, .suspend, .redraw, .pageUp, .pageDown, .first, .last]
    }

    /// Whether Back has somewhere to go.
    var canGoBack: Bool {
        !session.overlays.isEmpty || (editor.filters && !editor.field.isEmpty)
            || LaunchFlow.launch.behind(in: session) != nil
    }

    var isNameRole: Bool { LaunchFlow.launch.current(in: session)?.screen == .nameRole }
}

extension LaunchAnswers {
    /// What is proposed for a question, as an answer.
    public func draft(of question: QuestionName) -> AnswerValue? {
        switch question {
        case .welcome: .welcome
        case .account: account.value.map(AnswerValue.account)
        case .mesh: mesh.value.map(AnswerValue.mesh)
        case .name: name.value.map(AnswerValue.name)
        case .role: role.value.map(AnswerValue.role)
        case .groups: groups.value.map(AnswerValue.groups)
        case .agent: agent.value.map(AnswerValue.agent)
        case .confirm: .confirm
        }
    }
}
