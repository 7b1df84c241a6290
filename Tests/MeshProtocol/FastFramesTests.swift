import Foundation
import Mesh
import Testing

@testable import MeshProtocol

/// The short way of reading and writing frames says the same as the general one.
@Suite("Frames by the short way")
struct FastFramesTests {
    private static func general(_ text: String) -> ClientFrame? {
        try? JSONDecoder().decode(ClientFrame.self, from: Data(text.utf8))
    }

    @Test(
        "what is read by it is read alike by the decoder",
        arguments: [
            #"{"type":"send","targetSpec":"*","priority":"now","nonce":"bg==","ciphertext":"YQ=="}"#,
            #" { "type" : "send" , "targetSpec":"@ä/b" , "id":"1","_reqId":"r","x":null } "#,
            #"{"type":"send","priority":"soon","nonce":null,"ciphertext":true}"#,
            #"{"client_message_id":"c","type":"send","keys2":"x"}"#,
            #"{"type":"client_ack","brokerMessageId":"b","shown":true}"#,
            #"{"type":"client_ack","clientMessageId":null,"refused":"no"}"#,
            #"{"type":"client_ack"}"#,
        ])
    func reading(_ text: String) throws {
        let fast = try #require(ClientFrame.fast(text))
        #expect(fast == Self.general(text))
    }

    @Test(
        "what it cannot read it leaves alone",
        arguments: [
            #"{"type":"send","targetSpec":"a\nb"}"#, #"{"type":"send","id":1}"#,
            #"{"type":"send","type":"send"}"#, #"{"type":"send",}"#, #"{"type":"send"}}"#,
            #"{"type":"send"} x"#, #"{"type":"send","keys":[]}"#, #"{"type":"hello"}"#,
            #"{"type":"client_ack","shown":"yes"}"#, #"{"type":"client_ack","refused":false}"#,
            "{}", "", "[]", #"{"type"}"#, #"{"type":"send"#, #"{"type":tru}"#,
        ])
    func leaving(_ text: String) {
        #expect(ClientFrame.fast(text) == nil)
    }

    @Test("what it writes is read back as it was", arguments: ["plain", "\"\\\u{1}\u{7f}ü\n🦢", ""])
    func writing(_ text: String) throws {
        var push = PushFrame(
            messageID: text, mesh: MeshID(rawValue: text), senderKey: text, priority: .low,
            nonce: text, ciphertext: text, createdAt: Moment(milliseconds: 1_776_000_000_123))
        push.senderName = text
        push.sealedKey = text
        push.unencrypted = true
        let frames = [
            ServerFrame(.push(push), requestID: text),
            ServerFrame(.ack(AckFrame(id: text, messageId: text, queued: true, error: text))),
        ]
        for frame in frames {
            let fast = try #require(frame.fastJSON)
            #expect(ServerFrame.parse(fast) == frame)
            let general = try #require(JSONValue.parse(FrameJSON.bytes(frame)))
            #expect(JSONValue.parse(fast) == general)
        }
    }
}
