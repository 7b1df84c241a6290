import Mesh
import MeshProtocol
import Onboarding
import Session
import Text

/// One question as numbered lines, and what the answers to it mean.
struct PlainPrompt {
    enum Reply: Equatable {
        case take(AnswerValue)
        case reopen(QuestionName)
        case back
        case leave
        case unclear(String)
    }

    private let question: QuestionName
    private let choices: [Choice]
    private let memberships: [Membership]
    /// What an empty line takes; shown in brackets.
    private let defaultText: String?
    private let defaultValue: AnswerValue?
    let lines: [String]

    init(_ question: QuestionName, in session: SessionState) {
        self.question = question
        memberships = session.machine.memberships
        // What goes on in an overlay has no twin here: skein join has.
        let choices = session.choices(for: question, typed: "").filter { choice in
            if case .session = choice.taking { false } else { choice.canBeTaken }
        }
        self.choices = choices
        let draft = session.answers.draft(of: question)
        let drafted = draft.flatMap { draft in
            choices.firstIndex { $0.taking == .settle(draft) }
        }
        switch question {
        // Launching is never the answer of somebody who said nothing.
        case .confirm:
            (defaultText, defaultValue) = (nil, nil)
        case .name:
            (defaultText, defaultValue) = (session.answers.name.value, draft)
        case .groups:
            let text = GroupList.text(session.answers.groups.value ?? [])
            (defaultText, defaultValue) = (text.isEmpty ? "none" : text, .groups(GroupList.parse(text)))
        default:
            defaultText = drafted.map { String($0 + 1) }
            defaultValue = drafted.flatMap { index in
                if case .settle(let value) = choices[index].taking { value } else { nil }
            }
        }
        lines = Self.lines(question, choices, session, defaultText)
    }

    private static func lines(
        _ question: QuestionName, _ choices: [Choice], _ session: SessionState,
        _ defaultText: String?
    ) -> [String] {
        let review =
            question == .confirm
            ? OnboardingState(session: session).reviewLines.map { "  " + $0 } : []
        let numbered = choices.enumerated().map { index, option in
            let detail = option.detail.isEmpty ? "" : " (\(option.detail))"
            return SafeText.visible("  \(index + 1). \(option.title)\(detail)", limit: 300)
        }
        let bracket = defaultText.map { " [\(SafeText.visible($0, limit: 80))]" } ?? ""
        return [OnboardingState.questionText(question)] + review + numbered
            + [hint(question) + bracket + ":"]
    }

    private static func hint(_ question: QuestionName) -> String {
        switch question {
        case .welcome, .account, .confirm: "Number, or back, or leave"
        case .mesh: "Number, or the name of a new mesh"
        case .name: "Name"
        case .role: "Number, or another role"
        case .groups: "Groups, with commas between"
        case .agent: "Number, or a command"
        }
    }

    func answer(to typed: String?) -> Reply {
        guard let typed else { return defaultValue.map(Reply.take) ?? .leave }
        let word = typed.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        let text = String(word)
        switch text {
        case "" : return defaultValue.map(Reply.take) ?? .unclear("An answer is needed.")
        case "back": return .back
        case "leave", "quit": return .leave
        default: break
        }
        if let number = Int(text), !choices.isEmpty {
            guard choices.indices.contains(number - 1) else {
                return .unclear(
                    choices.count == 1
                        ? "There is 1 choice." : "There are \(choices.count) choices.")
            }
            switch choices[number - 1].taking {
            case .settle(let value): return .take(value)
            case .reopen(let question): return .reopen(question)
            default: return .unclear("That cannot be taken.")
            }
        }
        switch question {
        case .mesh:
            let joined = memberships.first { $0.slug == text || $0.name == text }
            return .take(.mesh(joined.map { .joined($0.mesh) } ?? .create(name: text)))
        case .name: return .take(.name(text))
        case .role: return .take(.role(text))
        case .groups: return .take(.groups(text == "none" ? [] : GroupList.parse(text)))
        case .agent: return .take(.agent(text))
        case .welcome, .account, .confirm: return .unclear("Type one of the numbers.")
        }
    }

    static func sentence(for overlay: Overlay, in session: SessionState) -> String {
        switch overlay {
        case .failure(let error):
            "Not taken: \(error.message)." + (error.hint.map { " \($0)." } ?? "")
        case .agentMissing(let word):
            "Not taken: \(SafeText.visible(word, limit: 60)) is not on PATH."
        case .meshNotFound(let name):
            "Not taken: no mesh called \(SafeText.visible(name, limit: 60)) is joined."
        default: ""
        }
    }
}
