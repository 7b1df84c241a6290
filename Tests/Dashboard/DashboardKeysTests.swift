import Keys
import Mesh
import MeshProtocol
import Surface
import Testing
import Text

@testable import Dashboard

@Suite("Keys and mouse of the dashboard")
struct DashboardKeysTests {
    private static let wide = Size(columns: 160, rows: 50)

    /// A state in which a command has something to do.
    private static func ready(for action: KeyAction) -> DashboardState {
        let peers = (0..<100).map { Sample.peer("p\($0)", groups: ["g\($0 % 3)"]) }
        var state = Sample.dashboard(peers, size: wide)
        state.meshes.append(Sample.staging)
        state.hear(.changed(PeerChanges(updated: [Sample.peer("p7", .working, groups: ["g1"])])))
        state.group(by: .group)
        state.narrow(to: "p")
        for _ in 0..<60 { state.press(.down) }
        Sample.fill(&state)
        if [.stepForward, .minuteForward, .live].contains(action) {
            let past = PastMesh(
                number: 1, at: Sample.noon.advanced(bySeconds: -90), peers: peers, link: .live,
                earliest: Sample.noon.advanced(bySeconds: -90), latest: Sample.noon, density: [1])
            guard case .ask(.past(let wish))? = state.press(.text("[")).first else { return state }
            _ = state.reduce(.answered(.past(Past(wish, [Sample.mesh.mesh: past]))))
        }
        return state
    }

    @Test("every key of help does something", arguments: DashboardCommand.actions)
    func everyKey(action: KeyAction) throws {
        let keys = try #require(Keymap.standard.keys[action])
        #expect(!keys.isEmpty)
        for key in keys {
            var state = Self.ready(for: action)
            // These are about a message, not a peer.
            if [.retry, .cancel].contains(action) { state.focus(on: .queue) }
            let before = state.view(size: Self.wide, glyphs: .unicode)
            let effects = state.press(key)
            let after = state.view(size: Self.wide, glyphs: .unicode)
            #expect(state.notice == nil, "\(key.name): \(state.notice?.text ?? "")")
            #expect(!effects.isEmpty || before != after, "\(key.name) does nothing")
        }
    }

    @Test("help names every key and what it does, and can be scrolled where it does not fit")
    func help() {
        for size in [Self.wide, Size(columns: 80, rows: 24), Size(columns: 40, rows: 12)] {
            var state = Sample.dashboard(Sample.four, size: size)
            state.press(.text("?"))
            var seen = state.text()
            for _ in 0..<40 {
                state.press(.down)
                seen += state.text()
            }
            for command in DashboardCommand.all {
                let words = Fitting.prefix(command.explanation, columns: 12)
                #expect(seen.contains(words), "\(command.explanation) at \(size)")
            }
            state.press(.text("q"))
            #expect(state.overlay == nil)
        }
    }

    @Test("a key that can do nothing now says why")
    func obstacles() {
        var state = Sample.dashboard([], size: Size(columns: 40, rows: 12))
        for key in [Key.enter, .escape, .text("y"), .text("Y"), .text("f"), .text(">"), .text(" ")] {
            #expect(state.press(key) == [])
            #expect(state.notice != nil, "\(key.name)")
            #expect(state.text().contains(state.notice?.text ?? "?"), "\(key.name)")
        }
        state.press(.up)
        #expect(state.notice == nil)
    }

    @Test("the keys in the last line and in help are those of a user's keymap")
    func keymap() {
        var state = Sample.dashboard(Sample.four, size: Self.wide)
        state.keymap = Keymap.standard.changed(by: ["sort": ["o"], "take": ["f5"], "quit": ["x"]]).keymap
        #expect(state.text().contains("o sort") && state.text().contains("F5 details") && state.text().contains("x quit"))
        state.press(.text("o"), .end, .up, .home, .down, .function(5))
        #expect(state.text().contains("status↑"))
        state.press(.text("?"))
        #expect(state.text().contains("F5"))
        state.press(.escape, .text("s"))
        #expect(state.overlay == nil)
        #expect(state.press(.text("x")) == [.leave])
    }

