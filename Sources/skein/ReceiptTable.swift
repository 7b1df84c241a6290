import Mesh
import MeshProtocol
import Text
import Widgets

/// How far messages have come, for people.
enum ReceiptTable {
    static func word(_ state: MailReport.State) -> String {
        switch state {
        case .waiting: "waiting for the broker"
        case .scheduled: "waiting for its time"
        case .sent: "sent"
        case .dead: "given up"
        }
    }

    /// What a recipient has had of it. Nothing is called delivered that nobody saw, save where
    /// the recipient's client can tell no more.
    static func word(_ recipient: MailReport.Recipient) -> String {
        switch recipient.state {
        case nil: "not yet with the broker"
        case .stored: "waits at the broker"
        case .pushed: "handed over, not shown"
        case .shown: "shown"
        case .acked: "in its inbox, not shown"
        case .delivered: "taken by a client that tells no more"
        case .expired: "expired, never shown"
        case .refused: "refused" + (recipient.reason.map { " (\($0))" } ?? "")
        }
    }

    /// One message whole, with a line for each recipient.
    static func text(_ report: MailReport, at now: Moment) -> String {
        var lines = [
            "Message \(report.id.rawValue) for \(Output.shown(report.target.name)), "
                + "\(report.priority.rawValue), \(word(report.state))"
        ]
        lines.append("  made \(ISOMoment(report.createdAt)) (\(age(report.createdAt, at: now)))")
        if let moment = report.notBefore, moment > now {
            lines.append("  not to be sent before \(ISOMoment(moment))")
        }
        if report.attempts > 0 { lines.append("  tried \(times(report.attempts))") }
        if let reason = report.reason { lines.append("  because " + Output.shown(reason)) }
        if !report.recipients.isEmpty {
            let rows = report.recipients.map { recipient in
                let last = recipient.state.flatMap { recipient.times[$0] }
                return [
                    recipient.name, word(recipient), last.map { age($0, at: now) } ?? "",
                    String(recipient.key.prefix(16)),
                ].map { SafeText.visible($0, limit: 64) }
            }
            lines.append(TextTable.text([["RECIPIENT", "STATE", "SINCE", "KEY"]] + rows))
        }
        return lines.joined(separator: "\n")
    }

    /// A line for each message.
    static func table(_ reports: [MailReport], at now: Moment) -> String {
        let rows = reports.map { report in
            [
                String(report.id.rawValue), report.target.name, report.priority.rawValue,
                age(report.createdAt, at: now), word(report.state), "\(report.attempts)",
                report.reason ?? "",
            ].map { SafeText.visible($0, limit: 64) }
        }
        return TextTable.text(
            [["ID", "FOR", "PRIORITY", "AGE", "STATE", "TRIED", "WHY"]] + rows)
    }

    static func age(_ moment: Moment, at now: Moment) -> String {
        Age.text(seconds: Int(now.milliseconds(since: moment) / 1000))
    }

    private static func times(_ number: Int) -> String {
        number == 1 ? "once" : "\(number) times"
    }
}

extension MailReport.Recipient {
    /// It has come so far, or further: what was shown was kept.
    func hasReached(_ state: DeliveryState) -> Bool {
        times[state] != nil || state == .acked && times[.shown] != nil
    }
}

/// A message on its way as `--json` shows it.
struct MessageRow: Encodable {
    var id: String
    /// The mesh's id.
    var mesh: String
    @Nullable var launch: String?
    var to: String
    var name: String
    var priority: String
    var state: String
    var created_at_ms: Int64
    @Nullable var not_before_ms: Int64?
    var attempts: Int
    @Nullable var reason: String?
    var recipients: [ReceiptRow]

    init(_ report: MailReport) {
        id = report.id.rawValue
        mesh = report.mesh.rawValue
        launch = report.launch?.rawValue
        to = report.target.spec
        name = report.target.name
        priority = report.priority.rawValue
        state = report.state.rawValue
        created_at_ms = report.createdAt.milliseconds
        not_before_ms = report.notBefore?.milliseconds
        attempts = report.attempts
        reason = report.reason
        recipients = report.recipients.map(ReceiptRow.init)
    }
}

/// One recipient of a message as `--json` shows it.
struct ReceiptRow: Encodable {
    var name: String
    var key: String
    /// The furthest it has come; null where the broker does not have it yet.
    @Nullable var state: String?
    /// Each state it came to, in milliseconds since 1970.
    var times_ms: [String: Int64]
    @Nullable var reason: String?

    init(_ recipient: MailReport.Recipient) {
        name = recipient.name
        key = recipient.key
        state = recipient.state?.rawValue
        times_ms = Dictionary(
            recipient.times.map { ($0.key.rawValue, $0.value.milliseconds) },
            uniquingKeysWith: { first, _ in first })
        reason = recipient.reason
    }
}
