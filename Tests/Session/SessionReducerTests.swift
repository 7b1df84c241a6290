import Flow
import Mesh
import MeshProtocol
import Session
import Testing

@Suite("Session reducer")
struct SessionReducerTests {
    @Test("taking Launch asks for the launch once, however often it is taken")
    func launchOnce() {
        var state = Sample.state()
        #expect(state.reduce(.settle(.confirm)) == [.launch(offline: false)])
        #expect(state.handOff == .registering)
        #expect(state.reduce(.settle(.confirm)) == [])
    }

    @Test("a launch that failed over the network can be tried again from its overlay")
    func retry() {
        var state = Sample.state()
        _ = state.reduce(.settle(.confirm))
        _ = state.reduce(.launchFailed(SkeinError(.brokerUnreachable, "no answer")))
        #expect(state.overlays.top == .brokerDisconnect(reason: "no answer"))
        #expect(!state.answers.confirm.isSettled)
        #expect(state.reduce(.retry) == [.launch(offline: false)])
        #expect(state.overlays.isEmpty)
    }

    @Test("a wait that was cut short counts no further, and help above it only holds its last second")
    func countdown() {
        var state = Sample.state()
        _ = state.reduce(.settle(.confirm))
        let failure = SkeinError(.brokerUnreachable, "no answer")
        #expect(state.reduce(.launchFailed(failure)) == [.countdown(try: 1)])
        _ = state.reduce(.retry)
        #expect(state.reduce(.launchFailed(failure)) == [.countdown(try: 2)])
        let seconds = state.secondsToRetry
        #expect(state.reduce(.countdown(try: 1)) == [], "the first wait is over")
        #expect(state.secondsToRetry == seconds)
        _ = state.reduce(.push(.help))
        for _ in 1..<seconds { #expect(state.reduce(.countdown(try: 2)) == [.countdown(try: 2)]) }
        #expect(state.secondsToRetry == 1)
        #expect(state.reduce(.countdown(try: 2)) == [.countdown(try: 2)], "help is open")
        _ = state.reduce(.dismiss)
        #expect(state.reduce(.countdown(try: 2)) == [.launch(offline: false)])
    }

    @Test("another agent does not get the first one's session")
    func otherAgent() {
        var state = Sample.state(agents: [Sample.claude, Sample.codex])
        state.answers.agent.settle("claude")
        state.answers.options.resumes = "session-of-claude"
        _ = state.reduce(.settle(.agent("claude")))
        #expect(state.answers.options.resumes == "session-of-claude")
        _ = state.reduce(.settle(.agent("codex")))
        #expect(state.answers.options.resumes == nil)
    }

    @Test("an agent that was missing is looked for again when it is chosen")
    func installedMeanwhile() {
        var state = Sample.state()
        #expect(state.reduce(.settle(.agent("gemini"))) == [.find(agent: "gemini")])
        _ = state.reduce(.found(Sample.missing))
        #expect(state.overlays.top == .agentMissing(word: "gemini"))
        #expect(state.facts.agent("gemini")?.howToGet == Sample.missing.howToGet, "it stays known")
        var installed = Sample.missing
        installed.path = "/usr/bin/gemini"
        _ = state.reduce(.found(installed))
        #expect(state.answers.agent.settled == "gemini")
    }

    @Test("a bad answer changes nothing and says why")
    func badAnswer() {
        var state = Sample.state()
        let before = state.answers
        _ = state.reduce(.settle(.name("\u{7}")))
        #expect(state.answers == before)
        guard case .failure(let error)? = state.overlays.top else {
            Issue.record("no overlay")
            return
        }
        #expect(error.code == .badName)
    }

    @Test("an unknown command is looked for before it is taken")
    func find() {
        var state = Sample.state()
        #expect(state.reduce(.settle(.agent("htop"))) == [.find(agent: "htop")])
        let found = AgentFact(word: "htop", title: "htop", path: "/usr/bin/htop", isKnown: false)
        _ = state.reduce(.found(found))
        #expect(state.answers.agent.settled == "htop")
        _ = state.reduce(.found(AgentFact(word: "nope", title: "nope", path: nil, isKnown: false)))
        #expect(state.overlays.top == .agentMissing(word: "nope"))
    }

    @Test("presence follows snapshot and changes, and keeps a stable order")
    func presence() {
        var state = Sample.state()
        func peer(_ name: String, _ status: Status = .idle) -> Peer {
            Peer(
                id: name, memberKey: "k", name: name, status: status,
                statusSince: Moment(milliseconds: 0), sessionID: "s",
                connectedAt: Moment(milliseconds: 0), cwd: "/")
        }
        let mesh = MeshID(rawValue: "m")
        let noon = Moment(milliseconds: 1)
        #expect(state.meshes[mesh] == nil)
        _ = state.reduce(.relay(mesh, .link(.live), at: noon))
        #expect(state.meshes[mesh]?.isKnown == false)
        _ = state.reduce(.relay(mesh, .snapshot([peer("b"), peer("a")]), at: noon))
        #expect(state.meshes[mesh]?.inOrder.map(\.name) == ["a", "b"])
        _ = state.reduce(
            .relay(
                mesh,
                .changed(
                    PeerChanges(joined: [peer("c")], updated: [peer("a", .working)], left: ["b"])),
                at: noon))
        #expect(state.meshes[mesh]?.inOrder.map(\.name) == ["a", "c"])
        #expect(state.meshes[mesh]?.peers["a"]?.status == .working)
        // Another mesh is another matter.
        #expect(state.meshes[MeshID(rawValue: "n")] == nil)
    }

    @Test("since when a link is down is told, whatever its next tries say")
    func since() {
        var state = Sample.state()
        let mesh = MeshID(rawValue: "m")
        func tell(_ link: LinkState, _ second: Int64) {
            _ = state.reduce(.relay(mesh, .link(link), at: Moment(milliseconds: second * 1000)))
        }
        tell(.live, 1)
        tell(.retrying(reason: "gone", at: Moment(milliseconds: 0)), 5)
        tell(.retrying(reason: "gone", at: Moment(milliseconds: 9)), 8)
        #expect(state.meshes[mesh]?.linkSince == Moment(milliseconds: 5000))
        tell(.live, 10)
        #expect(state.meshes[mesh]?.linkSince == Moment(milliseconds: 10_000))
        #expect(state.meshes[mesh]?.offlineSince == nil)
        tell(.connecting, 11)
        tell(.retrying(reason: "gone", at: Moment(milliseconds: 0)), 12)
        tell(.connecting, 13)
        tell(.retrying(reason: "away", at: Moment(milliseconds: 0)), 14)
        #expect(state.meshes[mesh]?.offlineSince == Moment(milliseconds: 11_000))
    }

    @Test("since when a link is down that was never seen live is not known")
    func neverLive() {
        var presence = Presence()
        let retrying = LinkState.retrying(reason: "gone", at: Moment(milliseconds: 0))
        presence.take(.link(retrying), at: Moment(milliseconds: 5))
        #expect(presence.offlineSince == nil)
    }

    @Test("leaving keeps or forgets what was typed, as was said")
    func leave() {
        var state = Sample.state()
        #expect(state.reduce(.leave(keeping: true)) == [.keepDrafts, .leave])
        #expect(state.reduce(.leave(keeping: false)) == [.forgetDrafts, .leave])
    }
}
