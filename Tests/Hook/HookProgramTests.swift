import Foundation
import MeshProtocol
import TestSupport
import Testing

/// The whole process, beside a relay that does as it is told.
@Suite("skein hook", .timeLimit(.minutes(2)))
struct HookProgramTests {
    /// 200 ms, and what a loaded machine takes to start a program and to see it end.
    static let most = 5.0

    static let nothing = #"{"id":1,"answer":{"messages":[]}}"# + "\n"
    static let mail =
        #"{"id":1,"answer":{"messages":[{"id":"i","launch":"l-1","mesh":"m"}],"print":"{\"a\":\"x\\n🪿\"}"}}"#
        + "\n"
    static let done = #"{"id":2,"answer":{}}"# + "\n"

    func expectSilent(_ run: HookRun, _ comment: Comment? = nil) {
        #expect(run.status == 0 && run.output == "" && run.errors == "", comment)
        #expect(run.seconds < Self.most, comment)
    }

    @Test("it tells the relay, and is silent where there is nothing to print")
    func tells() async throws {
        let relay = try ScriptedRelay { _ in Self.nothing }
        let run = try await HookRun.run(
            ["claude", "PreToolUse"], input: .text(HookFactsTests.whole), environment: relay.environment)
        expectSilent(run)
        let line = try #require(relay.lines.first)
        let request = try JSONDecoder().decode(RelayRequest<TellHook>.self, from: Data(line.utf8))
        #expect(request.launch?.token == "a token" && request.with.extract.tool == "Bash")
        #expect(abs(Double(request.with.extract.at) / 1000 - Date().timeIntervalSince1970) < 60)
        #expect(relay.lines.count == 1 && mode(relay.spool) == nil)
    }

