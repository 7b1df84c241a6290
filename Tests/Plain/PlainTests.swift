import Flow
import Mesh
import MeshProtocol
import Onboarding
import Plain
import Session
import Testing

@Suite("Plain walk")
struct PlainWalkTests {
    private func session(welcomed: Bool = false, last: LastAnswers? = nil) -> SessionState {
        let key = PublicKey(hex: String(repeating: "ab", count: 32))
        let memberships = last == nil ? [] : [key].compactMap { $0 }.map {
            Membership(
                mesh: MeshID(rawValue: "m"), name: "dev", slug: "dev", place: .thisMachine,
                member: MemberID(rawValue: "me"), memberKey: $0, permission: .admin,
                joinedAt: Moment(milliseconds: 1), lastUsedAt: Moment(milliseconds: 1))
        }
        var session = SessionState(
            facts: Facts(
                directory: "/src/payments", home: "/home/ada", loginName: "ada", hostname: "laptop",
                agents: [
                    AgentFact(word: "claude", title: "Claude Code", path: "/opt/claude", isKnown: true),
                    AgentFact(word: "codex", title: "Codex", path: "/opt/codex", isKnown: true),
                ], freshSession: "s"),
            machine: MachineRecord(
                welcomed: welcomed, account: welcomed ? .thisMachine : nil, memberships: memberships,
                lastAnswers: last))
        _ = session.prefill(from: LaunchFlags())
        return session
    }

    /// Walks with these lines as input, then its end.
    private func walk(_ session: SessionState, _ lines: [String?]) -> (asked: [String], done: Bool, session: SessionState) {
        var walk = PlainWalk(session, wrong: [])
        var rest = lines[...]
        var asked: [String] = []
        let done = walk.run(
            ask: { prompt in
                asked.append(prompt.joined(separator: "\n"))
                return rest.popFirst() ?? nil
            },
            find: { AgentFact(word: $0, title: $0, path: $0 == "htop" ? "/usr/bin/htop" : nil, isKnown: false) })
        return (asked, done, walk.session)
    }

    @Test("numbers and words answer the same questions in the same order as the screens")
    func answers() {
        let result = walk(session(), ["1", "1", "1", "dev-1", "2", "2", "1"])
        #expect(result.done)
        #expect(result.asked.count == 7)
        #expect(result.session.answers.mesh.settled == .create(name: "payments"))
        #expect(result.session.answers.name.settled == "dev-1")
        #expect(result.session.answers.role.settled == "reviewer")
        #expect(result.session.answers.agent.settled == "codex")
    }

    @Test("an empty line takes the default that is shown")
    func defaults() {
        let result = walk(session(), ["", "", "", "", "", "", "1"])
        #expect(result.done)
        #expect(result.session.answers.name.settled == "ada")
        #expect(result.session.answers.role.settled == "implementer")
        for prompt in result.asked.dropLast() { #expect(prompt.contains("["), "\(prompt)") }
    }

    @Test("the end of input takes defaults but never launches")
    func endOfInput() {
        let result = walk(session(), [])
        #expect(!result.done)
        #expect(result.session.answers.agent.settled == "claude")
        #expect(!result.session.answers.confirm.isSettled)
        #expect(result.asked.last?.contains("Launch") == true)
    }

    @Test("hidden steps are not asked")
    func hidden() {
        let last = LastAnswers(
            mesh: MeshID(rawValue: "m"), name: "dev-1", role: "lead", groups: [], agent: "codex")
        let result = walk(session(welcomed: true, last: last), ["1"])
        #expect(result.done)
        #expect(result.asked.count == 1)
    }

    @Test("a wrong answer is told and asked again; nothing is lost")
    func wrong() {
        let result = walk(session(welcomed: true), ["9", "new mesh", "\u{1b}[31m", "dev-1", "1", "nope", "htop", "1"])
        #expect(result.done)
        #expect(result.asked[1].contains("There is 1 choice."))
        #expect(result.asked[3].contains("Not taken"))
        #expect(result.asked[6].contains("nope is not on PATH"))
        #expect(result.session.answers.agent.settled == "htop")
        for prompt in result.asked { #expect(!prompt.unicodeScalars.contains("\u{1b}")) }
    }

    @Test("back goes back, leave leaves, and a change is asked again")
    func backAndChange() {
        let back = walk(session(welcomed: true), ["1", "a", "back", "b", "1", "1", "1"])
        #expect(back.done)
        #expect(back.session.answers.name.settled == "b")
        #expect(!walk(session(welcomed: true), ["leave"]).done)
        let last = LastAnswers(
            mesh: MeshID(rawValue: "m"), name: "dev-1", role: "lead", groups: [], agent: "codex")
        let changed = walk(session(welcomed: true, last: last), ["3", "dev-2", "1"])
        #expect(changed.done)
        #expect(changed.session.answers.name.settled == "dev-2")
    }
}

@Suite("Plain dashboard")
struct PlainDashboardTests {
    private func peer(_ name: String, _ status: Status = .idle) -> Peer {
        Peer(
            id: name, memberKey: "k", name: name, status: status,
            statusSince: Moment(milliseconds: 0), sessionID: "s",
            connectedAt: Moment(milliseconds: 0), cwd: "/src")
    }

    @Test("everybody at first, then one line a change")
    func lines() {
        var dashboard = PlainDashboard()
        #expect(dashboard.lines(for: .snapshot([peer("b"), peer("a")])).count == 3)
        #expect(
            dashboard.lines(for: .changed(PeerChanges(updated: [peer("a", .working)])))
                == ["a: idle → working"])
        #expect(dashboard.lines(for: .changed(PeerChanges(left: ["b"]))) == ["left: b"])
        #expect(dashboard.lines(for: .link(.live)) == ["live"])
        #expect(dashboard.lines(for: .link(.live)) == [])
    }

    @Test("where there are several meshes every line begins with its own")
    func several() {
        var dashboard = PlainDashboard(mesh: "payments")
        let lines =
            dashboard.lines(for: .snapshot([peer("a")])) + dashboard.lines(for: .link(.live))
            + dashboard.lines(for: .mail(MailCounts(unread: 1)))
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { $0.hasPrefix("payments: ") })
    }