    @Test("what is copied is the key, or the address, and the terminal's answer is told")
    func copies() {
        var state = Sample.dashboard(Sample.four)
        state.press(.down)
        #expect(state.press(.text("y")) == [.copy("key-api-2")])
        #expect(state.press(.text("Y")) == [.copy("api-2@payments")])
        _ = state.reduce(.copied("api-2@payments", true))
        #expect(state.text().contains("Copied api-2@payments"))
        _ = state.reduce(.copied("api-2@payments", false))
        #expect(state.text().contains("takes no copies"))
    }

    @Test("sorting: by the list, the same again turns it about, by a click on the title")
    func sorting() {
        var state = Sample.dashboard(Sample.four, size: Self.wide)
        state.press(.text("s"), .down, .enter)
        #expect(state.peers.map(\.peer.name) == ["dev-1", "名前", "api-2", "ci-runner"])
        #expect(state.text().contains("status↑"))
        state.press(.text("s"), .enter)
        #expect(state.text().contains("status↓"))
        #expect(state.peers.first?.peer.name == "ci-runner")
        state.press(.text("r"))
        #expect(state.text().contains("status↑"))
        let row = state.row(of: "status↑")
        let line = state.view(size: state.size, glyphs: .unicode).line(row: row)
        let column = line.distance(from: line.startIndex, to: line.range(of: "role").map(\.lowerBound) ?? line.startIndex)
        state.mouse(.press, column + 1, row)
        #expect(state.text().contains("role↑"))
        state.mouse(.press, column + 1, row)
        #expect(state.text().contains("role↓"))
    }

    @Test("columns are chosen, put in order, and one always stays")
    func columns() {
        var state = Sample.dashboard(Sample.four, size: Self.wide)
        state.press(.text("c"), .down, .enter)
        #expect(!state.columns.contains("status"))
        state.press(.escape, .text("c"), .right)
        #expect(state.columns.prefix(2) == ["age", "name"])
        state.press(.left, .left)
        #expect(state.columns.prefix(2) == ["name", "age"])
        for _ in 0..<20 { state.press(.home, .pageUp, .pageUp, .enter) }
        #expect(state.columns.count >= 1)
        state.show(columns: ["host", "nonsense", "name"])
        #expect(state.columns == ["host", "name"])
        state.show(columns: [])
        #expect(state.columns == ["host", "name"])
    }

