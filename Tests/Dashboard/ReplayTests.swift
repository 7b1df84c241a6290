import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import TestSupport
import Testing
import Text
import Widgets

@testable import Dashboard

@Suite("Replay")
struct ReplayTests {
    private static let mesh = Sample.mesh.mesh

    private static func at(_ seconds: Int64) -> Moment { Sample.noon.advanced(bySeconds: seconds) }

    /// Four peers at noon; after a minute dev-1 is idle, after two ci-runner leaves, after three
    /// somebody writes, after four new comes.
    private static func story(
        _ size: Size = Size(columns: 120, rows: 40)
    ) -> (DashboardState, TestHistory) {
        var state = Sample.dashboard(nil, size: size)
        var history = TestHistory()
        state.live(.link(.live), after: 0, &history)
        state.live(.snapshot(Sample.four), after: 0, &history)
        var dev = Sample.four[0]
        dev.status = .idle
        dev.statusSince = at(60)
        state.live(.changed(PeerChanges(updated: [dev])), after: 60, &history)
        state.live(.changed(PeerChanges(left: ["key-ci-runner"])), after: 120, &history)
        let note = history.record(
            MeshEvent(
                mesh: mesh, at: at(180), peer: nil, name: "ada",
                what: .state(key: "deploy.freeze", value: "true")))
        _ = state.reduce(.relay(mesh, .happened([note]), at: at(180)))
        state.live(.changed(PeerChanges(joined: [Sample.peer("new", .working)])), after: 240, &history)
        _ = state.reduce(.now(at(300)))
        return (state, history)
    }

    private static func press(_ key: String, _ state: inout DashboardState, _ history: TestHistory) {
        state.ask(state.press(.text(key)), history)
    }

    private static func names(_ state: DashboardState) -> [String] { state.peers.map(\.peer.name) }

    @Test("[ and ] step through the changes, and say where they end")
    func steps() {
        var (state, history) = Self.story()
        let live = state.text()
        #expect(Self.names(state) == ["api-2", "dev-1", "new", "名前"])
        let expected: [(Int64, [String], String)] = [
            (240, ["api-2", "dev-1", "new", "名前"], "new  joined"), (120, ["api-2", "dev-1", "名前"], "ci-runner  left"),
            (60, ["api-2", "ci-runner", "dev-1", "名前"], "dev-1  working → idle"), (0, ["api-2", "ci-runner", "dev-1", "名前"], "Nothing is kept"),
        ]
        for (seconds, names, newest) in expected {
            Self.press("[", &state, history)
            #expect(state.now == Self.at(seconds))
            #expect(Self.names(state) == names)
            #expect(state.text().contains(newest))
            #expect(state.notice == nil)
        }
        #expect(!state.text().contains("working → idle"))
        Self.press("[", &state, history)
        #expect(state.notice?.text == "The history begins here")
        #expect(state.now == Self.at(0))
        for (seconds, names, newest) in expected.reversed().dropFirst() {
            Self.press("]", &state, history)
            #expect(state.now == Self.at(seconds))
            #expect(Self.names(state) == names)
            #expect(state.text().contains(newest))
        }
        Self.press("]", &state, history)
        #expect(state.notice?.text == "Nothing changed after this (L is live)")
        state.press(.text("L"))
        #expect(state.text() == live)
        #expect(state.press(.text("]")) == [] && state.notice?.text == "This is live already")
    }

    @Test("ages are those of then, and the feed goes up to then")
    func ages() {
        var (state, history) = Self.story()
        Self.press("[", &state, history)
        Self.press("[", &state, history)
        let row = state.text().split(separator: "\n")[state.row(of: "○  dev-1")]
        #expect(row.contains("1m"))
        #expect(!state.text().contains("new  joined") && !state.text().contains("deploy.freeze"))
        #expect(state.untilChange(size: state.size) == nil, "what was grows no older")
        // Between two changes what happened meanwhile has happened.
        state.ask(state.reduce(.look(at: Self.at(200))), history)
        #expect(state.text().contains("deploy.freeze") && !state.text().contains("new  joined"))
        #expect(Self.names(state) == ["api-2", "dev-1", "名前"])
        Self.press("[", &state, history)
        #expect(state.now == Self.at(120), "the change that is shown already")
        #expect(!state.text().contains("deploy.freeze"))
    }

