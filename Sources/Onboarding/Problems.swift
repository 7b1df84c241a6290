import MeshProtocol
import Session

extension OnboardingState {
    /// Puts what the flags said wrongly in front of the person, the first on top, each as the
    /// overlay that offers a way on; and a line about anything else that is not as was asked.
    public mutating func showProblems(_ wrong: [SkeinError], notice: String?) {
        for error in wrong.reversed() {
            session.overlays.push(overlay(for: error))
        }
        if let notice { self.notice = notice }
        overlaySelection = choices.firstIndex(where: \.canBeTaken) ?? 0
    }

    private func overlay(for error: SkeinError) -> Overlay {
        guard let subject = error.subject else { return .failure(error) }
        switch error.code {
        case .meshNotFound: return .meshNotFound(name: subject)
        case .agentMissing: return .agentMissing(word: subject)
        default: return .failure(error)
        }
    }
}
