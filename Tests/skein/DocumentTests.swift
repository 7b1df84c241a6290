import ArgumentParser
import Foundation
import Mesh
import MeshProtocol
import Testing

@testable import skein

@Suite("Docs/verbs.md")
struct DocumentTests {
    private static let text: String = {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return (try? String(contentsOf: root.appendingPathComponent("Docs/verbs.md"), encoding: .utf8))
            ?? ""
    }()

    /// Every verb by its words, those nobody types left out.
    private static var verbs: [(words: String, type: any Verb.Type)] {
        Skein.commands.flatMap { command -> [(String, any Verb.Type)] in
            let name = "skein " + Skein.name(of: command)
            if let verb = command as? any Verb.Type { return [(name, verb)] }
            return command.configuration.subcommands.compactMap { inner in
                (inner as? any Verb.Type).map { (name + " " + Skein.name(of: inner), $0) }
            }
        }.filter { $0.1.configuration.shouldDisplay }.map { (words: $0.0, type: $0.1) }
    }

    @Test("has every verb there is, and none that is not")
    func verbs() {
        let named = Self.text.split(separator: "\n").compactMap { line -> String? in
            line.hasPrefix("| `skein ") ? String(line.dropFirst(3).prefix { $0 != "`" }) : nil
        }
        #expect(Set(named) == Set(Self.verbs.map(\.words)))
        #expect(named.count == Set(named).count)
    }

    @Test("every verb takes --json, and says what it is for")
    func helps() {
        for (words, type) in Self.verbs where words != "skein completions" {
            #expect(!type.configuration.abstract.isEmpty, "\(words)")
            #expect(type.helpMessage(columns: 100).contains("--json"), "\(words)")
        }
    }

    @Test("has the fields that are printed", arguments: [
        ("skein peers", JSONValue.of(PeerRow(Samples.peer))),
        ("skein events", JSONValue.of(EventRow(Samples.event))),
        ("skein inbox", JSONValue.of(InboxRow(Samples.mail))),
        ("skein message", JSONValue.of(MessageRow(MailVerbSamples.report))),
        ("skein mesh list", Samples.meshRow),
        ("skein relay status", JSONValue.of(HealthRow(Samples.health))),
        ("skein doctor", JSONValue.of(DoctorCheck.fine("a", "b"))),
    ])
    func fields(verb: String, row: JSONValue) throws {
        let line = try #require(
            Self.text.split(separator: "\n").first { $0.hasPrefix("| `\(verb)`") })
        guard case .object(let fields) = row else {
            Issue.record("no object")
            return
        }
        // In the order they are listed they stand in one list.
        let listed = Set(line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
        #expect(Set(fields.keys).subtracting(listed) == [])
    }

    @Test("a shell takes the script that completes", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let name = try #require(CompletionShell(rawValue: shell))
        let script = Skein.completionScript(for: name)
        #expect(script.contains("inbox") && script.contains("state"))
        guard let path = ["/bin/", "/usr/bin/", "/usr/local/bin/"].map({ $0 + shell })
            .first(where: { FileManager.default.isExecutableFile(atPath: $0) })
        else { return }
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-n"]
        let (input, errors) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardError = errors
        try process.run()
        // Read by the shell as it comes: it is more than a pipe holds.
        try input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
        try input.fileHandleForWriting.close()
        let told = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: told, as: UTF8.self))")
    }
}

enum Samples {
    static let moment = Moment(milliseconds: 1)
    static let key = String(repeating: "ab", count: 32)
    static var peer: Peer {
        Peer(
            id: key, memberKey: key, name: "ada", statusSince: moment, sessionID: "s",
            connectedAt: moment, cwd: "/")
    }
    static var mail: InboxMessage {
        InboxMessage(
            key: InboxKey(
                mesh: MeshID(rawValue: "m"), id: MessageID(rawValue: "id"), launch: nil),
            sender: MessageSender(
                name: "ada", key: key, memberKey: nil, author: .agent, trust: .attested),
            target: "me", priority: .next, text: "x", createdAt: moment, receivedAt: moment)
    }
    static var event: MeshEvent {
        MeshEvent(mesh: MeshID(rawValue: "m"), at: moment, peer: key, name: "ada", what: .joined)
    }
    static var meshRow: JSONValue {
        guard let key = PublicKey(hex: key) else { return .null }
        let membership = Membership(
            mesh: MeshID(rawValue: "m"), name: "m", slug: "m", place: .thisMachine,
            member: MemberID(rawValue: "m"), memberKey: key, permission: .admin,
            joinedAt: moment, lastUsedAt: moment)
        return JSONValue.of(MeshVerbs.List.Row(membership, isDefault: true))
    }
    static var health: MeshHealth { MeshHealth(mesh: MeshID(rawValue: "m"), name: "m", link: .live) }
}