    @Test("{ and } go a minute; beyond now is live; presses that wait add up")
    func minutes() {
        var (state, history) = Self.story()
        Self.press("{", &state, history)
        #expect(state.now == Self.at(240))
        guard case .ask(let asked)? = state.press(.text("{")).first else {
            Issue.record("nothing is asked")
            return
        }
        #expect(state.press(.text("{")) == [] && state.press(.text("{")) == [])
        #expect(state.pastWanted == .at(Self.at(60)))
        state.ask([.ask(asked)], history)
        #expect(state.now == Self.at(60))
        for _ in 0..<3 { Self.press("}", &state, history) }
        #expect(state.now == Self.at(240) && !state.isLive)
        Self.press("}", &state, history)
        #expect(state.isLive)
    }

    @Test("an answer that comes after the return is not shown; of a failure the reason is")
    func late() {
        var (state, history) = Self.story()
        let asked = state.press(.text("["))
        state.press(.text("L"))
        #expect(state.notice == nil)
        state.ask(asked, history)
        #expect(state.isLive)
        guard case .ask(.past(let wish))? = state.press(.text("[")).first else {
            Issue.record("nothing is asked")
            return
        }
        state.press(.text("["))
        #expect(state.reduce(.failed(.past(wish), SkeinError(.notThere, "nothing is kept"))) == [])
        #expect(state.text().contains("nothing is kept") && state.isLive)
        #expect(state.pastWanted == nil)
        #expect(!state.press(.text("[")).isEmpty)
    }

    @Test("that it is not live is said at every width, in colours and without", arguments: [40, 41, 59, 60, 80, 120, 200])
    func notLive(columns: Int) {
        var (state, history) = Self.story(Size(columns: columns, rows: 12))
        state.meshes[0].name = String(repeating: "m", count: 60)
        for key in ["[", "[", "{"] {
            Self.press(key, &state, history)
            let top = state.text().split(separator: "\n")[0]
            let time = WallClock(secondsFromUTC: 0).time(state.now)
            #expect(top.contains("\(time), not live"))
            let grid = state.view(size: state.size, glyphs: .ascii)
            #expect((0..<columns).contains { grid[$0, 0].style == Style(.warning, [.bold, .reverse]) })
        }
        // Of another day, and with every overlay above.
        _ = state.reduce(.now(Self.at(200_000)))
        for key in ["?", "s", "c", ":"] {
            state.press(.text(key))
            #expect(state.text().split(separator: "\n")[0].contains(", not live"))
            state.press(.escape)
        }
        state.press(.text("L"))
        #expect(!state.text().contains("not live"))
    }

    @Test("where the link was down then, it is said as well", arguments: [40, 60, 120])
    func offline(columns: Int) {
        var (state, history) = Self.story(Size(columns: columns, rows: 12))
        state.live(.link(.retrying(reason: "gone", at: Self.at(310))), after: 305, &history)
        state.live(.link(.live), after: 320, &history)
        state.ask(state.reduce(.look(at: Self.at(310))), history)
        let time = WallClock(secondsFromUTC: 0).time(state.now)
        #expect(state.text().split(separator: "\n")[0].contains("\(time), not live, offline"))
        Self.press("]", &state, history)
        #expect(!state.text().contains("offline\n") && !state.text().contains("live, offline"))
    }

    @Test("what acts on the present says that one has to return first")
    func presentOnly() {
        var (state, history) = Self.story()
        Self.press("[", &state, history)
        #expect(state.press(.text("p")) == [])
        #expect(state.notice?.text == "Return to live first (L)")
        #expect(!state.feed.isPaused)
    }

    @Test("where the history does not reach, it says from when it does")
    func beyond() {
        var (state, history) = Self.story()
        state.ask(state.reduce(.look(at: Self.at(-500))), history)
        #expect(state.now == Sample.noon)
        let since = WallClock(secondsFromUTC: 0).time(Sample.noon)
        #expect(state.notice?.text == "The history begins at \(since)")
        _ = state.reduce(.now(Self.at(200_000)))
        state.ask(state.reduce(.look(at: Self.at(-500))), history)
        #expect(state.notice?.text.hasSuffix("-29 \(since)") == true)
    }

