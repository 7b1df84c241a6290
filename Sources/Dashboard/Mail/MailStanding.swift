import Mesh
import MeshProtocol
import Surface
import Text
import Wording

/// How far a message has come, in words, and why it comes no further.
struct MailStanding: Equatable {
    var word: String
    var why = ""
    var role: Role
}

extension DashboardState {
    /// Recipients for whom it is looked up what they do.
    private static let mostExplained = 8

    func standing(of report: MailReport) -> MailStanding {
        switch report.state {
        case .waiting:
            return MailStanding(word: translated("waiting"), why: report.reason ?? "", role: .warning)
        case .scheduled:
            return MailStanding(word: translated("scheduled"), why: report.reason ?? "", role: .muted)
        case .dead where mail.sent.contains { $0.report.id == report.id && $0.isCancelled }:
            return MailStanding(word: translated("cancelled"), role: .muted)
        case .dead: return MailStanding(word: translated("given up"), why: report.reason ?? "", role: .danger)
        case .sent: break
        }
        let all = report.recipients.prefix(Self.mostExplained).map { standing(of: $0, report) }
        guard let first = all.first else { return MailStanding(word: translated("sent"), role: .muted) }
        guard report.recipients.count > 1 else { return first }
        let isBrief = report.recipients.count > Self.mostExplained
        var numbers: [String: Int] = [:]
        for recipient in report.recipients {
            numbers[standing(of: recipient, report, isBrief: isBrief).word, default: 0] += 1
        }
        let words = numbers.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \($0.key)" }
        return MailStanding(
            word: words.joined(separator: ", "),
            why: all.first { !$0.why.isEmpty }?.why ?? "", role: first.role)
    }

    /// Of one recipient; `isBrief` says only what the broker told.
    func standing(
        of recipient: MailReport.Recipient, _ report: MailReport, isBrief: Bool = false
    ) -> MailStanding {
        let peer = isBrief ? nil : peer(of: recipient.key, in: report.mesh)
        let busy = peer.flatMap { Self.reason(why: $0, holds: report.priority) }
        let isAway = !isBrief && peer == nil
        return switch recipient.state {
        case nil, .stored:
            if isAway {
                MailStanding(word: translated("queued"), why: translated("it is away"), role: .warning)
            } else if let busy {
                MailStanding(word: translated("held"), why: busy, role: .warning)
            } else {
                MailStanding(word: recipient.state == nil ? translated("queued") : translated("stored"), role: .muted)
            }
        case .pushed: MailStanding(word: translated("pushed"), role: .text)
        case .acked: MailStanding(word: translated("in its inbox"), why: busy ?? "", role: .text)
        case .shown: MailStanding(word: translated("shown"), role: .success)
        case .delivered: MailStanding(word: translated("delivered"), role: .success)
        case .expired: MailStanding(word: translated("expired"), why: recipient.reason ?? "", role: .danger)
        case .refused: MailStanding(word: translated("refused"), why: recipient.reason ?? "", role: .danger)
        }
    }

    /// A session by its own key, or any of a member's.
    private func peer(of key: String, in mesh: MeshID) -> Peer? {
        guard let peers = presence(of: mesh)?.peers else { return nil }
        return peers[key] ?? peers.values.first { $0.memberKey == key }
    }

    private static func reason(why peer: Peer, holds priority: MessagePriority) -> String? {
        guard priority != .now else { return nil }
        return switch peer.status {
        case .working: translated("it is working")
        case .dnd: translated("it is not to be disturbed")
        case .idle: nil
        }
    }
}
