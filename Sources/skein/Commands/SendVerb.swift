import ArgumentParser
import Mesh
import MeshCrypto
import MeshProtocol
import RelayClient

/// `skein send`: puts a message into the outbox. What it says is true then; nothing is called
/// delivered before somebody has seen it.
struct SendVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send a message to a peer, a group or everybody.",
        usage: "skein send <to> <text…|-> [--priority now|next|low] [--wait shown|acked] …",
        discussion: """
            <to> is a name, name@mesh, @group, *, or a key or its first 6 digits. A text of - is \
            read from standard input; what begins with a dash comes after --.
            """)

    @Argument(help: "Whom it is for.")
    var to: String
    @Argument(help: "The text, or - to read standard input.")
    var text: [String] = []
    @Option(name: .long, help: "now, next or low.")
    var priority = "next"
    @Option(name: .long, help: "Wait until everybody it is for has come so far: shown or acked.")
    var wait: String?
    @Option(name: .long, help: "How long to wait: 30, 30s, 5m. (default: 60s)")
    var timeout: String?
    @Option(name: .customLong("in"), help: "Send it later: 10m, 12h, 7d from now.")
    var after: String?
    @Option(name: .long, help: "Send it at 14:30, or at 2026-11-22T09:00.")
    var at: String?
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let now = Surroundings.now
        let (priority, awaited, seconds) = try checked()
        let notBefore = try SendTime.moment(in: after, at: at, now: now)
        let body = try BodyText.read(text, what: "A message")
        let (line, target) = try Desk().line(to: to, mesh: mesh.mesh)
        let sent = try await line.relay.ask(
            SendMessage(
                id: MessageID(at: now, random: RandomBytes.make(10)), to: target, body,
                mesh: line.membership.mesh, priority: priority, notBefore: notBefore))
        var report: MailReport?
        if let awaited {
            let found = try await line.relay.ask(
                FindMessage(sent.id.rawValue, awaiting: awaited, seconds: seconds),
                limit: .seconds(seconds + 15))
            if let late = Self.shortfall(found, of: awaited) { throw late }
            report = found
        }
        try Output.report(
            "send", Report(sent, line.membership, notBefore, report), mesh.common
        ) { () throws(SkeinError) in Self.text(sent, notBefore: notBefore, awaited) }
        return .ok
    }

    private func checked() throws(SkeinError) -> (MessagePriority, DeliveryState?, Int) {
        guard let priority = MessagePriority(rawValue: priority) else {
            throw SkeinError(
                .arguments, "--priority \(priority) is not known",
                hint: "Use --priority now, next or low")
        }
        guard let wait else {
            guard timeout == nil else {
                throw SkeinError(
                    .arguments, "--timeout goes with --wait", hint: "Add --wait shown")
            }
            return (priority, nil, 0)
        }
        guard after == nil, at == nil else {
            throw SkeinError(
                .arguments, "--wait does not go with --in or --at",
                hint: "Ask later with skein message")
        }
        guard let state = DeliveryState(rawValue: wait), [.shown, .acked].contains(state) else {
            throw SkeinError(
                .arguments, "--wait \(wait) is not known",
                hint: "Use --wait shown or --wait acked")
        }
        return (priority, state, try WaitSpan.seconds(timeout ?? "60", flag: "--timeout"))
    }

    /// What is missing where not everybody has come so far.
    static func shortfall(_ report: MailReport, of state: DeliveryState) -> SkeinError? {
        let short = report.recipients.filter { !$0.hasReached(state) }
        if report.state != .dead, !report.recipients.isEmpty, short.isEmpty { return nil }
        let first = short.first.map { "\($0.name): \(ReceiptTable.word($0))" }
        let reason = report.reason ?? first ?? ReceiptTable.word(report.state)
        return SkeinError(
            .notInTime,
            "The message was accepted, and is not \(state.rawValue) yet (\(reason))",
            hint: "See skein message \(report.id.rawValue)", subject: report.id.rawValue)
    }

    static func text(
        _ sent: SentMessage, notBefore: Moment?, _ awaited: DeliveryState?
    ) -> String {
        let name = sent.to.spec == "*" ? "everybody" : Output.shown(sent.to.name)
        let first =
            if let awaited {
                awaited == .shown ? "Shown to \(name)." : "\(name) has it."
            } else if let notBefore {
                "Kept for \(name) until \(ISOMoment(notBefore))."
            } else {
                sent.to.isPresent ? "Queued for \(name)." : "Queued for \(name), who is away."
            }
        return ([first] + sent.notes.map { "! " + Output.shown($0) } + [
            "See what became of it with: skein message \(sent.id.rawValue)"
        ]).joined(separator: "\n")
    }

    private struct Report: Encodable {
        var id: String
        var mesh: String
        var to: String
        var name: String
        @Nullable var member_key: String?
        var is_present: Bool
        @Nullable var not_before_ms: Int64?
        var notes: [String]
        /// With `--wait` alone.
        var recipients: [ReceiptRow]

        init(
            _ sent: SentMessage, _ membership: Membership, _ notBefore: Moment?,
            _ report: MailReport?
        ) {
            id = sent.id.rawValue
            mesh = membership.slug
            to = sent.to.spec
            name = sent.to.name
            member_key = sent.to.memberKey
            is_present = sent.to.isPresent
            not_before_ms = notBefore?.milliseconds
            notes = sent.notes
            recipients = report?.recipients.map(ReceiptRow.init) ?? []
        }
    }
}
