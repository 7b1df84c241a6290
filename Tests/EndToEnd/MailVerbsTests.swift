import Foundation
import Mesh
import MeshProtocol
import TestSupport
import Testing

@Suite("Messages, from the command line")
struct MailVerbsTests {
    static let id = "0198f3aa-0000-7000-8000-000000000001"
    static let key = String(repeating: "ab", count: 32)

    static func sent(_ order: SendMessage, isPresent: Bool, notes: [String] = []) -> SentMessage {
        SentMessage(
            id: order.id,
            to: ResolvedTarget(
                spec: key, name: order.target, memberKey: key, isPresent: isPresent),
            notes: notes)
    }

    static func relay(
        at place: Place, isPresent: Bool = true, notes: [String] = [],
        report: MailReport? = nil
    ) throws -> ScriptedRelay {
        try ScriptedRelay(at: place) { asked, id in
            if let order = asked.question(SendMessage.self), asked.ask == "send" {
                return ScriptedRelay.answer(
                    sent(order, isPresent: isPresent, notes: notes), id)
            }
            if asked.ask == "message", let report { return ScriptedRelay.answer(report, id) }
            return ScriptedRelay.failure(SkeinError(.relayRefused, "not in the script"), id)
        }
    }

    static func report(
        _ state: MailReport.State, _ recipients: [MailReport.Recipient] = [],
        reason: String? = nil
    ) -> MailReport {
        MailReport(
            id: MessageID(rawValue: id), mesh: ScriptedRelay.mesh, launch: nil,
            target: ResolvedTarget(spec: key, name: "ada", isPresent: true), priority: .next,
            state: state, createdAt: Mesh.Moment(milliseconds: 1_776_000_000_000), reason: reason,
            recipients: recipients)
    }

    static func recipient(
        _ name: String, _ times: [DeliveryState: Int64], reason: String? = nil
    ) -> MailReport.Recipient {
        MailReport.Recipient(
            name: name, key: key, times: times.mapValues { Mesh.Moment(milliseconds: $0) },
            reason: reason)
    }

    @Test("words are one text; who is away is said to be so; nothing is called delivered")
    func send() async throws {
        try await Place.with { place in
            let relay = try Self.relay(
                at: place, isPresent: false, notes: ["its key is \u{1B}[31manother one"])
            let command = try await place.skein("send", "ada", "fix", "the  build")
            #expect(command.status == 0, "\(command)")
            #expect(command.output.hasPrefix("Queued for ada, who is away.\n! its key is ␛[31m"))
            #expect(!command.output.contains("elivered"))
            let order = try #require(relay.questions.first?.question(SendMessage.self))
            #expect(order.text == "fix the  build" && order.target == "ada")
            #expect(order.mesh == ScriptedRelay.mesh && order.priority == .next)
            #expect(relay.questions.first?.launch == nil)
            #expect(command.output.contains("skein message \(order.id.rawValue)"))
        }
    }

    @Test(
        "a target, a text and a mesh are found in what is typed",
        arguments: [
            (["ada@payments", "x"], "ada", "x", "other"),
            (["ada@else", "x"], "ada@else", "x", nil), (["@api@payments", "x"], "@api", "x", "other"),
            (["--mesh", "payments", "@api", "x"], "@api", "x", "other"),
            (["--", "-ada", "-x"], "-ada", "-x", nil), (["*", "a", "--", "--b"], "*", "a --b", nil),
        ] as [([String], String, String, String?)])
    func targets(words: [String], target: String, text: String, mesh: String?) async throws {
        try await Place.with { place in
            let relay = try Self.relay(at: place)
            let command = try await place.skein(["send"] + words)
            #expect(command.status == 0, "\(command)")
            let order = try #require(relay.questions.first?.question(SendMessage.self))
            #expect(order.target == target && order.text == text)
            #expect(order.mesh.rawValue == mesh ?? ScriptedRelay.mesh.rawValue)
        }
    }

    @Test(
        "what cannot be sent is refused before anybody is asked",
        arguments: [
            (["send"], "", Int32(3), "to"), (["send", "ada"], "", 3, "empty"),
            (["send", "ada", " "], "", 3, "empty"), (["send", "ada", "-"], "\n", 3, "empty"),
            (["send", "ada", "-"], "a\0b", 3, "UTF-8"),
            (["send", "ada", "x", "--priority", "soon"], "", 3, "--priority soon"),
            (["send", "ada", "x", "--wait", "read"], "", 3, "--wait read"),
            (["send", "ada", "x", "--timeout", "5"], "", 3, "--wait"),
            (["send", "ada", "x", "--in", "5"], "", 3, "--in 5"),
            (["send", "ada", "x", "--at", "25:00"], "", 3, "--at 25:00"),
            (["send", "ada", "x", "--at", "2020-01-01T00:00"], "", 3, "past"),
            (["send", "ada", "x", "--in", "5m", "--wait", "shown"], "", 3, "--wait"),
            (["send", "ada", "x", "--mesh", "nope"], "", 5, "nope"),
            (["message", "xyz"], "", 3, "xyz"), (["inbox", "--follow", "--keep"], "", 3, "--keep"),
            (["inbox", "--wait", "soon"], "", 3, "soon"),
            (["queue", "retry"], "", 3, "id"), (["state", "set", "k", "{", "--as-json"], "", 3, "JSON"),
        ])
    func refused(words: [String], input: String, status: Int32, named: String) async throws {
        try await Place.with { place in
            let relay = try Self.relay(at: place)
            let command = try await place.skein(words, input: input)
            #expect(command.status == status, "\(command)")
            #expect(command.errors.contains(named), "\(command.errors)")
            #expect(command.output == "" && relay.words == [])
            let told = try await place.skein(words + ["--json"], input: input)
            #expect(try told.json["ok"] as? Bool == false, "\(told)")
            #expect(told.status == status)
        }
    }

