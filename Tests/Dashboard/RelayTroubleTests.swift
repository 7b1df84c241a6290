import Mesh
import MeshProtocol
import Surface
import Testing

@testable import Dashboard

@Suite("A relay that ends under the dashboard")
struct RelayTroubleTests {
    private static func header(_ state: DashboardState) -> String {
        state.text().split(separator: "\n").first.map(String.init) ?? ""
    }

    private static func lost(
        columns: Int, _ failure: SkeinError? = nil, wait: Int64 = 8
    ) -> DashboardState {
        var state = Sample.dashboard(
            Sample.four, size: Size(columns: columns, rows: columns < 60 ? 12 : 24))
        _ = state.reduce(
            .relayLost(failure, until: Sample.noon.advanced(bySeconds: wait), at: Sample.noon))
        return state
    }

    @Test(
        "is told at every width, and everybody known stays in sight",
        arguments: [
            (40, "! relay stopped"), (80, "! relay stopped, starting it again"),
            (120, "! relay stopped since 12:00, starting it again in 8 s"),
        ])
    func told(columns: Int, words: String) {
        let state = Self.lost(columns: columns)
        #expect(Self.header(state).hasSuffix(words), "\(Self.header(state))")
        #expect(!Self.header(state).contains("live"))
        #expect(state.peers.count == Sample.four.count)
    }

    @Test("the wait counts down; why the last try failed stands below until the relay is back")
    func failure() {
        let why = SkeinError(.relayUnreachable, "no \u{1b}room", hint: "Make some")
        var state = Self.lost(columns: 120, why)
        #expect(state.text().contains("no ␛room. Make some"))
        #expect(state.untilChange(size: state.size) == 1000)
        _ = state.reduce(.now(Sample.noon.advanced(bySeconds: 8)))
        #expect(Self.header(state).hasSuffix("starting it again"))
        _ = state.reduce(.relayFound)
        #expect(!state.text().contains("Make some"))
        #expect(Self.header(state).hasSuffix("connecting…"))
        state.hear(.link(.live), after: 9)
        #expect(Self.header(state).hasSuffix("live"))
    }

    @Test("what happened meanwhile is asked for after the last that came")
    func events() {
        var state = Self.lost(columns: 120)
        state.heard[Sample.mesh.mesh]?.last = 41
        #expect(!state.reduce(.relayFound).isEmpty, "the messages are asked for again")
        let asked = state.reduce(
            .relay(Sample.mesh.mesh, .snapshot(Sample.four), at: Sample.noon))
        #expect(asked == [.ask(.events(EventsWish(Sample.mesh.mesh, after: 41)))])
    }

    @Test("waits grow to half a minute, and begin anew after a relay that lasted")
    func patience() {
        let start = ContinuousClock.now
        var patience = RelayPatience(now: start)
        let waits = (0..<8).map { patience.wait(from: start + .seconds(1), isLost: $0 == 0) }
        #expect(waits == [0.5, 1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
        // One that ends at once is not started twice a second.
        patience.answered(at: start + .seconds(100))
        #expect(patience.wait(from: start + .seconds(101), isLost: true) == .seconds(30))
        patience.answered(at: start + .seconds(200))
        #expect(patience.wait(from: start + .seconds(261), isLost: true) == .milliseconds(500))
    }
}