    @Test("a tree by group: peers in several groups stand under each; branches fold")
    func tree() {
        var state = Sample.dashboard(Sample.four, size: Self.wide)
        state.press(.down, .text("t"))
        #expect(state.text().contains("peers by group"))
        let rows = state.rows.ids(0..<state.rows.count)
        #expect(
            rows == [
                .branch("backend"), .peer("key-api-2", under: "backend"), .peer("key-dev-1", under: "backend"),
                .branch("infra"), .peer("key-api-2", under: "infra"),
                .branch(""), .peer("key-ci-runner", under: ""), .peer("key-名前", under: ""),
            ])
        #expect(state.selected == "key-api-2")
        #expect(state.text().contains("@backend · 2") && state.text().contains("no group · 2"))
        state.press(.text(" "))
        #expect(state.chosen == .branch("backend"))
        #expect(state.rows.count == 6)
        state.press(.enter)
        #expect(state.rows.count == 8)
        state.press(.down, .text("t"))
        #expect(state.rows[0] == .branch("laptop"))
        #expect(state.selected == "key-api-2")
        state.press(.text("t"))
        #expect(state.rows.count == 4)
    }

    @Test("the palette runs what is typed, completes it, and says what it cannot")
    func palette() {
        var state = Sample.dashboard(Sample.four, size: Self.wide)
        state.press(.text(":"))
        state.type("sort a")
        #expect(state.text().contains("sort age"))
        state.press(.tab)
        #expect((state.overlay as? PaletteOverlay)?.field.text == "sort age")
        state.press(.enter)
        #expect(state.text().contains("age↑"))
        state.press(.text(":"))
        state.type("zzzz")
        state.press(.enter)
        #expect(state.text().contains("There is no such command"))
        state.press(.text(":"))
        state.type("copy-key")
        state.press(.enter)
        #expect(state.text().contains("Choose a peer first"))
        state.press(.text(":"))
        state.type("quit")
        #expect(state.press(.enter) == [.leave])
        state.press(.text(":"))
        state.type("tree gr")
        state.press(.enter)
        #expect(state.rows.shape.grouping == .group)
    }

    @Test("a click chooses the peer whose row it is on, again opens it; the wheel scrolls what it is over")
    func clicks() {
        var state = Sample.dashboard(Sample.four)
        for peer in Sample.four {
            state.mouse(.press, 20, state.row(of: peer.name + " "))
            #expect(state.selected?.id == peer.id)
        }
        state.mouse(.press, 20, 0)
        #expect(state.selected == "key-名前")
        state.mouse(.press, 20, state.row(of: "●  名前"))
        #expect(state.focus == .details)

        let peers = (100..<300).map { Sample.peer("p\($0)") }
        state = Sample.dashboard(peers, size: Self.wide)
        state.press(.down)
        let first = state.row(of: "p100")
        for _ in 0..<10 { state.mouse(.wheelDown, 5, first) }
        #expect(state.row(of: "p130") == first)
        #expect(state.selected == "key-p130", "the choice stays at the edge")
        for _ in 0..<400 { state.mouse(.wheelDown, 5, first) }
        #expect(state.text().contains("p299"))
        for _ in 0..<400 { state.mouse(.wheelUp, 5, first) }
        #expect(state.row(of: "p100") == first)
    }

    @Test("tabs are clicked and tabbed through in a small window")
    func tabs() {
        var state = Sample.dashboard(Sample.four, size: Size(columns: 40, rows: 12))
        #expect(state.text().contains("api-2"))
        state.press(.tab)
        #expect(state.text().contains("Nothing has happened"))
        state.press(.tab)
        #expect(state.text().contains("Choose a peer to see"))
        state.mouse(.press, 3, 1)
        #expect(state.focus == .peers)
        state.press(.backTab)
        #expect(state.focus == .queue)
        #expect(state.text().contains("Nothing waits"))
    }

    @Test("the lines between the panes are moved by keys and by dragging, and no pane vanishes")
    func dividers() throws {
        var state = Sample.dashboard(Sample.four, size: Self.wide)
        let line = try #require(state.layout?.dividers[.beside])
        state.press(.text(">"))
        #expect(try #require(state.layout?.dividers[.beside]).column > line.column)
        state.press(.text("<"), .text("<"))
        #expect(try #require(state.layout?.dividers[.beside]).column < line.column)
        let from = try #require(state.layout?.dividers[.beside])
        state.mouse(.press, from.column, from.row + 3)
        for column in [60, 40, 70] {
            state.mouse(.drag, column, from.row + 3)
            let now = try #require(state.layout?.dividers[.beside])
            #expect(abs(now.column - column) <= 2)
        }
        state.mouse(.drag, 0, 0)
        #expect(try #require(state.layout?.panes[.peers]).content.columns >= 20)
        state.mouse(.release, 0, 0)
        let after = state.layout
        state.mouse(.drag, 100, 10)
        #expect(state.layout == after)
        let below = try #require(state.layout?.dividers[.above])
        state.mouse(.press, 30, below.row)
        state.mouse(.drag, 30, below.row - 8)
        #expect(abs(try #require(state.layout?.dividers[.above]).row - below.row + 8) <= 1)
    }
}
