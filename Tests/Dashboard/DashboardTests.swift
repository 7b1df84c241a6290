import Dashboard
import Flow
import Keys
import Mesh
import MeshProtocol
import Session
import Surface
import TestSupport
import Testing
import Text

enum Sample {
    static let noon = Moment(milliseconds: 1_767_009_600_000)

    static func peer(
        _ name: String, _ status: Status = .idle, minutes: Int64 = 0, role: String? = "reviewer",
        agent: String? = "claude", cwd: String = "/home/ada/src/payments", summary: String? = nil,
        groups: [String] = []
    ) -> Peer {
        Peer(
            id: "key-\(name)", memberKey: "member", name: name, status: status, statusSource: .hook,
            statusSince: noon.advanced(bySeconds: -60 * minutes), summary: summary, role: role,
            groups: groups.map { GroupMembership(name: $0) }, sessionID: "s", connectedAt: noon,
            cwd: cwd, hostname: "laptop", agent: agent)
    }

    static func dashboard(_ peers: [Peer]?) -> DashboardState {
        var state = DashboardState(
            session: SessionState(
                facts: Facts(
                    directory: "/", home: "/home/ada", loginName: "ada", hostname: "laptop",
                    agents: [], freshSession: "")),
            meshName: "payments", now: noon)
        if let peers {
            _ = state.reduce(.relay(.link(.live), at: noon))
            _ = state.reduce(.relay(.snapshot(peers), at: noon))
        }
        return state
    }

    static let four = [
        peer("dev-1", .working, minutes: 2, summary: "Reviewing the retry change", groups: ["backend"]),
        peer("api-2", .idle, role: "lead", agent: "codex"),
        peer("ci-runner", .dnd, minutes: 75, role: "bot", agent: nil, cwd: "/srv/ci"),
        peer("名前", .working, minutes: 61 * 24, role: "実装", agent: "gemini"),
    ]
}

extension DashboardState {
    @discardableResult
    mutating func press(_ keys: Key...) -> [DashboardEffect] {
        var effects: [DashboardEffect] = []
        for key in keys { effects = reduce(.input(.key(key))) }
        return effects
    }
}

@Suite("Dashboard")
struct DashboardTests {
    static let sizes = [Size(columns: 40, rows: 12), Size(columns: 80, rows: 24), Size(columns: 200, rows: 50)]

    @Test("the frame shows every peer, the totals and the link, at every size", arguments: sizes)
    func frame(_ size: Size) {
        let text = Sample.dashboard(Sample.four).view(size: size, glyphs: .unicode).text
        for word in ["dev-1", "api-2", "ci-runner", "名前", "working", "payments"] {
            #expect(text.contains(word), "\(word)")
        }
        if size.columns >= 80 {
            #expect(text.contains("4 peers · 1 idle · 2 working · 1 dnd"))
            #expect(text.contains("live"))
        }
        Golden.expect(text, "dashboard \(size.columns)x\(size.rows)")
    }

    @Test("the chosen peer's details stand below the list")
    func details() {
        var state = Sample.dashboard(Sample.four)
        state.press(.end)
        #expect(state.selected == "key-名前")
        state.press(.home, .down, .down)
        let text = state.view(size: Size(columns: 80, rows: 24), glyphs: .unicode).text
        #expect(state.selected == "key-dev-1")
        #expect(text.contains("Reviewing the retry change"))
        #expect(text.contains("@backend"))
    }

    @Test("a click chooses the peer whose row it is on")
    func click() {
        var state = Sample.dashboard(Sample.four)
        let size = Size(columns: 80, rows: 24)
        let lines = state.view(size: size, glyphs: .unicode).text.split(
            separator: "\n", omittingEmptySubsequences: false)
        for peer in Sample.four {
            let row = lines.firstIndex { $0.contains(peer.name) } ?? -1
            #expect(state.peer(at: Point(column: 20, row: row), size: size, glyphs: .unicode) == peer.id)
        }
        #expect(state.peer(at: Point(column: 20, row: 0), size: size, glyphs: .unicode) == nil)
        _ = state.reduce(.select("key-dev-1"))
        #expect(state.selected == "key-dev-1")
        _ = state.reduce(.select("nobody"))
        #expect(state.selected == "key-dev-1")
    }

    @Test("no peers known is not the same as no peers")
    func unknown() {
        let size = Size(columns: 80, rows: 24)
        #expect(Sample.dashboard(nil).view(size: size, glyphs: .unicode).text.contains("looking…"))
        let empty = Sample.dashboard([]).view(size: size, glyphs: .unicode).text
        #expect(empty.contains("Nobody is here yet"))
        #expect(empty.contains("0 peers"))
    }

