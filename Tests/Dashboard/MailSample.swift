import Mesh
import MeshProtocol

@testable import Dashboard

/// Messages of the sample's mesh.
extension Sample {
    static let id = MessageID(rawValue: "01890000-0000-7000-8000-000000000001")

    static func id(_ number: Int) -> MessageID {
        let digits = String(number)
        return MessageID(
            rawValue: "01890000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count)
                + digits)
    }

    static func report(
        _ number: Int = 1, to name: String = "dev-1", state: MailReport.State = .sent,
        reason: String? = nil, priority: MessagePriority = .next, minutes: Int64 = 0,
        recipients: [MailReport.Recipient] = []
    ) -> MailReport {
        MailReport(
            id: id(number), mesh: mesh.mesh, launch: nil,
            target: ResolvedTarget(
                spec: name.hasPrefix("@") ? name : "key-\(name)", name: name,
                memberKey: name.hasPrefix("@") ? nil : "member", isPresent: true),
            priority: priority, state: state, createdAt: noon.advanced(bySeconds: -60 * minutes),
            attempts: state == .dead ? 3 : 0, reason: reason, recipients: recipients)
    }

    static func recipient(
        _ name: String, _ states: DeliveryState..., reason: String? = nil
    ) -> MailReport.Recipient {
        var times: [DeliveryState: Moment] = [:]
        for (second, state) in states.enumerated() {
            times[state] = noon.advanced(bySeconds: Int64(second))
        }
        return MailReport.Recipient(name: name, key: "key-\(name)", times: times, reason: reason)
    }

    static func receipt(
        _ number: Int, _ name: String, _ state: DeliveryState, reason: String? = nil
    ) -> RelayEvent {
        .receipt(
            ReceiptFrame(
                messageID: id(number).rawValue, recipient: "key-\(name)", state: state,
                at: noon.advanced(bySeconds: 9), reason: reason))
    }

    static func letter(
        _ number: Int = 1, from name: String = "api-2", _ text: String = "Is the schema done?",
        minutes: Int64 = 3, to target: String = "me"
    ) -> InboxMessage {
        let at = noon.advanced(bySeconds: -60 * minutes)
        return InboxMessage(
            key: InboxKey(mesh: mesh.mesh, id: id(number), launch: nil),
            sender: MessageSender(
                name: name, key: "key-\(name)", memberKey: "member", author: .agent, trust: .attested),
            target: target, priority: .next, text: text, createdAt: at, receivedAt: at)
    }

    /// What waits, what was given up, what was sent, and mail.
    static func fill(_ state: inout DashboardState) {
        state.hear(.mail(MailCounts(waiting: 1, dead: 1, unread: 2)))
        _ = state.reduce(
            .answered(
                .queue([
                    report(1, to: "api-2", state: .waiting, reason: "the broker went away", minutes: 2),
                    report(2, to: "old-one", state: .dead, reason: "nobody has this key", minutes: 90),
                ])))
        _ = state.reduce(
            .answered(.message(report(3, minutes: 5, recipients: [recipient("dev-1", .stored, .pushed, .acked, .shown)]))))
        _ = state.reduce(
            .answered(
                .message(
                    report(
                        4, to: "@backend", priority: .now, minutes: 4,
                        recipients: [recipient("dev-1", .stored, .pushed, .acked), recipient("gone", .stored)]))))
        _ = state.reduce(
            .answered(.inbox(InboxBatch(messages: [letter(5), letter(6, from: "dev-1", "Done.\n\n    let x = 1\u{1B}[31m\nBye", minutes: 1)], left: 0))))
    }
}
