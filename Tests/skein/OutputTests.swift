import Mesh
import MeshProtocol
import Testing

@testable import skein

@Suite("What verbs print")
struct OutputTests {
    @Test("fields are chosen of a report's rows, or of the report")
    func fields() throws {
        let fields = try #require(try JSONFields("a,b"))
        #expect(try fields.of(["a": 1, "b": nil, "c": 3]) == ["a": 1, "b": nil])
        #expect(try fields.of(["x"]) == ["x"])
        #expect(throws: SkeinError.self) { try fields.of(["a": 1]) }
        #expect(try JSONFields(nil) == nil)
        #expect(throws: SkeinError.self) { try JSONFields(",") }
    }

    @Test("JSON has nothing a terminal would obey")
    func inert() {
        let line = Envelope(command: "x", data: ["a": "\u{1B}[2J\u{9B}1m\u{7F}é"]).line
        let safe = Output.escaped(line)
        #expect(safe.contains("\\u001b[2J\\u009b1m\\u007fé") || safe.contains("\\u001B[2J\\u009b1m\\u007fé"))
        #expect(JSONValue.parse(safe.utf8) == JSONValue.parse(line.utf8))
    }

    @Test("bodies are cut nowhere, and no control comes through")
    func bodies() {
        let long = String(repeating: "é", count: 20_000)
        #expect(MailText.lines(long) == [long])
        #expect(MailText.lines("a\r\nb\n\n\tc\u{1B}") == ["a", "b", "", "    c␛"])
    }

    @Test("what became of a message is said in words that are true")
    func receipts() {
        let now = Moment(milliseconds: 1_776_000_060_000)
        let report = MailVerbSamples.report
        #expect(
            ReceiptTable.text(report, at: now) == """
                Message 0198f3aa-0000-7000-8000-000000000001 for @api, now, sent
                  made 2026-04-12T13:20:00.000Z (1m)
                  tried once
                  because ␛[31m
                RECIPIENT  STATE                                 SINCE  KEY
                ada        shown                                 now    abababababababab
                bob        in its inbox, not shown               now    abababababababab
                cyd        taken by a client that tells no more  now    abababababababab
                dee        refused (unencrypted)                 now    abababababababab
                """)
    }

    @Test("the doctor's words")
    func doctor() {
        let check = DoctorCheck.broken("home", "others look in\u{1B}", next: "skein doctor --fix")
        #expect(check.text == "✗ home: others look in␛\n    skein doctor --fix")
        #expect(check.fixed().text == "✓ home: others look in␛ (mended)")
        #expect(Doctor.space(free: 7, isReadOnly: false, place: "/").state == .broken)
        #expect(Doctor.space(free: 8, isReadOnly: false, place: "/").state == .warning)
        #expect(Doctor.space(free: 256, isReadOnly: false, place: "/").state == .fine)
        #expect(Doctor.space(free: 9999, isReadOnly: true, place: "/").state == .broken)
        let meshes = Doctor.meshes(
            [
                (LinkState.live, MailCounts()), (nil, MailCounts(dead: 1)),
                (.refused(reason: "timestamp_skew"), MailCounts()),
                (.retrying(reason: "x", at: Moment(milliseconds: 1)), MailCounts()),
            ].map { link, mail in
                MeshHealth(mesh: MeshID(rawValue: "m"), name: "m", link: link, mail: mail)
            })
        #expect(meshes.map(\.state) == [.fine, .fine, .warning, .broken, .warning])
        #expect(meshes.map(\.name) == ["mesh m", "mesh m", "mesh m", "clock", "mesh m"])
    }
}

enum MailVerbSamples {
    static var report: MailReport {
        func recipient(
            _ name: String, _ state: DeliveryState, _ reason: String? = nil
        ) -> MailReport.Recipient {
            MailReport.Recipient(
                name: name, key: String(repeating: "ab", count: 32),
                times: [.stored: Moment(milliseconds: 1), state: Moment(milliseconds: 1_776_000_050_000)],
                reason: reason)
        }
        return MailReport(
            id: MessageID(rawValue: "0198f3aa-0000-7000-8000-000000000001"),
            mesh: MeshID(rawValue: "m"), launch: nil,
            target: ResolvedTarget(spec: "@api", name: "@api", isPresent: true), priority: .now,
            state: .sent, createdAt: Moment(milliseconds: 1_776_000_000_000), attempts: 1,
            reason: "\u{1B}[31m",
            recipients: [
                recipient("ada", .shown), recipient("bob", .acked), recipient("cyd", .delivered),
                recipient("dee", .refused, "unencrypted"),
            ])
    }
}
