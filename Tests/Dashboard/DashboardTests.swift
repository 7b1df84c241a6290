import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import TestSupport
import Testing
import Text

@testable import Dashboard

@Suite("Dashboard")
struct DashboardTests {
    @Test("the chosen peer's details, all of them, safe to show")
    func details() {
        var state = Sample.dashboard(Sample.four, size: Size(columns: 120, rows: 40))
        state.press(.end)
        #expect(state.selected == "key-名前")
        state.press(.home, .down, .down)
        #expect(state.selected == "key-dev-1")
        for word in ["“Reviewing the retry change”", "@backend", "working 2m, said by its hooks", "key-dev-1", "/home/ada/src/payments"] {
            #expect(state.text().contains(word), "\(word)")
        }
        state.hear(.changed(PeerChanges(updated: [Sample.peer("dev-1", .dnd)])))
        #expect(state.text().contains("recent activity"))
        _ = state.reduce(.resized(Size(columns: 80, rows: 24)))
        state.press(.enter)
        #expect(state.focus == .details)
        let before = state.text()
        for _ in 0..<100 { state.press(.down) }
        #expect(state.text() != before)
        #expect(state.text().contains("working → dnd"))
        for _ in 0..<200 { state.press(.up) }
        #expect(state.text() == before)
        state.press(.escape)
        #expect(state.focus == .peers)
    }

    @Test("whether it is live is said at every width, the number of peers as well", arguments: [40, 60, 80, 100, 200])
    func live(columns: Int) {
        var state = Sample.dashboard(Sample.four, size: Size(columns: columns, rows: 24))
        state.meshes[0].name = String(repeating: "m", count: 60)
        #expect(state.text().contains("4 peers") && state.text().contains("live"))
        state.hear(.link(.retrying(reason: "x", at: Sample.noon)))
        #expect(state.text().contains("! offline"))
        #expect(!state.text().split(separator: "\n")[0].contains("live"))
        state.hear(.link(.refused(reason: "x")))
        #expect(state.text().contains("refused"))
    }

    @Test("no peers known is not the same as no peers")
    func unknown() {
        #expect(Sample.dashboard(nil).text().contains("looking…"))
        let empty = Sample.dashboard([]).text()
        #expect(empty.contains("Nobody is here yet"))
        #expect(empty.contains("0 peers"))
        var filtered = Sample.dashboard(Sample.four)
        filtered.narrow(to: "zzz")
        #expect(filtered.text().contains("No peer matches the filter"))
    }

    @Test("a peer that left stays dimmed for a while, then its neighbour is chosen")
    func farewell() {
        var state = Sample.dashboard(Sample.four)
        state.press(.down, .down)
        #expect(state.selected == "key-ci-runner")
        state.hear(.changed(PeerChanges(joined: [Sample.peer("aaa")])))
        #expect(state.selected == "key-ci-runner")
        state.hear(.changed(PeerChanges(left: ["key-ci-runner"])), after: 10)
        #expect(state.selected == "key-ci-runner")
        #expect(state.text().contains("·  ci-runner  left"))
        #expect(state.totals == ["4 peers", "2 idle", "2 working"])
        #expect(state.untilChange(size: state.size) == 30_000)
        _ = state.reduce(.now(Sample.noon.advanced(bySeconds: 39)))
        #expect(state.selected == "key-ci-runner")
        _ = state.reduce(.now(Sample.noon.advanced(bySeconds: 40)))
        #expect(state.selected == "key-dev-1")
        #expect(!state.text().contains("·  ci-runner"))
        state.hear(.snapshot([]), after: 41)
        #expect(state.selected == "key-dev-1")
        state.hear(.link(.live), after: 80)
        #expect(state.selected == nil)
        #expect(state.departures.isEmpty && state.departed.isEmpty)
    }

    @Test("who comes back is not folded away, and a clock set back keeps nobody for ever")
    func comeback() {
        var state = Sample.dashboard(Sample.four)
        state.hear(.changed(PeerChanges(left: ["key-dev-1"])), after: 1)
        state.hear(.changed(PeerChanges(joined: [Sample.four[0]])), after: 2)
        state.hear(.changed(PeerChanges(left: ["key-dev-1"])), after: 20)
        _ = state.reduce(.now(Sample.noon.advanced(bySeconds: 35)))
        #expect(state.peers.count == 4)
        state.hear(.changed(PeerChanges(joined: [Sample.four[0]])), after: 36)
        _ = state.reduce(.now(Sample.noon.advanced(bySeconds: 500)))
        #expect(state.peers.count == 4)
        state.hear(.changed(PeerChanges(left: ["key-dev-1"])), after: 600)
        _ = state.reduce(.now(Sample.noon.advanced(bySeconds: -3600)))
        #expect(state.peers.count == 3)
    }