    @Test("standard input is the text; too much of it is refused, and not read for ever")
    func standardInput() async throws {
        try await Place.with { place in
            let relay = try Self.relay(at: place)
            #expect(try await place.skein("send", "ada", "-", input: "one\ntwo\n").status == 0)
            #expect(relay.questions.first?.question(SendMessage.self)?.text == "one\ntwo")
            for line in ["yes | skein send ada -", "skein send ada - < /dev/zero"] {
                let endless = try await place.shell(line)
                #expect(endless.status == 3, "\(endless)")
            }
            #expect(relay.words.count == 1)
        }
    }

    @Test("a launch is asked for as that launch")
    func asLaunch() async throws {
        try await Place.with { place in
            let relay = try Self.relay(at: place)
            let command = try await place.skein(
                ["send", "ada", "x"],
                adding: [
                    "SKEIN_LAUNCH": "l", "SKEIN_LAUNCH_TOKEN": "t", "SKEIN_MESH": "payments",
                ])
            #expect(command.status == 0)
            let asked = try #require(relay.questions.first)
            #expect(asked.launch == LaunchProof(id: LaunchID(rawValue: "l"), token: "t"))
            #expect(asked.question(SendMessage.self)?.mesh.rawValue == "other")
        }
    }

    static let waits: [(MailReport, String, Int32, String)] = [
        (report(.sent, [recipient("ada", [.stored: 1, .shown: 2])]), "shown", 0, "Shown to ada."),
        (report(.sent, [recipient("ada", [.stored: 1, .acked: 2])]), "shown", 4, "in its inbox"),
        (report(.sent, [recipient("ada", [.acked: 2])]), "acked", 0, "ada has it."),
        (report(.sent, [recipient("ada", [.delivered: 2])]), "shown", 4, "tells no more"),
        (report(.dead, reason: "too old"), "shown", 4, "too old"),
        (report(.waiting), "acked", 4, "waiting for the broker"),
        (
            report(
                .sent,
                [
                    recipient("ada", [.shown: 2]),
                    recipient("bob", [.refused: 2], reason: "unencrypted"),
                ]), "shown", 4, "bob: refused (unencrypted)"
        ),
    ]

    @Test("waiting says what became of it, and a code of its own where it was not enough",
        arguments: waits.indices)
    func waiting(index: Int) async throws {
        let (report, state, status, said) = Self.waits[index]
        try await Place.with { place in
            let relay = try Self.relay(at: place, report: report)
            let command = try await place.skein(
                "send", "ada", "x", "--wait", state, "--timeout", "5s")
            #expect(command.status == status, "\(command)")
            #expect((command.output + command.errors).contains(said), "\(command)")
            let question = try #require(relay.questions.last?.question(FindMessage.self))
            #expect(question.awaiting?.rawValue == state && question.seconds == 5)
        }
    }

    @Test("a message's receipts are a line a recipient, and rows of stable fields")
    func message() async throws {
        try await Place.with { place in
            let report = Self.report(
                .sent, [Self.recipient("ada\u{9B}1m", [.stored: 1, .pushed: 2]),
                    Self.recipient("bob", [:])])
            let relay = try Self.relay(at: place, report: report)
            let told = try await place.skein("message", "0198f3aa")
            #expect(told.status == 0 && !told.output.unicodeScalars.contains("\u{9B}"))
            #expect(told.output.contains("handed over, not shown"))
            #expect(told.output.contains("not yet with the broker"))
            let json = try await place.skein("message", Self.id, "--json=id,state,recipients")
            let data = try #require(try json.json["data"] as? [String: any Sendable])
            #expect(Set(data.keys) == ["id", "state", "recipients"])
            #expect(!json.output.unicodeScalars.contains("\u{9B}"))
            let rows = try #require(data["recipients"] as? [[String: any Sendable]])
            #expect(rows.first?["state"] as? String == "pushed")
            #expect(Set(rows[0].keys) == ["name", "key", "state", "times_ms", "reason"])
            #expect(relay.words == ["message", "message"])
            let wrong = try await place.skein("message", Self.id, "--json=nothing")
            #expect(wrong.status == 3)
        }
    }
}
