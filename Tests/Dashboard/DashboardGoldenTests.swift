import Keys
import Mesh
import MeshProtocol
import Surface
import TestSupport
import Testing
import Text
import Themes

@testable import Dashboard

/// Every pane and overlay as it looks, at every size, in signs of Unicode and of ASCII, and what
/// becomes of its colours.
@Suite("Dashboard as it looks")
struct DashboardGoldenTests {
    enum Scene: String, CaseIterable, Sendable {
        case peers, tree, hosts, activity, details, filter, wrong, offline, looking, hostile
        case help, sort, columns, palette
        case compose, refused, messages, message, inbox, letter
        case together, meshTree, meshes, health
        case replay
    }

    static let sizes = [
        Size(columns: 40, rows: 12), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40),
        Size(columns: 200, rows: 50),
    ]

    @Test("each scene at each size", arguments: Scene.allCases, sizes)
    func unicode(scene: Scene, size: Size) {
        let state = Self.state(scene, size)
        Golden.expect(state.text(), "\(scene) \(size.columns)x\(size.rows)")
    }

    @Test("each scene where only ASCII can be shown", arguments: Scene.allCases)
    func ascii(scene: Scene) {
        let state = Self.state(scene, Size(columns: 80, rows: 24))
        let text = state.text(.ascii)
        // What peers send keeps its letters: the terminal room writes `?` for them.
        if ![.hostile, .peers, .activity, .filter, .offline, .details, .together].contains(scene) {
            #expect(text.unicodeScalars.allSatisfy { $0.isASCII || "名前実装".unicodeScalars.contains($0) })
        }
        Golden.expect(text, "\(scene) ascii")
    }

    @Test("a frame's colours, as deep as the terminal has them", arguments: [ColorDepth.trueColor, .colors16, .none])
    func colours(depth: ColorDepth) {
        let state = Self.state(.peers, Size(columns: 80, rows: 24))
        let palette = Palette(theme: ThemeCatalog.standard, depth: depth)
        let grid = state.view(size: state.size, glyphs: .unicode)
        Golden.expect(Self.painted(grid, palette), "peers in \(depth)")
    }

    @Test("that it is not live is seen without colours")
    func replayWithoutColours() {
        let state = Self.state(.replay, Size(columns: 40, rows: 12))
        let palette = Palette(theme: ThemeCatalog.standard, depth: .none)
        let grid = state.view(size: state.size, glyphs: .unicode)
        Golden.expect(Self.painted(grid, palette), "replay in none")
    }

    /// The frame with a letter for how each cell is painted beneath it, and what the letters mean.
    private static func painted(_ grid: Grid, _ palette: Palette) -> String {
        var letters: [CellPaint: Character] = [:]
        var legend: [String] = []
        func letter(_ paint: CellPaint) -> Character {
            if let known = letters[paint] { return known }
            let new = Character(Unicode.Scalar(UInt8(0x61 + letters.count)))
            letters[paint] = new
            legend.append("\(new) \(name(paint.foreground)) on \(name(paint.background)) \(paint.emphasis.rawValue)")
            return new
        }
        let lines = (0..<grid.size.rows).map { row in
            String((0..<grid.size.columns).map { letter(palette.paint(for: grid[$0, row].style)) })
        }
        return grid.text + "\n\n" + lines.joined(separator: "\n") + "\n\n" + legend.joined(separator: "\n")
    }

    private static func name(_ color: TerminalColor) -> String {
        switch color {
        case .default: "default"
        case .indexed(let number): "\(number)"
        case .rgb(let rgb): "\(rgb.red),\(rgb.green),\(rgb.blue)"
        }
    }

    static func state(_ scene: Scene, _ size: Size) -> DashboardState {
        if [.together, .meshTree, .meshes, .health].contains(scene) { return severalMeshes(scene, size) }
        var state = Sample.dashboard(scene == .looking ? nil : peers(scene), size: size)
        if scene != .looking { news(&state) }
        switch scene {
        case .peers: state.press(.down, .down)
        case .tree: state.press(.text("t"), .down, .down)
        case .hosts:
            state.group(by: .host)
            state.press(.down, .text(" "))
        case .activity: state.press(.tab, .down, .down)
        case .details: state.press(.down, .down, .down, .enter)
        case .filter:
            state.press(.text("/"))
            state.type("status:working,left -@web")
        case .wrong:
            state.press(.text("/"))
            state.type("dev /(/")
        case .offline:
            state.press(.text("p"))
            state.hear(.link(.retrying(reason: "the broker went away", at: Sample.noon)), after: 70)
            state.hear(.changed(PeerChanges(left: ["key-api-2"])), after: 71)
        case .hostile: state.press(.down, .down)
        case .help: state.press(.text("?"))
        case .sort: state.press(.text("s"), .down)
        case .columns: state.press(.text("c"), .down)
        case .palette:
            state.press(.text(":"))
            state.type("so")
        case .compose:
            state.press(.down, .text("m"))
            state.type("The schema is done, 名前 has looked at it: ")
            state.press(.control("j"), .control("j"))
            state.type("one more line that is longer than the field is wide, so that it goes on below")
        case .refused:
            state.press(.text("m"))
            state.type("dev")
            state.press(.control("s"), .tab, .tab, .tab)
            _ = state.reduce(.input(.paste((1...30).map { "line \($0)" }.joined(separator: "\n"))))
            state.press(.enter)
            _ = state.reduce(.fresh(Sample.id))
            if let message = state.composer {
                let outgoing = OutgoingMessage(
                    id: Sample.id, mesh: Sample.mesh.mesh, to: "dev-1", text: message.text.text, priority: .next)
                let why = SkeinError(.peerAmbiguous, "several in the mesh are called dev-1", hint: "Take one of the keys: dev-1 aaaa1111 (reviewer, /src)")
                _ = state.reduce(.failed(.send(outgoing), why))
            }
        case .messages:
            Sample.fill(&state)
            state.press(.text("M"), .down, .down)
        case .message:
            Sample.fill(&state)
            state.press(.text("M"), .end, .up, .enter)
        case .inbox:
            Sample.fill(&state)
            state.press(.text("i"))
        case .letter:
            Sample.fill(&state)
            state.press(.text("i"), .down, .enter)
        case .replay:
            state.press(.down, .down)
            state.hear(.changed(PeerChanges(left: ["key-dev-1"])), after: 4000)
            let past = PastMesh(
                number: 3, at: Sample.noon.advanced(bySeconds: 61), peers: Sample.four, link: .live,
                earliest: Sample.noon.advanced(bySeconds: -3600), latest: Sample.noon.advanced(bySeconds: 4000),
                density: (0..<PastMesh.barLength).map { $0 % 17 == 0 ? $0 : $0 % 5 })
            guard case .ask(.past(let wish))? = state.press(.text("{")).first else { break }
            _ = state.reduce(.answered(.past(Past(wish, [Sample.mesh.mesh: past]))))
        case .looking, .together, .meshTree, .meshes, .health: break
        }
        return state
    }

    /// Two meshes together, one of them offline.
    private static func severalMeshes(_ scene: Scene, _ size: Size) -> DashboardState {
        var state = Sample.meshes(size: size)
        state.hear(.mail(MailCounts(waiting: 2)), after: 30)
        state.hearStaging(.changed(PeerChanges(joined: [Sample.peer("late", .dnd)])), after: 40)
        state.loseStaging(after: 40 * 60)
        state.hearStaging(.mail(MailCounts(dead: 1, unread: 4)), after: 40 * 60)
        switch scene {
        case .together: state.press(.down, .down)
        case .meshTree: state.group(by: .mesh)
        case .meshes: state.press(.text("w"))
        default:
            state.press(.text("h"))
            _ = state.reduce(.answered(.status(HealthOverlayTests.status(state))))
        }
        return state
    }

    private static func news(_ state: inout DashboardState) {
        var dev = Sample.four[0]
        dev.status = .idle
        state.hear(.changed(PeerChanges(joined: [Sample.peer("codex-2", .working, groups: ["web"])])), after: 5)
        state.hear(.changed(PeerChanges(updated: [dev])), after: 61)
        state.hear(.changed(PeerChanges(updated: [Sample.four[0]], left: ["key-ci-runner"])), after: 64)
    }

    private static func peers(_ scene: Scene) -> [Peer] {
        guard scene == .hostile else {
            return Sample.four + (10..<30).map { Sample.peer("worker-\($0)", minutes: $0, role: "bot", groups: ["web"]) }
        }
        return [
            Sample.peer("dev-1", groups: ["backend"]),
            Sample.peer("日本語の名前", role: "実装者", cwd: "/家/プロジェクト/決済/支払い", groups: ["裏方"]),
            Sample.peer("e\u{301}a\u{308}\u{304}n\u{303}", role: "a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}"),
            Sample.peer("שלום עולם", role: "مراجع"), Sample.peer("\u{202e}desrever", role: "\u{2066}x"),
            Sample.peer("👩‍👩‍👧‍👦 👍🏽 🇩🇪 ❤️", role: "🚀"), Sample.peer(String(repeating: "long ", count: 60), id: "key-long"),
            Sample.peer(
                "\u{1b}[31mred\u{7}\u{0}\u{9b}2J", role: "tab\there", summary: "two\nlines\u{1b}]0;title\u{7}",
                groups: ["\u{1b}c", "g\u{200b}h"], id: "key-red"),
        ]
    }
}