    @Test("the selection follows the peer, and a peer that left gives way to its neighbour")
    func selection() {
        var state = Sample.dashboard(Sample.four)
        state.press(.down, .down)
        #expect(state.selected == "key-ci-runner")
        _ = state.reduce(.relay(.changed(PeerChanges(joined: [Sample.peer("aaa")])), at: Sample.noon))
        #expect(state.selected == "key-ci-runner")
        _ = state.reduce(.relay(.changed(PeerChanges(left: ["key-ci-runner"])), at: Sample.noon))
        #expect(state.selected == "key-dev-1")
        _ = state.reduce(.relay(.snapshot([]), at: Sample.noon))
        #expect(state.selected == nil)
    }

    @Test("the filter narrows as it is typed, by name, status, role, group and directory")
    func filter() {
        for (typed, names) in [
            ("dev", ["dev-1"]), ("working", ["dev-1", "名前"]), ("backend", ["dev-1"]),
            ("srv", ["ci-runner"]), ("working claude", ["dev-1"]), ("zzz", []),
        ] {
            var state = Sample.dashboard(Sample.four)
            state.press(.text("/"))
            for character in typed { state.press(.text(String(character))) }
            #expect(state.peers.map(\.name) == names, "\(typed)")
            state.press(.escape)
            #expect(state.peers.count == 4)
        }
    }

    @Test("while a filter is typed, q is a letter; afterwards it leaves")
    func quit() {
        var state = Sample.dashboard(Sample.four)
        #expect(state.press(.text("/"), .text("q")) == [])
        #expect(state.filter == "q")
        #expect(state.press(.enter, .text("q")) == [.leave])
        #expect(state.press(.text("/"), .control("c")) == [.leave])
    }

    @Test("help shows every key and any key closes it")
    func help() {
        var state = Sample.dashboard(Sample.four)
        state.press(.text("?"))
        #expect(state.view(size: Size(columns: 80, rows: 24), glyphs: .unicode).text.contains("leave the dashboard"))
        state.press(.text("q"))
        #expect(!state.showsHelp)
    }

    @Test("what a peer sends cannot reach the terminal as a control character")
    func hostile() {
        let bad = Sample.peer(
            "a\u{1b}[2Jb", role: "\u{202e}evil", cwd: "/x/\u{7}/y/z/\u{9b}31m",
            summary: "\u{1b}]52;c;aGk=\u{7}")
        var state = Sample.dashboard([bad, Sample.peer(String(repeating: "長", count: 300))])
        state.press(.down)
        for glyphs in [Glyphs.unicode, .ascii] {
            let text = state.view(size: Size(columns: 120, rows: 30), glyphs: glyphs).text
            let controls = text.unicodeScalars.filter {
                $0 != "\n" && ($0.properties.generalCategory == .control || $0.value == 0x202e)
            }
            #expect(controls.isEmpty)
        }
    }

    @Test("an age changes when it says it will, and not before")
    func ages() throws {
        let state = Sample.dashboard([Sample.peer("a", minutes: 2)])
        let size = Size(columns: 80, rows: 24)
        let wait = try #require(state.untilChange(size: size))
        func text(after milliseconds: Int64) -> String {
            var later = state
            _ = later.reduce(.now(Moment(milliseconds: Sample.noon.milliseconds + milliseconds)))
            return later.view(size: size, glyphs: .unicode).text
        }
        #expect(text(after: 0) == text(after: wait - 1))
        #expect(text(after: 0) != text(after: wait))
        #expect(Sample.dashboard([]).untilChange(size: size) == nil)
    }

    @Test("the next change is looked for among the peers in sight, wherever the list stands")
    func agesInSight() throws {
        let old = (10..<70).map { Sample.peer("a\($0)", minutes: 61) }
        var state = Sample.dashboard(old + [Sample.peer("z", minutes: 2)])
        let size = Size(columns: 80, rows: 24)
        #expect(try #require(state.untilChange(size: size)) > 60_000)
        state.press(.end)
        #expect(try #require(state.untilChange(size: size)) <= 60_000)
    }

    @Test("a printed frame has a row for every peer, however many there are")
    func printed() {
        let peers = (0..<200).map { Sample.peer("peer-\($0)") }
        let text = Sample.dashboard(peers).printed(columns: 80, glyphs: .unicode).text
        for index in 0..<200 { #expect(text.contains("peer-\(index) ")) }
    }

    @Test("any keys at any size leave a whole frame", arguments: 0..<60 as Range<UInt64>)
    func anyKeys(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var state = Sample.dashboard(Sample.four)
        let keys: [Key] = [
            .up, .down, .pageUp, .pageDown, .home, .end, .text("/"), .text("x"), .escape, .enter,
            .backspace, .text("?"), .text("T"),
        ]
        for _ in 0..<40 {
            state.press(keys.randomElement(using: &generator) ?? .up)
            let size = Size(
                columns: Int.random(in: 1...120, using: &generator),
                rows: Int.random(in: 1...40, using: &generator))
            #expect(state.view(size: size, glyphs: .unicode).size == size)
        }
    }
}