    @Test("the choice follows its peer into the past and back, and is given back where it was lost")
    func choice() {
        var (state, history) = Self.story()
        state.press(.down, .down, .down)
        #expect(state.selected == "key-new")
        Self.press("[", &state, history)
        #expect(state.selected == "key-new")
        Self.press("[", &state, history)
        #expect(state.selected != "key-new" && state.selected != nil)
        Self.press("[", &state, history)
        Self.press("]", &state, history)
        Self.press("]", &state, history)
        #expect(state.selected == "key-new")
        Self.press("[", &state, history)
        state.press(.text("L"))
        #expect(state.selected == "key-new")
        // Not where a person chose another one meanwhile.
        Self.press("{", &state, history)
        Self.press("{", &state, history)
        state.press(.home)
        let chosen = state.selected
        state.press(.text("L"))
        #expect(state.selected == chosen)
    }

    @Test("the feed comes back as it was left, paused or scrolled, and has lost nothing")
    func feed() {
        var (state, history) = Self.story()
        state.press(.text("p"))
        let paused = state.feed
        Self.press("[", &state, history)
        state.live(.changed(PeerChanges(joined: [Sample.peer("late")])), after: 310, &history)
        #expect(!state.text().contains("late"))
        state.press(.text("L"))
        #expect(state.feed == paused)
        #expect(state.text().contains("paused · 1 new"))
        state.press(.text("p"))
        #expect(state.text().contains("late  joined"))
    }

    @Test("a click on the bar and a drag along it go there; one request at a time")
    func bar() throws {
        var (state, history) = Self.story()
        Self.press("[", &state, history)
        let area = try #require(state.layout?.bar)
        #expect(area.row == 38)
        let track = try #require(state.timeBar?.track(in: area))
        func drag(_ kind: MouseEvent.Kind, _ column: Int) -> [DashboardEffect] {
            state.reduce(.input(.mouse(MouseEvent(kind, column: column, row: area.row))))
        }
        state.ask(drag(.press, track.column), history)
        #expect(state.now == Sample.noon)
        let asked = drag(.drag, track.column + track.columns / 2)
        #expect(asked.count == 1)
        #expect(drag(.drag, track.column + 10) == [] && drag(.drag, track.endColumn + 50) == [])
        state.ask(asked, history)
        #expect(state.now == Self.at(240))
        #expect(drag(.release, 0) == [])
        #expect(drag(.drag, track.column) == [])
        // A column is found again where it was clicked.
        state.ask(drag(.press, track.column + 33), history)
        let shown = try #require(state.timeBar)
        #expect(shown.cursorColumn(columns: track.columns) == 33)
    }

    @Test("of several meshes a step is the next change of any, and each is as it was then")
    func meshes() {
        let other = Sample.membership("other")
        var state = Sample.dashboard(nil, size: Size(columns: 120, rows: 40))
        state.meshes = [Sample.mesh, other]
        state.scope = .all
        var history = TestHistory()
        state.live(.snapshot([Sample.peer("a")]), after: 0, &history)
        state.live(.changed(PeerChanges(joined: [Sample.peer("b")])), after: 10, &history)
        state.live(.snapshot([Sample.peer("x")]), after: 20, in: other.mesh, &history)
        state.live(.changed(PeerChanges(joined: [Sample.peer("c")])), after: 30, &history)
        state.live(.changed(PeerChanges(joined: [Sample.peer("y")])), after: 40, in: other.mesh, &history)
        let steps: [(Int64, [String])] = [
            (40, ["a", "b", "c", "x", "y"]), (30, ["a", "b", "c", "x"]), (20, ["a", "b", "x"]), (10, ["a", "b"]), (0, ["a"]),
        ]
        for (seconds, names) in steps {
            Self.press("[", &state, history)
            #expect(state.now == Self.at(seconds))
            #expect(Self.names(state) == names)
        }
        for (seconds, names) in steps.reversed().dropFirst() {
            Self.press("]", &state, history)
            #expect(state.now == Self.at(seconds))
            #expect(Self.names(state) == names)
        }
        state.ask(state.reduce(.look(at: Self.at(15))), history)
        #expect(Self.names(state) == ["a", "b"])
        #expect(state.timeBar?.density.reduce(0, +) == 5)
    }

