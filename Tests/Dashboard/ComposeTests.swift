import Keys
import Mesh
import MeshProtocol
import Surface
import Testing
import Text

@testable import Dashboard

@Suite("Writing a message on the dashboard")
struct ComposeTests {
    private static func open(_ peers: [Peer] = Sample.four, choosing: Bool = false) -> DashboardState {
        var state = Sample.dashboard(peers)
        if choosing { state.press(.down) }
        state.press(.text("m"))
        return state
    }

    private static func outgoing(_ effects: [DashboardEffect]) -> OutgoingMessage? {
        for case .ask(.send(let message)) in effects { return message }
        return nil
    }

    @Test("to the chosen peer: typed, sent once under one id, and gone when it is on its way")
    func sending() throws {
        var state = Self.open(choosing: true)
        #expect(state.composer?.to.text == "api-2" && state.composer?.part == .text)
        state.type("first")
        state.press(.control("j"))
        state.type("second")
        state.press(.altEnter, .control("t"))
        _ = state.reduce(.input(.paste("third\nfourth")))
        #expect(state.drafts[Sample.mesh.mesh]?.text == "first\nsecond\nthird\nfourth")
        #expect(state.press(.enter) == [.freshID])
        #expect(state.text().contains("sending"))
        let effects = state.reduce(.fresh(Sample.id))
        let message = try #require(Self.outgoing(effects))
        #expect(
            message
                == OutgoingMessage(
                    id: Sample.id, mesh: Sample.mesh.mesh, to: "api-2", text: "first\nsecond\nthird\nfourth",
                    priority: .low))
        #expect(state.press(.enter) == [] && state.press(.control("s")) == [])
        state.type("more")
        #expect(state.composer?.text.text.hasSuffix("fourth") == true)

        let to = ResolvedTarget(spec: "key-api-2", name: "api-2", memberKey: "member", isPresent: true)
        let after = state.reduce(.answered(.sent(message, SentMessage(id: message.id, to: to))))
        #expect(after.contains(.keepDraft(Sample.mesh.mesh, nil)))
        #expect(after.contains(.ask(.message(Sample.id))))
        #expect(state.overlay == nil && state.drafts.isEmpty)
        #expect(state.text().contains("on its way"))
        state.press(.text("M"))
        #expect(state.text().contains("first second"))
    }

    @Test("what is refused is said where it was written; asked again it has the same id, changed another")
    func refused() throws {
        var state = Self.open(choosing: true)
        state.type("hello")
        state.press(.control("s"))
        let message = try #require(Self.outgoing(state.reduce(.fresh(Sample.id))))
        let error = SkeinError(.peerNotFound, "nobody in the mesh is called api-2", hint: "There are\u{1B}[31m others")
        _ = state.reduce(.failed(.send(message), error))
        #expect(state.text().contains("nobody in the mesh is called api-2. There are"))
        #expect(!state.text().contains("\u{1B}"))
        #expect(Self.outgoing(state.press(.enter)) == message)
        _ = state.reduce(.failed(.send(message), error))
        state.type("!")
        #expect(state.press(.enter) == [.freshID])
    }

    @Test("nobody, nothing, and too much are not sent")
    func incomplete() {
        var state = Self.open()
        #expect(state.composer?.part == .to)
        #expect(state.press(.control("s")) == [])
        #expect(state.text().contains("Say whom it is for"))
        state.type("dev-1")
        state.press(.enter, .text(" "))
        #expect(state.press(.enter) == [])
        #expect(state.text().contains("cannot be empty"))
        _ = state.reduce(.input(.paste(String(repeating: "x", count: SendMessage.longestText))))
        #expect(state.press(.enter) == [])
        #expect(state.text().contains("at most 524288 bytes; this one has 524289"))
        state.press(.backspace)
        #expect(state.press(.enter) == [.freshID])
    }

    @Test("Tab completes names, groups and everybody, one after the other, then goes to the text")
    func completion() {
        var state = Self.open()
        var seen: [String] = []
        for _ in 0..<8 {
            state.press(.tab)
            seen.append(state.composer?.to.text ?? "")
        }
        #expect(seen == ["api-2", "ci-runner", "dev-1", "名前", "@backend", "@infra", "*", "api-2"])
        state.press(.control("u"))
        state.type("D")
        #expect(state.text().contains("dev-1"))
        state.press(.tab)
        #expect(state.composer?.to.text == "dev-1")
        state.press(.tab)
        #expect(state.composer?.part == .text)
        state.press(.tab, .control("u"))
        state.type("@inf")
        state.press(.tab)
        #expect(state.composer?.to.text == "@infra")
    }

    @Test("a name that several have, or that cannot be typed, is completed to keys")
    func ambiguous() {
        let keys = ["aaaaaaaa1", "aaaaaaaa2", "bbbbbbbb3"].map { $0 + String(repeating: "0", count: 55) }
        let peers = [
            Sample.peer("twin", id: keys[0]), Sample.peer("twin", id: keys[1]),
            Sample.peer("e\u{202E}vil", id: keys[2]),
        ]
        var state = Self.open(peers)
        var seen: Set<String> = []
        for _ in 0..<4 {
            state.press(.tab)
            seen.insert(state.composer?.to.text ?? "")
        }
        #expect(seen == ["aaaaaaaa1", "aaaaaaaa2", keys[2], "*"])
        state.press(.escape, .down, .text("m"))
        #expect(state.composer.map { keys.contains($0.to.text) } == true)
    }

    @Test("what was typed is kept when the overlay closes and for the next run, until it is sent or thrown away")
    func drafts() throws {
        var state = Self.open(choosing: true)
        let effects = state.press(.text("h"))
        let draft = MessageDraft(to: "api-2", text: "h")
        #expect(effects == [.keepDraft(Sample.mesh.mesh, draft)])
        #expect(state.press(.left) == [])
        #expect(state.press(.control("c")) == [.leave])
        state.press(.escape)
        #expect(state.overlay == nil && state.drafts == [Sample.mesh.mesh: draft])

        var next = Sample.dashboard(Sample.four)
        next.keep(state.drafts)
        next.press(.down, .down, .text("m"))
        #expect(next.composer?.draft == draft)
        #expect(next.text().contains("not sent yet"))
        next.press(.control("x"))
        #expect(next.text().contains("again"))
        #expect(next.press(.control("x")) == [.keepDraft(Sample.mesh.mesh, nil)])
        #expect(next.overlay == nil)
        next.press(.text("m"))
        #expect(next.composer?.to.text == "ci-runner")
        #expect(next.press(.control("x")) == [])
    }

    @Test("arrows leave the text upwards, and go by rows in it")
    func arrows() {
        var state = Self.open(choosing: true)
        state.type("one")
        state.press(.control("j"))
        state.type("two")
        state.press(.up)
        #expect(state.composer?.text.line == 0)
        state.press(.up)
        #expect(state.composer?.part == .to)
        state.press(.down)
        #expect(state.composer?.part == .text)
    }

    @Test("name@mesh goes to that mesh; the palette opens it too")
    func otherMesh() throws {
        var state = Sample.dashboard(Sample.four)
        state.meshes.append(Sample.membership("staging"))
        state.press(.text(":"))
        state.type("message")
        state.press(.enter)
        state.type("bob@staging")
        state.press(.enter)
        state.type("hi")
        state.press(.enter)
        let message = try #require(Self.outgoing(state.reduce(.fresh(Sample.id))))
        #expect(message.to == "bob" && message.mesh.rawValue == "mesh-staging")
    }
}