    @Test("mail is told when it changes; what passes through a live link is no news")
    func mail() {
        var dashboard = PlainDashboard()
        #expect(dashboard.lines(for: .mail(MailCounts())) == [])
        #expect(dashboard.lines(for: .mail(MailCounts(waiting: 1))) == ["mail: 1 waiting"])
        _ = dashboard.lines(for: .link(.live))
        #expect(dashboard.lines(for: .mail(MailCounts(waiting: 1))) == ["mail: nothing waits"])
        #expect(dashboard.lines(for: .mail(MailCounts(waiting: 2))) == [])
        #expect(
            dashboard.lines(for: .mail(MailCounts(dead: 1, unread: 2)))
                == ["mail: 1 given up, 2 unread"])
        #expect(dashboard.lines(for: .mail(MailCounts(waiting: 7, dead: 1, unread: 2))) == [])
    }

    @Test("a next try for the same reason is no news")
    func tries() {
        var dashboard = PlainDashboard()
        func retry(_ second: Int64) -> RelayEvent {
            .link(.retrying(reason: "gone", at: Moment(milliseconds: second)))
        }
        #expect(dashboard.lines(for: retry(1)).count == 1)
        #expect(dashboard.lines(for: retry(2)) == [])
    }

    @Test("what happened is a line each, and what presence tells is not told again")
    func happened() {
        let mesh = MeshID(rawValue: "m")
        func event(_ what: MeshEvent.What, _ name: String = "dev\n1") -> MeshEvent {
            MeshEvent(mesh: mesh, at: Moment(milliseconds: 0), peer: nil, name: name, what: what)
        }
        var dashboard = PlainDashboard()
        let lines = dashboard.lines(
            for: .happened([
                event(.joined), event(.state(key: "deploy", value: "on\u{7}")),
                event(.sent(MessageID(rawValue: "x"), to: "ada", priority: .next, excerpt: "hi"), ""),
                event(.waiting(true)), event(.status(from: .idle, to: .dnd)), event(.left),
            ]))
        #expect(lines == ["state: deploy = on␇", "sent: you → ada", "dev␊1: waits for its person"])
    }

    @Test("a hostile name is made visible")
    func hostile() {
        var dashboard = PlainDashboard()
        let lines = dashboard.lines(for: .snapshot([peer("a\u{1b}[2J\n")]))
        for line in lines { #expect(!line.unicodeScalars.contains { $0.value < 32 }) }
    }
}

extension PlainDashboard {
    fileprivate mutating func lines(for event: RelayEvent) -> [String] {
        lines(for: event, at: Moment(milliseconds: 0))
    }
}
