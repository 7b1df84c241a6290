import Flow
import Mesh
import MeshProtocol
import Onboarding
import Session

/// The launch flow line by line, from the same steps: for a screen reader, a dumb terminal, a log.
///
/// Hidden steps are not asked. The end of input is an answer only where a default was shown.
public struct PlainWalk {
    public private(set) var session: SessionState
    private var told: [String]

    public init(_ session: SessionState, wrong: [SkeinError]) {
        self.session = session
        told = wrong.map { error in
            "Not taken: \(error.message)." + (error.hint.map { " \($0)." } ?? "")
        }
    }

    /// Asks until everything is answered. `ask` says its lines and answers what was typed, nil at
    /// the end of input; `find` looks for a command on PATH. False if the person left.
    public mutating func run(
        ask: ([String]) -> String?, find: (String) -> AgentFact
    ) -> Bool {
        while let question = LaunchFlow.launch.openQuestion(in: session)?.name {
            let prompt = PlainPrompt(question, in: session)
            let typed = ask(told + prompt.lines)
            told = []
            switch prompt.answer(to: typed) {
            case .leave: return false
            case .back:
                if let behind = LaunchFlow.launch.behind(in: session) {
                    _ = session.reduce(.reopen(behind.name))
                } else {
                    told = ["This is the first question."]
                }
            case .unclear(let why): told = [why]
            case .reopen(let question): _ = session.reduce(.reopen(question))
            case .take(let value): take(value, find)
            }
        }
        return true
    }

    private mutating func take(_ value: AnswerValue, _ find: (String) -> AgentFact) {
        for effect in session.reduce(.settle(value)) {
            if case .find(let word) = effect { _ = session.reduce(.found(find(word))) }
        }
        while let overlay = session.overlays.top {
            told.append(PlainPrompt.sentence(for: overlay, in: session))
            session.overlays.dismiss()
        }
    }
}
