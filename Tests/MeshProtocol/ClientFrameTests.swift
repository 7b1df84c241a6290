import Mesh
import MeshProtocol
import Testing

@Suite("Frames from clients")
struct ClientFrameTests {
    static func parse(_ text: String) -> ClientFrame? { ClientFrame.parse(Array(text.utf8)) }

    @Test(
        "each verb is read, with its request's id",
        arguments: [
            (#"{"type":"list_peers"}"#, .listPeers),
            (#"{"type":"watch_presence"}"#, .watchPresence),
            (#"{"type":"set_status","status":"dnd"}"#, .setStatus(.dnd)),
            (#"{"type":"set_summary","summary":""}"#, .setSummary("")),
            (#"{"type":"set_visible","visible":false}"#, .setVisible(false)),
            (#"{"type":"join_group","name":"a/b"}"#, .joinGroup(GroupMembership(name: "a/b"))),
            (#"{"type":"join_group","name":"a","role":"lead"}"#,
                .joinGroup(GroupMembership(name: "a", role: "lead"))),
            (#"{"type":"leave_group","name":"a"}"#, .leaveGroup("a")),
            (#"{"type":"graph_query","cypher":""}"#, .unknown(type: "graph_query")),
            (#"{"type":7}"#, .unknown(type: "")), (#"{}"#, .unknown(type: "")),
            (#"{"type":"set_status","status":"away"}"#, .invalid(type: "set_status")),
            (#"{"type":"set_status"}"#, .invalid(type: "set_status")),
            (#"{"type":"set_visible","visible":"no"}"#, .invalid(type: "set_visible")),
            (#"{"type":"join_group","name":null}"#, .invalid(type: "join_group")),
            (#"{"type":"hello"}"#, .invalid(type: "hello")),
        ] as [(String, ClientFrame.Verb)])
    func verbs(text: String, verb: ClientFrame.Verb) throws {
        #expect(try #require(Self.parse(text)) == ClientFrame(verb))
        let withID = #"{"_reqId":"7f","# + text.dropFirst()
        let closed = withID.hasSuffix(",}") ? #"{"_reqId":"7f"}"# : withID
        #expect(try #require(Self.parse(closed)) == ClientFrame(verb, requestID: "7f"))
    }

    @Test(
        "what is written is read again",
        arguments: [
            .listPeers, .watchPresence, .setStatus(.working), .setSummary("a \"b\" / \u{1f} é"),
            .setVisible(true), .joinGroup(GroupMembership(name: "a", role: "b")),
            .leaveGroup("a"), .hello(hello),
        ] as [ClientFrame.Verb])
    func roundTrip(verb: ClientFrame.Verb) {
        for frame in [ClientFrame(verb), ClientFrame(verb, requestID: "r1")] {
            #expect(ClientFrame.parse(frame.json) == frame)
        }
    }

    @Test(
        "what is not one JSON object is no frame",
        arguments: [
            "", " ", "null", "[]", "7", "\"hello\"", "{", "}", "{]", "{\"a\":}", "{\"a\":1}x",
            "{\"type\":\"list_peers\"", "{'type':'list_peers'}", "{\"a\":\"\u{1}\"}",
            "{\"type\":\"list_peers\",}", "{\"a\":[1, ]}",
        ])
    func malformed(text: String) {
        #expect(Self.parse(text) == nil)
    }

    @Test("bytes that are no UTF-8 are no frame")
    func notUTF8() {
        let bytes = Array(#"{"type":"set_summary","summary":""#.utf8) + [0xc3, 0x28]
        #expect(ClientFrame.parse(bytes + Array(#""}"#.utf8)) == nil)
    }

    @Test("depth is bounded, also where it is no JSON", arguments: [("[", "]"), (#"{"a":"#, "}")])
    func depth(open: String, close: String) {
        func nested(_ depth: Int) -> String {
            let deep = String(repeating: open, count: depth - 1)
            let inner = open == "[" ? "" : "1"
            let end = String(repeating: close, count: depth - 1)
            return #"{"type":"list_peers","x":"# + deep + inner + end + "}"
        }
        #expect(Self.parse(nested(FrameLimits.depth)) != nil)
        #expect(Self.parse(nested(FrameLimits.depth + 1)) == nil)
        #expect(Self.parse(String(repeating: open, count: 200_000)) == nil)
    }

    @Test("brackets in strings are no depth")
    func brackets() throws {
        let text = String(repeating: "[{", count: 100) + #"\"\\"#
        let frame = try #require(Self.parse(#"{"type":"set_summary","summary":"\#(text)"}"#))
        #expect(frame.verb == .setSummary(String(repeating: "[{", count: 100) + #""\"#))
    }

    @Test("a key that stands twice does not end a connection")
    func duplicates() {
        #expect(Self.parse(#"{"type":"list_peers","type":"list_peers"}"#)?.verb == .listPeers)
    }

    @Test("an id that is no bearable text is not repeated")
    func requestIDs() throws {
        let long = String(repeating: "x", count: FrameLimits.id + 1)
        for id in ["7", "null", "{}", "\"\(long)\""] {
            let frame = try #require(Self.parse(#"{"type":"list_peers","_reqId":\#(id)}"#))
            #expect(frame == ClientFrame(.listPeers))
        }
    }

    static let hello = HelloFrame(
        meshID: "m", memberID: "n", publicKey: "ab", sessionKey: "cd", displayName: "dev",
        sessionID: "s", pid: 7, cwd: "/tmp", hostname: "h", peerType: "ai", channel: "c",
        model: "m", groups: [GroupMembership(name: "g")], timestamp: 1, signature: "ef",
        capabilities: [FrameLimits.skein1], kind: HelloFrame.observer, role: "lead",
        agent: "sh",
        attestation: SessionAttestation(
            timestamp: 1, memberSignature: "11", sessionSignature: "22"))

    @Test("a hello without what a check answers for is read, so that the check can")
    func helloLeniency() throws {
        let text =
            #"{"type":"hello","meshId":"m","memberId":"n","sessionId":"s","pid":1.0,"cwd":"/""#
        let none = try #require(Self.parse(text + "}"))
        guard case .hello(let hello) = none.verb else {
            Issue.record("not read as a hello")
            return
        }
        #expect(hello.publicKey == "" && hello.signature == "" && hello.timestamp == nil)
        for timestamp in ["null", "\"1\"", "1.5", "1e300"] {
            let frame = try #require(Self.parse(text + ",\"timestamp\":\(timestamp)}"))
            guard case .hello(let hello) = frame.verb else {
                Issue.record("not read as a hello: \(timestamp)")
                continue
            }
            #expect(hello.timestamp == nil)
        }
    }
}