    @Test("of a great many that leave at once only the last are shown any longer")
    func manyLeave() {
        let peers = (0..<3000).map { Sample.peer("p\($0)") }
        var state = Sample.dashboard(peers)
        state.hear(.snapshot([]), after: 1)
        #expect(state.rows.count == DashboardState.mostDeparted)
        _ = state.reduce(.now(Sample.noon.advanced(bySeconds: 60)))
        #expect(state.rows.count == 0)
    }

    @Test("a peer that the filter no longer lets through stays chosen, and is chosen when it is back")
    func filteredOut() {
        var state = Sample.dashboard(Sample.four)
        state.narrow(to: "status:working")
        state.press(.down)
        #expect(state.selected == "key-dev-1")
        state.hear(.changed(PeerChanges(updated: [Sample.peer("dev-1", .idle)])))
        #expect(state.selected == "key-dev-1")
        #expect(state.peers.map(\.peer.name) == ["名前"])
        state.hear(.changed(PeerChanges(updated: [Sample.peer("dev-1", .working)])))
        state.press(.down)
        #expect(state.selected == "key-名前")
    }

    @Test("the row of the chosen peer stays on its line while others come above it")
    func calm() {
        let peers = (10..<90).map { Sample.peer("p\($0)") }
        var state = Sample.dashboard(peers)
        for _ in 0..<40 { state.press(.down) }
        let row = state.row(of: "p49")
        state.hear(.changed(PeerChanges(joined: (0..<9).map { Sample.peer("a\($0)") })))
        #expect(state.row(of: "p49") == row)
        #expect(state.selected == "key-p49")
    }

    @Test("the filter narrows as it is typed, and what is wrong with it is said")
    func filter() {
        for (typed, names) in [
            ("dev", ["dev-1"]), ("status:working", ["dev-1", "名前"]), ("@backend", ["api-2", "dev-1"]), ("-@backend -dnd", ["名前"]), ("/^d/", ["dev-1", "ci-runner"]),
        ] {
            var state = Sample.dashboard(Sample.four)
            state.press(.text("/"))
            state.type(typed)
            #expect(Set(state.peers.map(\.peer.name)) == Set(names), "\(typed)")
            #expect(state.text().contains("\(names.count) of 4"))
            state.press(.escape)
            #expect(state.peers.count == 4)
        }
        var state = Sample.dashboard(Sample.four)
        state.press(.text("/"))
        state.type("dev colour:red")
        #expect(state.text().contains("There is no field “colour”"))
        state.press(.control("w"), .backspace)
        #expect(!state.text().contains("colour"))
        state.press(.enter)
        #expect(state.peers.map(\.peer.name) == ["dev-1"])
        _ = state.reduce(.input(.paste("x")))
        #expect(state.filterText == "dev", "a paste where nothing is typed")
        state.press(.escape)
        #expect(state.peers.count == 4)
        state.press(.text("/"))
        _ = state.reduce(.input(.paste("api\u{1b}[31m\n2")))
        #expect(state.filterText == "api[31m 2")
    }

    @Test("while a filter is typed, q is a letter; afterwards it leaves")
    func quit() {
        var state = Sample.dashboard(Sample.four)
        #expect(state.press(.text("/"), .text("q")) == [])
        #expect(state.filterText == "q")
        #expect(state.press(.enter, .text("q")) == [.leave])
        #expect(state.press(.text("/"), .control("c")) == [.leave])
    }

    @Test("what a peer sends cannot reach the terminal as a control character", arguments: [nil, PeerGrouping.group, .host])
    func hostile(grouping: PeerGrouping?) {
        let bad = Sample.peer(
            "a\u{1b}[2Jb", role: "\u{202e}evil", agent: "\u{9b}5m", cwd: "/x/\u{7}/y/z/\u{9b}31m", host: "\u{1b}c",
            summary: "\u{1b}]52;c;aGk=\u{7}", groups: ["\u{1b}[1m", "\u{202e}g"])
        let all = String(repeating: "e\u{301}", count: 1 << 15)
        let huge = Sample.peer(all, role: all, agent: all, cwd: all, host: all, summary: all, groups: [all])
        var state = Sample.dashboard([bad, huge, Sample.peer(String(repeating: "長", count: 300))], size: Size(columns: 200, rows: 50))
        state.group(by: grouping ?? .none)
        state.show(columns: PeerColumn.all.map(\.id))
        state.hear(.changed(PeerChanges(updated: [Sample.peer("c\u{1b}[2J", .working, summary: "\u{1b}x", id: bad.id)])))
        for _ in 0..<8 {
            state.press(.down)
            for glyphs in [Glyphs.unicode, .ascii] {
                let controls = state.text(glyphs).unicodeScalars.filter {
                    $0 != "\n" && ($0.properties.generalCategory == .control || $0.value == 0x202e)
                }
                #expect(controls.isEmpty)
            }
        }
    }

