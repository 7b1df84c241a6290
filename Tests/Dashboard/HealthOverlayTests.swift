import Keys
import Mesh
import MeshProtocol
import Surface
import Testing

@testable import Dashboard

@Suite("Health of the relay")
struct HealthOverlayTests {
    static func status(_ state: DashboardState) -> RelayStatus {
        RelayStatus(
            pid: 4242, programVersion: "0.1.0", startedAt: Sample.noon.advanced(bySeconds: -7200),
            brokerPort: 7070, launches: 3,
            meshes: [
                MeshHealth(
                    mesh: Sample.mesh.mesh, name: "payments", link: .live,
                    lastAckAt: Sample.noon.advanced(bySeconds: -130), lastAckMilliseconds: 12),
                MeshHealth(
                    mesh: Sample.staging.mesh, name: "staging",
                    link: .retrying(reason: "the broker went away", at: Sample.noon),
                    mail: MailCounts(waiting: 3, dead: 1, unread: 5, droppedEvents: 2), isExposed: true),
            ],
            refused: [
                RefusedLaunch(
                    launch: LaunchID(rawValue: "l"), mesh: Sample.staging.mesh, name: "dev\u{7}",
                    reason: "it was banned")
            ])
    }

    @Test("everything is told, safe to show")
    func everything() {
        var state = Sample.meshes()
        state.loseStaging(after: 0)
        state.press(.text("h"))
        #expect(state.text().contains("Asking the relay…"))
        _ = state.reduce(.answered(.status(Self.status(state))))
        let text = state.text()
        for words in [
            "0.1.0, process 4242", "2h", "at port 7070", "payments live", "2m ago in 12 ms",
            "staging ! offline since 12:00, trying again in 8 s", "the broker went away",
            "1 given up  queued 3  5 unread", "2 dropped", "(ws://)", "dev␇@staging", "it was banned",
        ] { #expect(text.contains(words), "\(words)") }
        #expect(state.untilChange(size: state.size) == 1000)
        state.press(.escape)
        #expect(state.overlay == nil)
    }

    @Test("it is asked when opened and when something changes, one question at a time, else never")
    func asking() {
        var state = Sample.meshes()
        func news(_ event: RelayEvent) -> [DashboardEffect] {
            state.reduce(.relay(Sample.mesh.mesh, event, at: Sample.noon))
                .filter { $0 == .ask(.status) }
        }
        #expect(news(.mail(MailCounts(waiting: 1))) == [])
        #expect(state.press(.text("h")) == [.ask(.status)])
        #expect(news(.mail(MailCounts(waiting: 2))) == [])
        #expect(news(.changed(PeerChanges())) == [])
        #expect(state.reduce(.answered(.status(Self.status(state)))) == [.ask(.status)])
        #expect(state.reduce(.answered(.status(Self.status(state)))) == [])
        #expect(news(.changed(PeerChanges())) == [])
        #expect(news(.link(.connecting)) == [.ask(.status)])
        _ = state.reduce(.failed(.status, SkeinError(.relayUnreachable, "It is gone")))
        #expect(news(.link(.live)) == [.ask(.status)])
        state.press(.escape)
        #expect(news(.link(.connecting)) == [])
        #expect(state.reduce(.answered(.status(Self.status(state)))) == [])
    }

    @Test("it can be scrolled where it does not fit, no further than its end")
    func scrolling() {
        var state = Sample.meshes(size: Size(columns: 40, rows: 12))
        state.press(.text("h"))
        _ = state.reduce(.answered(.status(Self.status(state))))
        #expect(!state.text().contains("it was banned"))
        for _ in 0..<50 { state.press(.down) }
        #expect(state.text().contains("it was banned"))
        let last = state.text()
        state.press(.up)
        #expect(state.text() != last)
    }
}
