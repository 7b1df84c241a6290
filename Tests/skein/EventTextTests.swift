import Mesh
import MeshProtocol
import Testing

@testable import skein

@Suite("What happened, as it is printed")
struct EventTextTests {
    private static let id = MessageID(rawValue: "0190-id")
    private static let hostile = "a\u{1B}[31m\nb\u{202E}\u{9B}c"

    private static func event(_ what: MeshEvent.What, name: String = "ada") -> MeshEvent {
        MeshEvent(
            number: 7, mesh: MeshID(rawValue: "m"), at: Moment(milliseconds: 1_000), peer: "k",
            name: name, what: what)
    }

    @Test(
        "each kind is a line of its own",
        arguments: [
            (.joined, "joined"), (.left, "left"),
            (.renamed(from: "bob"), "is called so now, and was bob"),
            (.status(from: .idle, to: .working), "idle → working"),
            (.waiting(true), "waits for its person"), (.role(""), "has no role"),
            (.groups(["x", "y"]), "groups: x, y"), (.groups([]), "in no group"),
            (.link(.retrying(reason: "gone", at: Moment(milliseconds: 1))), "link: retrying: gone"),
            (.link(.live), "link: live"),
            (
                .sent(id, to: "bob", priority: .now, excerpt: "hello"),
                "sent 0190-id to bob (now): hello"
            ),
            (
                .received(id, by: "dev", priority: .next, excerpt: "hi"),
                "message 0190-id came for dev (next): hi"
            ),
            (.delivery(id, to: "", .shown), "message 0190-id: shown"),
            (.died(id, to: "bob", reason: "no"), "message 0190-id to bob was given up: no"),
            (.state(key: "k", value: nil), "state k was taken away"),
            (.hook(event: "PreToolUse", tool: "Bash"), "hook PreToolUse (Bash)"),
            (.invite("made", detail: "i"), "invite i was made"),
        ] as [(MeshEvent.What, String)])
    func lines(what: MeshEvent.What, said: String) {
        #expect(EventText.line(Self.event(what)) == "1970-01-01T00:00:01.000Z  ada  " + said)
    }

    @Test("whatever is in it, it is one line without a control character")
    func inert() {
        let text = Self.hostile
        let id = MessageID(rawValue: text)
        let all: [MeshEvent.What] = [
            .renamed(from: text), .summary(text), .role(text), .groups([text]), .directory(text),
            .link(.refused(reason: text)),
            .sent(id, to: text, priority: .low, excerpt: text),
            .received(id, by: text, priority: .low, excerpt: text),
            .delivery(id, to: text, .pushed), .died(id, to: text, reason: text),
            .state(key: text, value: text), .hook(event: text, tool: text), .loop(with: text),
            .invite(text, detail: text), .other(text),
        ]
        for what in all {
            let line = EventText.line(Self.event(what, name: text))
            #expect(
                !line.unicodeScalars.contains {
                    [.control, .format].contains($0.properties.generalCategory)
                }, "\(what)")
        }
    }

    @Test("the fields are always there")
    func fields() {
        let plain = JSONValue.of(EventRow(Self.event(.left)))
        let mail = JSONValue.of(
            EventRow(Self.event(.sent(Self.id, to: "bob", priority: .now, excerpt: "x"))))
        guard case .object(let few) = plain, case .object(let many) = mail else {
            Issue.record("no objects")
            return
        }
        #expect(Set(few.keys) == Set(many.keys))
        #expect(few["what"] == .string("left") && few["to"] == .null)
        #expect(many["message_id"] == .string("0190-id") && many["to"] == .string("bob"))
    }
}
