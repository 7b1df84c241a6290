import Foundation
import Mesh
import MeshProtocol
import Testing

@Suite("What a message's body holds")
struct MessageContentTests {
    static let hex = String(repeating: "ab", count: 64)
    static let contents = [
        MessageContent(text: "hello", author: .person),
        MessageContent(text: "", author: .agent, hops: 3),
        MessageContent(
            text: "\u{0}\u{1b}[31m\"\\/ grüße\n🦢", author: .relay, hops: 1000,
            answers: MessageID(rawValue: "0190"), session: "session",
            attestation: SessionAttestation(
                timestamp: .max, memberSignature: hex, sessionSignature: hex)),
        MessageContent(
            text: String(repeating: "x", count: SendMessage.longestText), author: .agent),
    ]

    @Test("what is written is read", arguments: contents)
    func roundTrip(_ content: MessageContent) throws {
        #expect(content.bytes.starts(with: Array(#"{"skein":1,"#.utf8)))
        #expect(try MessageContent.parse(content.bytes) == content)
    }

    @Test("a client of old's text is read as it is, whatever it says", arguments: [
        "", "hello", "{", "{}", #"{"skein":1}"#, #"{"skein":2,"text":"a"}"#, #" {"skein":1,"#,
        #"{ "skein":1,"text":"a"}"#, "\u{0}\u{1b}[0m",
    ])
    func plain(text: String) throws {
        #expect(
            try MessageContent.parse(Array(text.utf8))
                == MessageContent(text: text, author: .unknown))
    }

    @Test("fields of a later Skein are passed over")
    func later() throws {
        let body = #"{"skein":1,"later":{"a":[1]},"text":"a","author":"agent","hops":0}"#
        #expect(
            try MessageContent.parse(Array(body.utf8)) == MessageContent(text: "a", author: .agent))
    }

    static let deep =
        #""x":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)

    static let hostile = [
        "", "}", #""text":"a"}"#, #""text":"a","author":"agent"}"#,
        #""text":1,"author":"agent","hops":0}"#, #""text":"a","author":"owner","hops":0}"#,
        #""text":"a","author":"agent","hops":-1}"#, #""text":"a","author":"agent","hops":1001}"#,
        #""text":"a","author":"agent","hops":9223372036854775807}"#,
        #""text":"a","author":"agent","hops":1e30}"#, #""text":"a","author":"agent","hops":0"#,
        #""text":"a","author":"agent","hops":0,}"#, #""text":"a","author":"agent","hops":0}}"#,
        #""text":"a","author":"agent","hops":0} {"#,
        "\"text\":\"\u{1}\",\"author\":\"agent\",\"hops\":0}",
        #""text":"a","author":"agent","hops":0,"# + deep + "}",
        #""text":"a","author":"agent","hops":0,"session":""# + String(repeating: "s", count: 257)
            + "\"}",
        #""text":"a","author":"agent","hops":0,"answers":""# + String(repeating: "s", count: 257)
            + "\"}",
        #""text":"a","author":"agent","hops":0,"attestation":"#
            + #"{"timestamp":1,"memberSignature":"ab","sessionSignature":"ab"}}"#,
    ]

    @Test("what begins as Skein's and is not of its form is refused", arguments: hostile)
    func refused(rest: String) {
        #expect(throws: MessageContent.Fault.malformed) {
            try MessageContent.parse(Array((#"{"skein":1,"# + rest).utf8))
        }
    }

    @Test("what is no UTF-8 is refused, and what is too long before it is read")
    func bytes() {
        let bad: [[UInt8]] = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], Array("a".utf8) + [0xf0]]
        let marker = Array(#"{"skein":1,"text":""#.utf8)
        let end = Array(#"","author":"agent","hops":0}"#.utf8)
        for bytes in bad {
            #expect(throws: MessageContent.Fault.malformed) { try MessageContent.parse(bytes) }
            #expect(throws: MessageContent.Fault.malformed) {
                try MessageContent.parse(marker + bytes + end)
            }
        }
        let long = [UInt8](repeating: 0x61, count: SendMessage.longestText + 1)
        let longer = [UInt8](repeating: 0x61, count: FrameLimits.skeinFrame)
        for bytes in [long, marker + long + end, marker + longer + end] {
            #expect(throws: MessageContent.Fault.tooLong) { try MessageContent.parse(bytes) }
        }
    }
}
