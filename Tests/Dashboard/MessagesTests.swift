import Keys
import Mesh
import MeshProtocol
import Surface
import Testing
import Text

@testable import Dashboard

@Suite("Messages on the dashboard")
struct MessagesTests {
    private static func state(_ peers: [Peer] = Sample.four) -> DashboardState {
        Sample.dashboard(peers, size: Size(columns: 160, rows: 50))
    }

    @Test("each state is told in a word, and why it comes no further")
    func standings() {
        let state = Self.state()
        func told(_ report: MailReport) -> String {
            let standing = state.standing(of: report)
            return standing.why.isEmpty ? standing.word : "\(standing.word): \(standing.why)"
        }
        func to(_ name: String, _ states: DeliveryState..., reason: String? = nil, priority: MessagePriority = .next) -> String {
            var recipient = Sample.recipient(name, reason: reason)
            for state in states { recipient.times[state] = Sample.noon }
            return told(Sample.report(to: name, priority: priority, recipients: [recipient]))
        }
        #expect(told(Sample.report(state: .waiting, reason: "no route")) == "waiting: no route")
        #expect(told(Sample.report(state: .scheduled)) == "scheduled")
        #expect(told(Sample.report(state: .dead, reason: "nobody has this key")) == "given up: nobody has this key")
        #expect(told(Sample.report()) == "sent")
        #expect(to("api-2", .stored) == "stored")
        #expect(to("dev-1", .stored) == "held: it is working")
        #expect(to("ci-runner", .stored) == "held: it is not to be disturbed")
        #expect(to("dev-1", .stored, priority: .now) == "stored")
        #expect(to("gone") == "queued: it is away")
        #expect(to("gone", .stored) == "queued: it is away")
        #expect(to("api-2", .stored, .pushed) == "pushed")
        #expect(to("api-2", .stored, .pushed, .acked) == "in its inbox")
        #expect(to("dev-1", .stored, .pushed, .acked) == "in its inbox: it is working")
        #expect(to("dev-1", .stored, .pushed, .acked, .shown) == "shown")
        #expect(to("dev-1", .delivered) == "delivered")
        #expect(to("dev-1", .expired) == "expired")
        #expect(to("dev-1", .refused, reason: "blocked") == "refused: blocked")
        let several = Sample.report(
            to: "@backend",
            recipients: [Sample.recipient("dev-1", .shown), Sample.recipient("api-2", .shown), Sample.recipient("gone", .stored)])
        #expect(told(several) == "2 shown, 1 queued: it is away")
    }

    @Test("a receipt moves a message on at once; of one that is not known it is asked")
    func receipts() {
        var state = Self.state()
        Sample.fill(&state)
        state.press(.text("M"))
        _ = state.reduce(.answered(.message(Sample.report(7, to: "api-2", recipients: [Sample.recipient("api-2")]))))
        for (receipt, word) in [(DeliveryState.pushed, "pushed"), (.acked, "in its inbox"), (.shown, "shown")] {
            let effects = state.reduce(.relay(Sample.mesh.mesh, Sample.receipt(7, "api-2", receipt), at: Sample.noon))
            #expect(effects == [])
            #expect(state.mail.report(Sample.id(7)).map { state.standing(of: $0).word } == word)
        }
        let unknown = DashboardAction.relay(Sample.mesh.mesh, Sample.receipt(8, "api-2", .stored), at: Sample.noon)
        #expect(state.reduce(unknown) == [.ask(.message(Sample.id(8)))])
        #expect(state.reduce(unknown) == [], "one question at a time")
        let report = Sample.report(8, to: "api-2", recipients: [Sample.recipient("api-2", .stored)])
        #expect(state.reduce(.answered(.message(report))) == [.ask(.message(Sample.id(8)))])
        #expect(state.reduce(.answered(.message(report))) == [])
        #expect(state.reduce(.failed(.message(Sample.id(9)), SkeinError(.messageNotFound, "no"))) == [])
        #expect(state.notice == nil)
    }

