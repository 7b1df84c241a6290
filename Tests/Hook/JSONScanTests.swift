import Foundation
import TestSupport
import Testing

@testable import Hook

@Suite("The hook's own reader of JSON")
struct JSONScanTests {
    static func text(_ name: StaticString, in json: String) -> String? {
        let bytes = Array(json.utf8)
        guard let value = JSONScan.members([name], of: bytes)?[0] else { return nil }
        return value.kind == .string
            ? String(decoding: JSONString.decode(bytes[value.place]), as: UTF8.self)
            : String(decoding: bytes[value.place], as: UTF8.self)
    }

    static let values: [(json: String, found: String?)] = [
        (#"{"a":"x"}"#, "x"), (#" { "b" : 1 , "a" : "x" } "#, "x"), (#"{"a":{"b":[1]}}"#, #"{"b":[1]}"#),
        (#"{"a":-1.5e+3,"b":0}"#, "-1.5e+3"), (#"{"a":true}"#, "true"), (#"{"a":null}"#, "null"),
        (#"{"a":"\"\\\/\b\f\n\r\tA"}"#, "\"\\/\u{8}\u{c}\n\r\tA"),
        (#"{"a":"\ud83e\udebf"}"#, "🪿"), (#"{"a":"\ud83e"}"#, "\u{FFFD}"),
        (#"{"a":"\ude00\ud83e!"}"#, "\u{FFFD}\u{FFFD}!"), (#"{"a":"\ud83eA"}"#, "\u{FFFD}A"),
        (#"{"b":{"a":"inner"}}"#, nil), (#"{"a":"1","a":"2"}"#, nil), (#"{"a":1,"a":2,"a":3}"#, nil),
        (#"{"\u0061":"x"}"#, nil), (#"{"":"x"}"#, nil), ("{}", nil),
    ]

    @Test("a member is found as it is", arguments: values)
    func member(_ sample: (json: String, found: String?)) {
        #expect(JSONScan.members(["a"], of: Array(sample.json.utf8)) != nil)
        #expect(Self.text("a", in: sample.json) == sample.found)
    }

    static let broken: [String] = [
        "", " ", "null", "[]", #""a""#, "{", "}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,}"#, #"{"a":1}x"#,
        #"{"a":1}{"a":1}"#, #"{a:1}"#, #"{'a':1}"#, #"{"a":01}"#, #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":+1}"#,
        #"{"a":1e}"#, #"{"a":-}"#, #"{"a":tru}"#, #"{"a":"x}"#, #"{"a":"\x"}"#, #"{"a":"\u12"}"#,
        #"{"a":"\u12G4"}"#, "{\"a\":\"\n\"}", #"{"a":[1,]}"#, #"{"a":[1 2]}"#, #"{"a":"\"#, #"{"a":"\u"#,
        #"{"a" 1}"#, "{\"a\":1,//\n\"b\":2}", #"{"a":NaN}"#, "\u{FEFF}{}",
    ]

    @Test("what is broken anywhere gives nothing at all", arguments: broken)
    func refused(_ json: String) {
        #expect(JSONScan.members(["a"], of: Array(json.utf8)) == nil)
    }

    @Test("deep nesting is refused, whatever it is made of")
    func deep() {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            let nested = { (depth: Int) in
                Array(
                    (#"{"b":"# + String(repeating: open, count: depth) + "0"
                        + String(repeating: close, count: depth) + "}").utf8)
            }
            #expect(JSONScan.members(["b"], of: nested(100)) != nil)
            #expect(JSONScan.members(["b"], of: nested(200)) == nil)
            #expect(JSONScan.members(["b"], of: nested(100_000)) == nil)
        }
        #expect(JSONScan.members(["b"], of: [UInt8](repeating: 0x5B, count: 1 << 18)) == nil)
    }

    @Test("every beginning of a text is refused, and none is read beyond its end")
    func truncated() {
        let json = Array(#"{"a":"\ud83e\udebf","b":[{"c":-1.5e3},true,null],"d":"é"}"#.utf8)
        for length in 0..<json.count {
            #expect(JSONScan.members(["a"], of: Array(json[..<length])) == nil)
        }
    }

    /// What this accepts the library accepts, and finds the same in it.
    @Test("random texts are read as the library reads them, or not at all")
    func fuzz() throws {
        var chance = SeededGenerator(seed: 20_261_121)
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"a\":", "\"b\":1", "\\", "\\u", "\\ud83e", "\\udebf",
            "true", "null", "-0", "1e9", "1.5", " ", "\n", "\u{0}", "é", "🪿", "x",
        ].map { Array($0.utf8) }
        var accepted = 0
        for _ in 0..<100_000 {
            var text: [UInt8] = Bool.random(using: &chance) ? Array("{\"a\":".utf8) : []
            for _ in 0..<Int.random(in: 0..<12, using: &chance) {
                if Int.random(in: 0..<20, using: &chance) == 0 {
                    text.append(UInt8.random(in: 0...255, using: &chance))
                } else {
                    text += pieces[Int.random(in: 0..<pieces.count, using: &chance)]
                }
            }
            if Bool.random(using: &chance) { text += Array("}".utf8) }
            guard let values = JSONScan.members(["a"], of: text) else { continue }
            accepted += 1
            guard String(validating: text, as: UTF8.self) != nil,
                let object = try? JSONSerialization.jsonObject(with: Data(text)) as? [String: Any]
            else { continue }
            if let value = values[0], value.kind == .string, let known = object["a"] as? String {
                #expect(String(decoding: JSONString.decode(text[value.place]), as: UTF8.self) == known)
            }
        }
        #expect(accepted > 300)
    }

    @Test("random bytes are survived")
    func noise() {
        var chance = SeededGenerator(seed: 7)
        for length in 0..<3000 {
            let bytes = (0..<length % 300).map { _ in UInt8.random(in: 0...255, using: &chance) }
            _ = JSONScan.members(["a"], of: bytes)
            _ = JSONString.decode(bytes[...])
            _ = HookFacts(agent: "claude", event: "Stop", input: bytes)
            _ = HookReply(bytes, to: 1)
        }
    }
}