    @Test("where the log does not reach, what happened is asked for with the past")
    func olderEvents() {
        let (_, history) = Self.story()
        var late = Sample.dashboard(nil, size: Size(columns: 120, rows: 40))
        _ = late.reduce(.relay(Self.mesh, .link(.live), at: Self.at(300)))
        _ = late.reduce(.relay(Self.mesh, .snapshot([Sample.four[1]]), at: Self.at(300)))
        let none = EventPage(events: [], hasMore: true)
        _ = late.reduce(.answered(.events(none, for: EventsWish(Self.mesh))))
        Self.press("[", &late, history)
        #expect(late.text().contains("deploy.freeze") && late.text().contains("ci-runner  left"))
        late.press(.text("L"))
        #expect(!late.text().contains("deploy.freeze"), "the log itself is as it was")
    }

    @Test(
        "any replay while anything happens: then is as it was then, now is as if nobody had looked away",
        arguments: 0..<12 as Range<UInt64>)
    func anything(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var state = Sample.dashboard(nil, size: Size(columns: 160, rows: 40))
        var twin = state
        var history = TestHistory()
        func hear(_ event: RelayEvent, _ seconds: Int64) {
            var same = history
            state.live(event, after: seconds, &history)
            twin.live(event, after: seconds, &same)
        }
        hear(.link(.live), 0)
        hear(.snapshot((0..<20).map { _ in Sample.anyone(&generator) }), 0)
        for step in 1..<120 {
            let seconds = Int64(step) * 7
            switch Int.random(in: 0..<9, using: &generator) {
            case 0...2: hear(.changed(PeerChanges(joined: [Sample.anyone(&generator)])), seconds)
            case 3: hear(.changed(PeerChanges(left: ["key-\(Int.random(in: 0..<40, using: &generator))"])), seconds)
            case 4: hear(.snapshot((0..<20).map { _ in Sample.anyone(&generator) }), seconds)
            case 5:
                let move = { (state: inout DashboardState) in
                    state.sort(by: ["name", "status", "host"][step % 3])
                    state.group(by: [PeerGrouping.none, .group, .host][step % 3])
                    state.narrow(to: ["", "-status:idle"][step % 2])
                }
                move(&state)
                move(&twin)
            default:
                let key = ["[", "[", "]", "{", "}", "L"].randomElement(using: &generator) ?? "["
                Self.press(key, &state, history)
            }
            guard let replay = state.replay else { continue }
            // Then: as a dashboard that only ever heard of that.
            let then = history.changes.last { $0.number <= replay.number }
            #expect(state.presence(of: Self.mesh)?.peers == then?.peers)
            var fresh = Sample.dashboard(Array((then?.peers ?? [:]).values), size: state.size)
            fresh.reshape { $0 = state.rows.shape }
            #expect(fresh.rows.ids(0..<fresh.rows.count) == state.rows.ids(0..<state.rows.count))
            #expect(state.shownLog.number(of: .all, at: 0).map { $0 <= replay.number } ?? true)
        }
        // Replayed to now it is what is there now.
        state.ask(state.reduce(.look(at: Self.at(10_000))), history)
        #expect(state.presence(of: Self.mesh)?.peers == state.session.meshes[Self.mesh]?.peers)
        #expect(state.presence(of: Self.mesh)?.link == state.session.meshes[Self.mesh]?.link)
        state.press(.text("L"))
        for moment in [Self.at(840), Self.at(2000)] {
            _ = state.reduce(.now(moment))
            _ = twin.reduce(.now(moment))
            state.chosen = nil
            twin.chosen = nil
            state.top = 0
            twin.top = 0
            #expect(state.text() == twin.text())
        }
    }

    @Test("of many peers a step is cheap: it changes the rows that differ")
    func many() {
        var state = Sample.dashboard(nil)
        var history = TestHistory()
        state.live(.snapshot((0..<2000).map { Sample.peer("p\($0)") }), after: 0, &history)
        for number in 0..<20 {
            state.live(
                .changed(PeerChanges(updated: [Sample.peer("p\(number)", .working)])), after: Int64(number), &history)
        }
        for _ in 0..<15 { Self.press("[", &state, history) }
        #expect(state.rows.count(of: .working) == 6)
        #expect(state.rows.presentCount == 2000)
        Self.press("]", &state, history)
        #expect(state.rows.count(of: .working) == 7)
    }
}