    @Test("an age changes when it says it will, and not before")
    func ages() throws {
        let state = Sample.dashboard([Sample.peer("a", minutes: 2)])
        let wait = try #require(state.untilChange(size: state.size))
        func text(after milliseconds: Int64) -> String {
            var later = state
            _ = later.reduce(.now(Moment(milliseconds: Sample.noon.milliseconds + milliseconds)))
            return later.text()
        }
        #expect(text(after: 0) == text(after: wait - 1))
        #expect(text(after: 0) != text(after: wait))
        #expect(Sample.dashboard([]).untilChange(size: state.size) == nil)
        #expect(state.untilChange(size: Size(columns: 20, rows: 5)) == nil, "nothing of it is seen")
    }

    @Test("the next change is looked for among the peers in sight, wherever the list stands")
    func agesInSight() throws {
        let old = (10..<70).map { Sample.peer("a\($0)", minutes: 61) }
        var state = Sample.dashboard(old + [Sample.peer("z", minutes: 2)])
        #expect(try #require(state.untilChange(size: state.size)) > 60_000)
        state.press(.end)
        #expect(try #require(state.untilChange(size: state.size)) <= 60_000)
        state.show(columns: ["name"])
        #expect(state.untilChange(size: state.size) == nil, "no age is shown")
    }

    @Test("moments at the end of all time do no harm, nor does a column that has no room")
    func extremes() throws {
        let times = [Int64.min, -1, 0, 1, .max].map(Moment.init(milliseconds:))
        let peers = times.enumerated().map { index, time in
            var peer = Sample.peer("p\(index)")
            peer.statusSince = time
            peer.connectedAt = time
            return peer
        }
        var state = Sample.dashboard(peers, size: Size(columns: 200, rows: 50))
        state.show(columns: PeerColumn.all.map(\.id))
        state.press(.down)
        for moment in times {
            for column in ["age", "since", "activity"] { state.sort(by: column) }
            _ = state.reduce(.now(moment))
            _ = state.reduce(.relay(Sample.mesh.mesh, .changed(PeerChanges(left: ["key-p0"])), at: moment))
            _ = state.untilChange(size: state.size)
            #expect(state.text().contains("p3"))
            #expect(state.text(.ascii).contains("p4"))
            state.hear(.snapshot(peers))
        }
        // The pictures of activity move on each minute, but in 80 columns they are not there.
        state = Sample.dashboard([Sample.peer("a", minutes: 90), Sample.peer("b", minutes: 90)])
        state.hear(.changed(PeerChanges(updated: [Sample.peer("a", minutes: 90, summary: "x")])))
        #expect(try #require(state.untilChange(size: state.size)) > 60_000)
        #expect(try #require(state.untilChange(size: Size(columns: 200, rows: 50))) <= 60_000)
    }

    @Test("a printed frame has a row for every peer, however many there are")
    func printed() {
        let peers = (0..<200).map { Sample.peer("peer-\($0)") }
        let text = Sample.dashboard(peers).printed(columns: 80, glyphs: .unicode).text
        for index in 0..<200 { #expect(text.contains("peer-\(index) ")) }
    }

    @Test("any keys, clicks and news at any size leave a whole frame", arguments: 0..<24 as Range<UInt64>)
    func anything(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var state = Sample.dashboard(Sample.four)
        let keys: [Key] =
            KeyAction.allCases.flatMap { Keymap.standard.keys[$0, default: []] }
            + ["x", ":", "-", "\"", "("].map { .text($0) } + [.left, .right, .backspace, .delete]
        for step in 0..<60 {
            let size = Size(
                columns: Int.random(in: 1...220, using: &generator), rows: Int.random(in: 1...60, using: &generator))
            if step % 5 == 0 { _ = state.reduce(.resized(size)) }
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                state.mouse(
                    [.press, .drag, .release, .wheelUp, .wheelDown].randomElement(using: &generator) ?? .press,
                    Int.random(in: 0..<220, using: &generator), Int.random(in: 0..<60, using: &generator))
            case 1: state.hear(.changed(PeerChanges(joined: [Sample.anyone(&generator)])), after: Int64(step))
            default: state.press(keys.randomElement(using: &generator) ?? .up)
            }
            #expect(state.view(size: size, glyphs: .unicode).size == size)
            #expect(state.view(size: state.size, glyphs: .ascii).size == state.size)
            _ = state.untilChange(size: size)
        }
    }
}