    @Test("what is asked follows what the relay says waits, and nothing is asked when nothing does")
    func asking() {
        var state = Self.state()
        func hear(_ counts: MailCounts) -> [DashboardEffect] {
            state.reduce(.relay(Sample.mesh.mesh, .mail(counts), at: Sample.noon))
        }
        #expect(hear(MailCounts()) == [])
        #expect(hear(MailCounts(waiting: 1, unread: 1)) == [.ask(.queue), .ask(.inbox)])
        #expect(hear(MailCounts(waiting: 2, unread: 1)) == [], "both are under way")
        let waiting = Sample.report(1, state: .waiting)
        #expect(state.reduce(.answered(.queue([waiting]))) == [.ask(.queue)])
        #expect(state.reduce(.answered(.queue([waiting]))) == [])
        #expect(state.reduce(.answered(.inbox(InboxBatch(messages: [Sample.letter()], left: 0)))) == [.ask(.inbox)])
        _ = state.reduce(.failed(.inbox, SkeinError(.relayUnreachable, "gone")))
        #expect(hear(MailCounts()) == [.ask(.queue), .ask(.inbox)])
        _ = state.reduce(.answered(.queue([])))
        _ = state.reduce(.answered(.inbox(InboxBatch(messages: [], left: 0))))
        #expect(hear(MailCounts()) == [])
    }

    @Test("what waited and does not any more is asked after")
    func leftQueue() {
        var state = Self.state()
        let target = ResolvedTarget(spec: "key-api-2", name: "api-2", memberKey: "member", isPresent: true)
        let message = OutgoingMessage(id: Sample.id(1), mesh: Sample.mesh.mesh, to: "api-2", text: "x", priority: .next)
        _ = state.reduce(.answered(.sent(message, SentMessage(id: message.id, to: target))))
        _ = state.reduce(.answered(.message(Sample.report(1, to: "api-2", state: .waiting))))
        #expect(state.reduce(.answered(.queue([]))) == [.ask(.message(Sample.id(1)))])
    }

    @Test("sent messages are bounded, the newest first")
    func bounded() {
        var state = Self.state()
        for number in (1...300).shuffled() {
            _ = state.reduce(.answered(.message(Sample.report(number, minutes: Int64(number)))))
        }
        #expect(state.mail.sent.count == MailBoard.mostSent)
        let ages = state.mail.sent.map(\.report.createdAt)
        #expect(ages == ages.sorted(by: >))
    }

    @Test("retry and cancel are for what is still here; cancelling is asked about")
    func actions() {
        var state = Self.state()
        Sample.fill(&state)
        #expect(state.press(.text("R")) == [])
        #expect(state.text().contains("Go to the messages first"))
        state.press(.text("M"))
        #expect(state.focus == .queue && state.text().contains("given up"))
        #expect(state.press(.text("R")) == [.ask(.retry(Sample.id(2)))])
        #expect(state.reduce(.answered(.retried(Sample.id(2)))).contains(.ask(.queue)))
        state.press(.down, .down)
        #expect(state.chosenMessage == Sample.id(1))
        state.press(.text("X"))
        #expect(state.text().contains("api-2 not to be sent?"))
        #expect(state.press(.escape) == [])
        state.press(.text("X"))
        #expect(state.press(.text("y")) == [.ask(.cancel(Sample.id(1)))])
        _ = state.reduce(.answered(.cancelled(Sample.id(1))))
        #expect(!state.text().contains("went away"))
        state.press(.end, .text("X"))
        #expect(state.text().contains("Only what waits"))
        _ = state.reduce(.failed(.cancel(Sample.id(3)), SkeinError(.messageNotFound, "it is gone")))
        #expect(state.text().contains("it is gone"))
    }

