import Mesh
import MeshProtocol
import Surface
import Text
import Widgets
import Wording

/// Messages: what the relay tells of them, and what is written.
extension DashboardState {
    /// Drafts that were kept.
    public mutating func keep(_ drafts: [MeshID: MessageDraft]) { self.drafts = drafts }

    /// Letters that wait in the meshes in sight.
    var unread: Int { meshesInSight.reduce(0) { $0 + (mail.counts[$1.mesh]?.unread ?? 0) } }

    /// The only place where the dashboard changes.
    public mutating func reduce(_ action: DashboardAction) -> [DashboardEffect] {
        let before = (draft: composer, drafts: drafts, notice: notice)
        var effects = change(action)
        switch action {
        case .relay(let mesh, let event, _): effects += takeMail(event, of: mesh)
        case .answered(let answer): effects += takeMail(answer)
        case .failed(let question, let error):
            // Nobody pressed a key for these.
            if question.isQuiet { notice = before.notice }
            effects += takeMail(question, failure: error)
        case .fresh(let id): effects += send(as: id)
        case .input, .resized, .now, .copied, .saved, .themed, .themeChosen, .look, .relayLost, .relayFound:
            break
        }
        if let composer, composer.draft != before.draft?.draft {
            drafts[composer.mesh] = composer.isWorthKeeping ? composer.draft : nil
        }
        // Kept before it is sent: whatever happens then, it is known under which id.
        return Set(drafts.keys).union(before.drafts.keys)
            .filter { drafts[$0] != before.drafts[$0] }
            .map { .keepDraft($0, drafts[$0]) } + effects
    }

    // MARK: - What the relay tells

    private mutating func takeMail(_ event: RelayEvent, of mesh: MeshID) -> [DashboardEffect] {
        let effects: [DashboardEffect]
        switch event {
        case .mail(let counts): effects = mail.take(counts, of: mesh)
        case .receipt(let receipt): effects = mail.take(receipt)
        case .snapshot, .changed, .link, .state, .happened: return []
        }
        countMail()
        return effects
    }

    private mutating func takeMail(_ answer: DashboardAnswer) -> [DashboardEffect] {
        var effects: [DashboardEffect] = []
        switch answer {
        case .queue(let reports): effects = mail.take(queue: reports) + mail.settle(.queue)
        case .inbox(let batch):
            mail.take(batch)
            effects = mail.settle(.inbox)
        case .message(let report):
            mail.take(report)
            effects = mail.settle(.message(report.id))
        case .sent(let message, let sent): effects = take(message, sent)
        case .retried:
            notice = Span(translated("It is tried again now"), .success)
            effects = mail.want(.queue)
        case .cancelled(let id):
            mail.cancel(id)
            notice = Span(translated("It is not sent"), .success)
            effects = mail.want(.queue)
        case .confirmed: effects = mail.want(.inbox)
        case .status, .trust, .performed, .events, .past: return []
        }
        countMail()
        return effects
    }

    private mutating func takeMail(
        _ question: DashboardQuestion, failure error: SkeinError
    ) -> [DashboardEffect] {
        switch question {
        // What could not be asked for is asked for again with the next news.
        case .queue: _ = mail.settle(.queue)
        case .inbox: _ = mail.settle(.inbox)
        case .message(let id): _ = mail.settle(.message(id))
        case .send(let message):
            guard var composer, composer.id == message.id else { break }
            composer.isSending = false
            composer.problem = [error.message, error.hint].compactMap(\.self).joined(separator: ". ")
            replace(composer)
            notice = nil
        case .status, .trust, .perform, .retry, .cancel, .confirm, .events, .past: break
        }
        return []
    }

    private mutating func take(_ message: OutgoingMessage, _ sent: SentMessage) -> [DashboardEffect] {
        let text = String(
            String.UnicodeScalarView(message.text.unicodeScalars.prefix(MailBoard.textLimit)))
        let recipients =
            sent.to.memberKey == nil
            ? [] : [MailReport.Recipient(name: sent.to.name, key: sent.to.spec)]
        mail.add(
            MailBoard.Sent(
                report: MailReport(
                    id: sent.id, mesh: message.mesh, launch: nil, target: sent.to,
                    priority: message.priority, state: .waiting, createdAt: present,
                    recipients: recipients),
                text: text))
        overlays.removeAll { ($0 as? ComposeOverlay)?.id == sent.id }
        for (mesh, draft) in drafts where draft.id == sent.id { drafts[mesh] = nil }
        let note = sent.notes.first.map { SafeText.visible($0, limit: 200) }
        notice = Span(note ?? translated("It is on its way"), note == nil ? .success : .warning)
        return mail.want(.message(sent.id))
    }

    private mutating func countMail() {
        let before = mail.peers
        mail.countPeers()
        if before != mail.peers {
            rows.tell(mail.peers)
            showChosen()
        }
    }
}

extension DashboardQuestion {
    fileprivate var isQuiet: Bool {
        switch self {
        case .queue, .inbox, .message, .trust: true
        case .status, .perform, .send, .retry, .cancel, .confirm, .events, .past: false
        }
    }
}
