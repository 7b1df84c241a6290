import Foundation
import Logging
import Mesh
import Testing

@testable import Broker

@Suite("A broker's log")
struct BrokerLogTests {
    static let nasty = [
        "two\nlines", "\u{1B}[2J", "a\u{0}b", "tab\tquote\"back\\slash", "\u{85}\u{2028}\u{9B}31m",
        "\u{202E}turned", "ünïcödé 🧶", "\u{E0041}", "\r", "",
    ]

    @Test("an event is one line and one JSON object, whatever it holds", arguments: nasty)
    func json(text: String) throws {
        let line = BrokerLog.json("T", "info", text, [("from", text), (text, "x"), ("msg", "y")])
        #expect(Self.hidden(line) == [])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        #expect(object["ts"] == "T" && object["level"] == "info")
        #expect(object["component"] == "broker")
        #expect(object["msg"] == text && object["from"] == text && object["msg_"] == "y")
        #expect(line.hasPrefix(#"{"ts":"T","level":"info","component":"broker","msg":"#))
    }

    @Test("an event as text is one line, with nothing in it that a terminal obeys", arguments: nasty)
    func text(text: String) {
        let line = BrokerLog.text("T", "info", text, [("from", text)])
        #expect(Self.hidden(line) == [])
        #expect(line.hasPrefix("T info broker: ") && line.contains(" from="))
    }

    @Test("what is plain is written plainly, what has blanks in quotes")
    func plain() {
        #expect(
            BrokerLog.text("T", "warning", "slow client", [("mesh", "pay"), ("why", "it \"reads\" not")])
                == #"T warning broker: slow client mesh=pay why="it \"reads\" not""#)
    }

    @Test("a long value is cut, so that a line has a bound")
    func long() {
        let line = BrokerLog.json("T", "info", String(repeating: "x", count: 100_000), [])
        #expect(line.utf8.count < BrokerLog.valueLimit + 100)
    }

    @Test("lines come out whole and in order, those below the level not at all")
    func output() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-log-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        let output = LogOutput(descriptor: fd)
        let logger = Logger(label: "test") { _ in
            BrokerLog(
                format: .json, level: .notice, output: output,
                now: { Moment(milliseconds: 1_000) })
        }
        DispatchQueue.concurrentPerform(iterations: 4) { number in
            for round in 0..<100 {
                logger.notice("kept", metadata: ["from": "\(number)", "round": "\(round)"])
                logger.info("left out")
            }
        }
        close(fd)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 400)
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let fields = try #require(object as? [String: String])
            #expect(fields["msg"] == "kept" && fields["ts"] == "1970-01-01T00:00:01.000Z")
        }
    }

    /// What would break a line or be obeyed.
    private static func hidden(_ line: String) -> [Unicode.Scalar] {
        line.unicodeScalars.filter {
            [.control, .format, .lineSeparator, .paragraphSeparator].contains(
                $0.properties.generalCategory)
        }
    }
}