    @Test("details show each recipient with its states and their times")
    func details() {
        var state = Self.state()
        Sample.fill(&state)
        state.press(.text("M"), .end, .enter)
        #expect(state.overlay is MessageOverlay)
        let text = state.text()
        #expect(text.contains("dev-1  shown") && text.contains("12:00:03  shown") && text.contains("12:00:00  stored"))
        state.press(.text("R"))
        #expect(state.text().contains("Only what waits"))
        state.press(.escape, .home, .enter)
        #expect(state.text().contains("nobody has this key") && state.text().contains("tried     3"))
        #expect(state.press(.text("R")) == [.ask(.retry(Sample.id(2)))])
    }

    @Test("the inbox lists what waits; one that is opened is shown, safe, and told as shown; r answers it")
    func inbox() throws {
        var state = Self.state()
        Sample.fill(&state)
        #expect(state.text().contains("2 unread"))
        state.press(.text("i"))
        #expect(state.text().contains("Is the schema done?"))
        state.press(.down)
        let effects = state.press(.enter)
        #expect(effects == [.ask(.confirm(Sample.letter(6).key))])
        let text = state.text()
        #expect(text.contains("    let x = 1␛[31m") && text.contains("signed"))
        #expect(state.mail.letter(Sample.letter(6).key)?.shownAt == state.now)
        state.press(.text("r"))
        #expect(state.composer?.to.text == "dev-1" && state.composer?.part == .text)
        state.press(.escape, .escape)
        #expect(state.overlay is InboxOverlay && state.text().contains("read"))
        #expect(state.press(.end, .enter) == [], "it was told once")
        state.press(.escape)
        _ = state.reduce(.answered(.inbox(InboxBatch(messages: [Sample.letter(5)], left: 40))))
        #expect(state.text().contains("40 more wait"))
    }

    @Test("unread and pending of each peer can be shown, and sorted by")
    func columns() {
        var state = Self.state()
        state.show(columns: ["name", "unread", "pending"])
        state.sort(by: "unread")
        Sample.fill(&state)
        #expect(state.peers.prefix(2).map(\.peer.name) == ["api-2", "dev-1"])
        #expect(state.mail.peers["key-dev-1"] == PeerMail(unread: 1, pending: 1))
        #expect(state.mail.peers["key-api-2"] == PeerMail(unread: 1, pending: 1))
        state.press(.text("i"), .enter)
        _ = state.reduce(.answered(.inbox(InboxBatch(messages: [Sample.letter(6, from: "dev-1")], left: 0))))
        #expect(state.peers.first?.peer.name == "dev-1")
        state.hear(.snapshot(Sample.four))
        #expect(state.peers.first?.peer.name == "dev-1")
        state.sort(by: "pending")
        #expect(state.rows.count == 4)
    }

    @Test("the pane is in every layout, takes clicks, and its ages are kept up to date")
    func pane() throws {
        for size in [Size(columns: 40, rows: 12), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 120, rows: 18)] {
            var state = Sample.dashboard(Sample.four, size: size)
            Sample.fill(&state)
            state.press(.text("M"))
            #expect(state.text().contains("old-one") && state.text().contains("given up"), "\(size)")
            #expect(state.text().contains("2 unread"), "\(size)")
            let row = state.row(of: "api-2  ")
            let column = try #require(state.layout?.panes[.queue]).content.column
            state.mouse(.press, column + 1, state.row(of: "old-one"))
            #expect(state.chosenMessage == Sample.id(2))
            state.mouse(.press, column + 1, state.row(of: "old-one"))
            #expect(state.overlay is MessageOverlay)
            #expect(row >= 0)
            state.press(.escape, .tab)
            #expect(state.focus == .peers)
        }
        var state = Sample.dashboard([], size: Size(columns: 80, rows: 24))
        state.press(.text("M"))
        #expect(state.untilChange(size: state.size) == nil)
        _ = state.reduce(.answered(.message(Sample.report(3))))
        #expect(state.untilChange(size: state.size) == 60_000)
    }
}
