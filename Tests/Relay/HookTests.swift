import Database
import Foundation
import Home
import Mesh
import MeshProtocol
import RelayClient
import TestSupport
import Testing

@testable import Relay

/// Real hooks, a real relay, a real broker.
@Suite("Hooks and the relay", .timeLimit(.minutes(2)))
struct HookTests {
    @Test("a launch's status is what its agent's hooks say, from the first turn on")
    func status() async throws {
        try await RelayHarness.run { harness in
            let world = try await HookWorld(harness)
            try await world.hook("SessionStart", #"{"session_id":"s-1","source":"startup"}"#)
            try await world.wait(for: .idle, waiting: false)
            try await world.hook("UserPromptSubmit", #"{"session_id":"s-1","prompt":"hi"}"#)
            try await world.wait(for: .working, waiting: false)
            try await world.hook("PreToolUse", #"{"tool_name":"Bash"}"#)
            try await world.hook("PermissionRequest", #"{"tool_name":"Bash"}"#)
            try await world.wait(for: .working, waiting: true)
            try await world.hook("PostToolUse", #"{"tool_name":"Bash"}"#)
            try await world.wait(for: .working, waiting: false)
            let peer = try #require(try await world.peer())
            #expect(peer.statusSource == .hook)
            try await world.hook("Stop", #"{"stop_hook_active":false}"#)
            try await world.wait(for: .idle, waiting: false)
            #expect(mode(harness.home.spoolPath) == nil)
        }
    }

    @Test("the agent's session is kept, so that the launch can be resumed as what it is now")
    func session() async throws {
        try await RelayHarness.run { harness in
            let world = try await HookWorld(harness)
            try await world.hook("SessionStart", #"{"session_id":"s-2","source":"clear"}"#)
            #expect(try world.kept()?.agentSession == "s-2")
            let token = "ghp_" + String(repeating: "aB3", count: 12)
            try await world.hook("SessionStart", #"{"session_id":"\#(token)"}"#)
            try await world.hook("SessionStart", #"{"session_id":"s-3","agent_id":"helper"}"#)
            try await world.hook("PreToolUse", #"{"session_id":"s-4"}"#)
            #expect(try world.kept()?.agentSession == "s-2")
        }
    }

    @Test("a wrong token, another agent or no launch says nothing of a launch")
    func forged() async throws {
        try await RelayHarness.run { harness in
            let world = try await HookWorld(harness)
            try await world.hook("UserPromptSubmit", "{}", token: "not the launch's token")
            try await world.hook("UserPromptSubmit", "{}", agent: "codex")
            let person = try await harness.connect()
            let extract = HookExtract(agent: "claude", event: "UserPromptSubmit", at: 1)
            #expect(try await person.ask(TellHook(extract)) == HookAnswer())
            var long = extract
            long.tool = String(repeating: "x", count: 300)
            #expect(try await world.client().ask(TellHook(long)) == HookAnswer())
            // What comes after all of these is the first that counts.
            try await world.hook("Notification", #"{"notification_type":"permission_prompt"}"#)
            try await world.wait(for: .working, waiting: true)
            #expect(world.statuses == [.idle, .working])
        }
    }

    @Test("what hooks say while no relay runs is heard by the next one, once, in order, unless it is old")
    func spool() async throws {
        try await RelayHarness.run { harness in
            let world = try await HookWorld(harness)
            kill(world.relay.greeting.pid, SIGKILL)
            await #expect(throws: SkeinError.self) { while true { _ = try await world.relay.status() } }
            try await world.hook("SessionStart", #"{"session_id":"s-9"}"#)
            try await world.hook("UserPromptSubmit", "{}")
            try await world.hook("PermissionRequest", "{}")
            #expect(mode(harness.home.spoolPath) == 0o600)
            try world.spool("not a line")
            try world.spool(#"{"lost":1048576}"#)
            try world.spool(event: "Stop", at: Date().addingTimeInterval(-1000))
            try world.spool(event: "Stop", at: Date(), token: "not the launch's token")

            _ = try await harness.connect()
            try await world.watchAnew()
            try await world.wait(for: .working, waiting: true)
            #expect(try world.kept()?.agentSession == "s-9")
            #expect(mode(harness.home.spoolPath) == nil)
            #expect(mode(harness.home.spoolPath + ".taken") == nil)
            let log = try String(contentsOfFile: harness.home.relayLogPath, encoding: .utf8)
            #expect(log.contains("heard=4") && log.contains("dropped=2"))
            #expect(log.contains("bytes=1048576"))
        }
    }

    @Test("mail is put before the agent with a tool's result, once, and is shown then")
    func mail() async throws {
        try await RelayHarness.run { harness in
            let world = try await HookWorld(harness)
            let id = try await world.send("look at \u{1b}[31mpay.swift", .now)
            let client = try await world.client()
            let waiting = try await client.ask(TakeInbox(seconds: 20, keeps: true), limit: .seconds(30))
            #expect(waiting.messages.map(\.key.id) == [id])

            #expect(try await world.hook("PreToolUse", "{}") == "")
            let helper = #"{"agent_id":"helper"}"#
            #expect(try await world.hook("PostToolUse", helper, takesMail: true) == "")
            let output = try await world.hook("PostToolUse", "{}", takesMail: true)
            let json = try #require(JSONValue.parse(Array(output.utf8)))
            let text = try #require(json["hookSpecificOutput"]?["additionalContext"]?.string)
            #expect(json["hookSpecificOutput"]?["hookEventName"] == "PostToolUse")
            #expect(text.contains("\nlook at [31mpay.swift\n</mail-"))
            #expect(try await world.hook("PostToolUse", "{}", takesMail: true) == "")
            let left = try await client.ask(TakeInbox(keeps: true))
            #expect(left.messages == [])
        }
    }

    @Test("what was held back while the agent worked lets it go on when its turn ends")
    func turnEnd() async throws {
        try await RelayHarness.run { harness in
            let world = try await HookWorld(harness)
            try await world.hook("UserPromptSubmit", "{}")
            try await world.wait(for: .working, waiting: false)
            let id = try await world.send("and then this", .next)
            let person = try await harness.connect()
            let sent = try await person.ask(
                FindMessage(id.rawValue, awaiting: .stored, seconds: 20), limit: .seconds(30))
            #expect(sent.state == .sent)
            #expect(try await world.hook("Stop", #"{"stop_hook_active":true}"#, takesMail: true) == "")
            let output = try await world.hook("Stop", "{}", takesMail: true)
            #expect(output.contains("and then this") && output.contains(#""hookEventName":"Stop""#))
            try await world.wait(for: .working, waiting: false)
            let shown = try await person.ask(
                FindMessage(id.rawValue, awaiting: .shown, seconds: 20), limit: .seconds(30))
            #expect(shown.recipients.first?.times[.shown] != nil)
        }
    }

    @Test("a spool that is found while the relay runs is taken in with the next event")
    func spoolMeanwhile() async throws {
        try await RelayHarness.run { harness in
            let world = try await HookWorld(harness)
            try world.spool(event: "SessionStart", at: Date(), session: "s-5")
            try await world.hook("PreToolUse", "{}")
            #expect(try world.kept()?.agentSession == "s-5")
            try await world.wait(for: .working, waiting: false)
            #expect(mode(harness.home.spoolPath) == nil)
        }
    }
}

/// A launch of Claude Code that does nothing, and its hooks.
private final class HookWorld {
    let harness: RelayHarness
    let membership: Membership
    let launch: LaunchRecord
    let relay: RelayClient
    private(set) var statuses: [Status] = []
    private let process: SleepingProcess
    private var iterator: RelayWatch.AsyncIterator
    private var current: Peer?

    init(_ harness: RelayHarness) async throws {
        self.harness = harness
        membership = try harness.joinMesh()
        process = try SleepingProcess()
        var launch = try harness.launch("dev-1", in: membership, process: process)
        launch.agent = "claude"
        self.launch = launch
        relay = try await harness.connect()
        try await relay.register(launch, token: RelayHarness.token)
        iterator = try await harness.connect().watch(mesh: membership.mesh).makeAsyncIterator()
    }

    func client() async throws -> RelayClient {
        try await RelayClient.connect(
            home: harness.home, starting: nil,
            as: LaunchProof(id: launch.id, token: RelayHarness.token))
    }

    func watchAnew() async throws {
        iterator = try await harness.connect().watch(mesh: membership.mesh).makeAsyncIterator()
        current = nil
    }

    func peer() async throws -> Peer? {
        try await harness.connect().peers(mesh: membership.mesh).first
    }

    func kept() throws -> LaunchRecord? {
        let database = try MachineDatabase.open(
            at: harness.home.machineDatabasePath, createIfMissing: false)
        defer { database.close() }
        return try database.launch(launch.id)
    }

    /// Returns when the launch is seen to be so.
    func wait(for status: Status, waiting isWaiting: Bool) async throws {
        while current?.status != status || current?.isWaiting != isWaiting {
            switch try await iterator.next() {
            case .snapshot(let all): take(all)
            case .changed(let changes): take(changes.joined + changes.updated)
            case .link, .mail, .receipt, .state, .happened: break
            case nil: throw CancellationError()
            }
        }
    }

    private func take(_ peers: [Peer]) {
        guard let peer = peers.first(where: { $0.name == "dev-1" }) else { return }
        if statuses.last != peer.status { statuses.append(peer.status) }
        current = peer
    }

    @discardableResult
    func hook(
        _ event: String, _ json: String, agent: String = "claude",
        token: String = RelayHarness.token, takesMail: Bool = false
    ) async throws -> String {
        let run = try await HookRun.run(
            [agent, event], input: .text(json),
            environment: [
                "SKEIN_LAUNCH": launch.id.rawValue, "SKEIN_LAUNCH_TOKEN": token,
                "SKEIN_SOCKET": harness.home.socketPath, "SKEIN_SPOOL": harness.home.spoolPath,
            ])
        #expect(run.status == 0 && run.errors == "")
        if !takesMail { #expect(run.output == "") }
        return run.output
    }

    /// A message from the person to the launch.
    func send(_ text: String, _ priority: MessagePriority) async throws -> MessageID {
        let id = MessageID(
            at: RelayProcess.systemNow(), random: (0..<10).map { _ in UInt8.random(in: 0...255) })
        let person = try await harness.connect()
        _ = try await person.ask(
            SendMessage(id: id, to: "dev-1", text, mesh: membership.mesh, priority: priority))
        return id
    }

    func spool(
        event: String, at moment: Date, session: String? = nil, token: String = RelayHarness.token
    ) throws {
        let extract = HookExtract(
            agent: "claude", event: event, session: session,
            at: Int64(moment.timeIntervalSince1970 * 1000))
        let line = RelayRequest(
            id: 1, launch: LaunchProof(id: launch.id, token: token), TellHook(extract))
        try spool(String(decoding: JSONEncoder().encode(line), as: UTF8.self))
    }

    func spool(_ line: String) throws {
        let path = harness.home.spoolPath
        let before = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        try (before + line + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    }
}