    @Test("it prints what the relay answers, as it is, and confirms it then")
    func prints() async throws {
        let relay = try ScriptedRelay { $0.contains(#""ask":"hook""#) ? Self.mail : Self.done }
        let run = try await HookRun.run(["claude", "Stop"], environment: relay.environment)
        #expect(run.status == 0 && run.errors == "")
        #expect(run.output == "{\"a\":\"x\\n🪿\"}")
        #expect(relay.lines.count == 2)
        let line = try #require(relay.lines.last)
        let request = try JSONDecoder().decode(RelayRequest<ConfirmShown>.self, from: Data(line.utf8))
        #expect(request.with.messages.map(\.id.rawValue) == ["i"])
    }

    @Test("what could not be printed is not confirmed")
    func closedOutput() async throws {
        let relay = try ScriptedRelay { $0.contains(#""ask":"hook""#) ? Self.mail : Self.done }
        let run = try await HookRun.run(
            ["claude", "Stop"], environment: relay.environment, closesOutput: true)
        expectSilent(run)
        #expect(relay.lines.count == 1)
    }

    @Test("outside of a launch it does nothing at all")
    func outside() async throws {
        let relay = try ScriptedRelay { _ in Self.nothing }
        for missing in ["SKEIN_LAUNCH", "SKEIN_LAUNCH_TOKEN"] {
            var environment = relay.environment
            environment[missing] = nil
            expectSilent(try await HookRun.run(["claude", "Stop"], environment: environment))
            environment[missing] = ""
            expectSilent(try await HookRun.run(["claude", "Stop"], environment: environment))
        }
        #expect(relay.lines == [] && mode(relay.spool) == nil)
    }

    @Test("Codex is told at a turn's end that there is nothing, as it wants to be told")
    func codexStop() async throws {
        for environment in [[:], ["SKEIN_LAUNCH": "l", "SKEIN_LAUNCH_TOKEN": "t"]] {
            let run = try await HookRun.run(["codex", "Stop"], environment: environment)
            #expect(run.status == 0 && run.output == "{}" && run.errors == "")
        }
        let relay = try ScriptedRelay { _ in Self.mail }
        let run = try await HookRun.run(["codex", "Stop"], environment: relay.environment)
        #expect(run.output == "{\"a\":\"x\\n🪿\"}")
    }

    @Test("Codex's notice is read from its last argument")
    func codexNotice() async throws {
        let relay = try ScriptedRelay { _ in Self.nothing }
        let notice = #"{"type":"agent-turn-complete","thread-id":"t-1","last-assistant-message":"SECRET"}"#
        expectSilent(
            try await HookRun.run(
                ["codex", "notify", notice], input: .endless, environment: relay.environment))
        let line = try #require(relay.lines.first)
        #expect(line.contains(#""session":"t-1""#) && !line.contains("SECRET"))
    }

    // MARK: - Bad input

    @Test("an agent that says too much, too little or nothing is told of by its event alone")
    func badInput() async throws {
        let relay = try ScriptedRelay { _ in Self.nothing }
        let huge = #"{"session_id":"s","x":""# + String(repeating: "a", count: 3 << 20) + "\"}"
        let inputs: [HookRun.Input] = [
            .endless, .closed, .text(""), .text("{"), .text("\u{0}\u{1b}"), .text(huge),
            .text(String(repeating: "[", count: 200_000)),
        ]
        for (number, input) in inputs.enumerated() {
            expectSilent(
                try await HookRun.run(
                    ["claude", "Stop"], input: input, environment: relay.environment), "\(number)")
            let line = try #require(relay.lines.last)
            #expect(relay.lines.count == number + 1)
            #expect(line.contains(#""event":"Stop""#) && line.contains(#""isContinued":true"#))
            #expect(!line.contains("session\""))
        }
    }

    @Test("arguments of any kind end with 0", arguments: [["claude"], ["", ""], ["x", "\u{1b}[2J"], ["a", "b", "c", "d"]])
    func arguments(_ words: [String]) async throws {
        let relay = try ScriptedRelay { _ in Self.nothing }
        expectSilent(try await HookRun.run(words, environment: relay.environment))
        expectSilent(try await HookRun.run(words))
    }

    // MARK: - No relay

    @Test("without a relay the line is kept, its owner's alone, one after the other")
    func spooled() async throws {
        let relay = try ScriptedRelay { _ in Self.nothing }
        var environment = relay.environment
        for socket in ["/nowhere/relay.sock", "", String(repeating: "x", count: 300)] {
            environment["SKEIN_SOCKET"] = socket
            expectSilent(try await HookRun.run(["claude", "Stop"], environment: environment))
        }
        #expect(mode(relay.spool) == 0o600)
        let lines = try String(contentsOfFile: relay.spool, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 3)
        for line in lines {
            let request = try JSONDecoder().decode(RelayRequest<TellHook>.self, from: Data(line.utf8))
            #expect(request.with.extract.event == "Stop")
        }
    }

    @Test("a relay that is stuck, stops or hangs up costs no more than the time there is")
    func stuck() async throws {
        let relays = [
            try ScriptedRelay(accepts: false) { _ in nil },
            try ScriptedRelay { _ in "" },
            try ScriptedRelay { _ in nil },
            try ScriptedRelay { _ in #"{"id":1,"failed":{"code":"E_RELAY_UNREACHABLE","message":"x"}}"# + "\n" },
            try ScriptedRelay { _ in String(repeating: "x", count: 100_000) },
        ]
        for (number, relay) in relays.enumerated() {
            expectSilent(
                try await HookRun.run(["claude", "Stop"], environment: relay.environment), "\(number)")
            #expect(mode(relay.spool) == 0o600, "\(number)")
        }
        let refusing = try ScriptedRelay { _ in
            #"{"id":1,"failed":{"code":"E_FORBIDDEN","message":"x"}}"# + "\n"
        }
        expectSilent(try await HookRun.run(["claude", "Stop"], environment: refusing.environment))
        #expect(mode(refusing.spool) == nil)
    }

    @Test("a spool that cannot be written, or is none, is left as it is")
    func badSpool() async throws {
        let directory = try TemporaryDirectory()
        let target = directory.path + "/target"
        try "precious".write(toFile: target, atomically: true, encoding: .utf8)
        let link = directory.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        let fifo = directory.path + "/fifo"
        mkfifo(fifo, 0o600)
        for spool in ["", "/nowhere/spool", directory.path, link, fifo, "/dev/full"] {
            let environment = ["SKEIN_LAUNCH": "l", "SKEIN_LAUNCH_TOKEN": "t", "SKEIN_SPOOL": spool]
            expectSilent(try await HookRun.run(["claude", "Stop"], environment: environment), "\(spool)")
        }
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
    }

    @Test("finding 12: what is written down has nothing of a tool's input, a prompt or a path")
    func persisted() async throws {
        let directory = try TemporaryDirectory()
        let spool = directory.path + "/spool"
        let environment = ["SKEIN_LAUNCH": "l", "SKEIN_LAUNCH_TOKEN": "t", "SKEIN_SPOOL": spool]
        expectSilent(
            try await HookRun.run(
                ["claude", "PreToolUse"], input: .text(HookFactsTests.whole),
                environment: environment))
        let text = try String(contentsOfFile: spool, encoding: .utf8)
        #expect(text.contains("Bash"))
        for secret in ["shadow", "PROMPT", "LAST", "MESSAGE", "jsonl", "/home", "secret"] {
            #expect(!text.contains(secret), "\(secret)")
        }
    }

    @Test("at the cap the newest event is kept, and how much was lost is said")
    func fullSpool() async throws {
        let directory = try TemporaryDirectory()
        let full = directory.path + "/full"
        try Data(count: 1 << 20).write(to: URL(fileURLWithPath: full))
        let environment = ["SKEIN_LAUNCH": "l", "SKEIN_LAUNCH_TOKEN": "t", "SKEIN_SPOOL": full]
        for event in ["Stop", "SessionEnd"] {
            expectSilent(try await HookRun.run(["claude", event], environment: environment))
        }
        let lines = try String(contentsOfFile: full, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 3 && lines.first == #"{"lost":1048576}"#)
        #expect(lines.dropFirst().first?.contains("Stop") == true)
        #expect(lines.last?.contains("SessionEnd") == true)
    }

    @Test("a person who asks gets help")
    func help() async throws {
        let run = try await HookRun.run(["--help"])
        #expect(run.status == 0 && run.output.contains("skein hook"))
    }
}
