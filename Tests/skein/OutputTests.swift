import Agents
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

    @Test("a sentence begins with a capital where it begins with a word, and not with a name")
    func sentences() {
        #expect(Output.sentence("the broker is away") == "The broker is away")
        #expect(Output.sentence("no message of this id") == "No message of this id")
        #expect(Output.sentence("ada is a launch of your own") == "ada is a launch of your own")
        #expect(Output.sentence("") == "")
    }

    @Test("a word that is no verb is told with the one it may have been")
    func unknownVerbs() {
        #expect(Skein.unknownVerb(["sned", "bob"])?.hint == "Did you mean skein send? See skein --help")
        #expect(Skein.unknownVerb(["xyzzyx"])?.hint == "See skein --help")
        for words in [["send"], ["hook", "x"], ["help", "send"], ["--version"], [], ["--", "x"]] {
            #expect(Skein.unknownVerb(words) == nil, "\(words)")
        }
    }

    @Test("the relay's status says what is exposed, what was given up, and who is kept out")
    func health() {
        let mesh = MeshID(rawValue: "m")
        let status = RelayStatus(
            pid: 7, programVersion: "1", startedAt: Moment(milliseconds: 1), brokerPort: nil,
            launches: 2,
            meshes: [
                MeshHealth(
                    mesh: mesh, name: "pay\u{1B}", link: .live,
                    mail: MailCounts(waiting: 3, dead: 2, unread: 1, droppedEvents: 4),
                    isExposed: true)
            ],
            refused: [
                RefusedLaunch(
                    launch: LaunchID(rawValue: "l"), mesh: mesh, name: "ada", reason: "banned")
            ])
        #expect(
            RelayVerbs.Status.text(status) == """
                The relay runs as process 7: 2 launches.
                  pay␛: live, 3 waiting, 2 given up, 1 unread, 4 events dropped
                    ! Who is present can be read on the way (ws://); messages are sealed
                    See what was given up, and why, with: skein queue
                    Read your mail with: skein inbox
                ✗ ada on pay␛ is absent: banned
                """)
    }

    @Test("the doctor says of every agent whether its hooks work in a launch")
    func hooks() {
        for agent in AgentCatalogue.known {
            let check = Doctor.hooks(agent)
            #expect(check.name == "agent \(agent.word)" && check.says.contains(agent.title))
            #expect(check.says.contains("its hooks work") == (agent.word == "claude"), "\(check)")
        }
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
