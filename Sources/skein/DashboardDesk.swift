import Dashboard
import MeshProtocol
import RelayClient

/// Asks the relay what the dashboard wants to know, or to have done.
struct DashboardDesk {
    let relay: RelayClient

    func answer(_ question: DashboardQuestion) async throws(SkeinError) -> DashboardAnswer {
        switch question {
        case .status: .status(try await relay.status())
        case .queue: .queue(try await relay.ask(ListQueue()))
        case .inbox: .inbox(try await relay.ask(TakeInbox(keeps: true)))
        case .message(let id): .message(try await relay.ask(FindMessage(id.rawValue)))
        case .send(let message):
            .sent(
                message,
                try await relay.ask(
                    SendMessage(
                        id: message.id, to: message.to, message.text, mesh: message.mesh,
                        priority: message.priority)))
        case .retry(let id): .retried(try await done(RetryMessage(id), id))
        case .cancel(let id): .cancelled(try await done(CancelMessage(id), id))
        case .confirm(let key): .confirmed(try await done(ConfirmShown([key]), key))
        }
    }

    private func done<Question: RelayQuestion, Subject>(
        _ question: Question, _ subject: Subject
    ) async throws(SkeinError) -> Subject {
        _ = try await relay.ask(question)
        return subject
    }
}
