import Foundation
import TestSupport
import Testing

/// A launch of something that is called `claude`, keeps what it was started with, and calls its
/// hooks when it is told to, as the real one does.
private struct FakeClaude {
    let launch: RunningLaunch
    let hooks: [String: String]

    static func start(
        _ place: Place, _ name: String, _ words: String...
    ) async throws -> FakeClaude {
        try place.write(
            "#!/bin/sh\nprintf '%s\\0' \"$@\" >\"$0.args\"\nexec sh\n", to: "bin/claude",
            mode: 0o755)
        let mode = words.isEmpty ? ["--message-mode", "push"] : words
        let launch = try await RunningLaunch.start(
            place, name, agent: "claude", mode,
            adding: ["PATH": place.bin + ":/usr/bin:/bin"])
        var words: [String] = []
        try await eventually("its arguments") {
            words = (place.read("bin/claude.args") ?? "").split(separator: "\0").map(String.init)
            return words.contains("--settings")
        }
        let index = try #require(words.firstIndex(of: "--settings"))
        let object = try JSONSerialization.jsonObject(with: Data(words[index + 1].utf8))
        let events = try #require((object as? [String: Any])?["hooks"] as? [String: Any])
        var hooks: [String: String] = [:]
        for (event, groups) in events {
            let group = (groups as? [[String: Any]])?.first
            let hook = (group?["hooks"] as? [[String: Any]])?.first
            hooks[event] = hook?["command"] as? String
        }
        return FakeClaude(launch: launch, hooks: hooks)
    }

    /// What its hook printed. It ends with 0 whatever happens.
    @discardableResult
    func tell(
        _ event: String, _ more: String = "", before: String = "", closed: Bool = false
    ) async throws -> String {
        let command = try #require(hooks[event])
        let json =
            #"{"session_id":"s-1","transcript_path":"/tmp/t","cwd":"/tmp","hook_event_name":""#
            + event + "\"" + (more.isEmpty ? "" : "," + more) + "}"
        let input = closed ? "" : "printf '%s' '\(json)' | "
        let ended = try await launch.run("\(before)\(input)\(command)\(closed ? " <&-" : "")")
        #expect(ended.status == 0 && ended.errors == "", "\(event): \(ended)")
        return ended.output
    }

    func tool() async throws -> String {
        try await tell("PreToolUse", #""tool_name":"Bash","tool_input":{"command":"ls"}"#)
        return try await tell(
            "PostToolUse",
            #""tool_name":"Bash","tool_input":{"command":"ls"},"tool_response":{"stdout":"x"}"#)
    }

    /// What is put before the model, of what a hook printed.
    func context(_ output: String, _ event: String) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
        let answer = try #require(
            (object as? [String: Any])?["hookSpecificOutput"] as? [String: Any])
        #expect(answer["hookEventName"] as? String == event)
        return try #require(answer["additionalContext"] as? String)
    }

    func isSeen(by place: Place, as status: String) async throws {
        try await eventually("\(launch.name) to be \(status)", within: .seconds(10)) {
            let row = try await place.peers()[launch.name]
            return row?["status"] as? String == status && row?["status_source"] as? String == "hook"
        }
    }
}

@Suite("An agent's hooks, called as the agent calls them")
struct HookMailTests {
    @Test("what the agent does is what its peers see")
    func status() async throws {
        try await TwoHomes.with { world in
            let agent = try await FakeClaude.start(world.bob, "cody")
            try await world.ana.sees("cody")
            #expect(try await agent.tell("SessionStart", #""source":"startup""#) == "")
            try await agent.isSeen(by: world.ana, as: "idle")
            #expect(try await agent.tell("UserPromptSubmit", #""prompt":"secret words""#) == "")
            try await agent.isSeen(by: world.ana, as: "working")
            #expect(try await agent.tell("Stop") == "")
            try await agent.isSeen(by: world.ana, as: "idle")
            #expect(try await agent.tool() == "")
            try await agent.isSeen(by: world.ana, as: "working")
            let notice = #""notification_type":"permission_prompt""#
            #expect(try await agent.tell("Notification", notice) == "")
            try await eventually("it to wait") {
                try await world.ana.peers()["cody"]?["is_waiting"] as? Bool == true
            }
            let table = try await world.ana.skein("peers")
            #expect(table.output.contains("waiting"), "\(table)")
            #expect(try await agent.tell("SessionEnd", #""reason":"other""#) == "")
            try await agent.isSeen(by: world.ana, as: "idle")
            for file in world.bob.kept ?? [] {
                let bytes = FileManager.default.contents(atPath: world.bob.home + "/" + file)
                #expect(bytes?.range(of: Data("secret words".utf8)) == nil, "\(file)")
            }
        }
    }

    @Test("mail is put before it once, amid its turn, and its sender sees it shown only then")
    func midTurn() async throws {
        try await TwoHomes.with { world in
            let agent = try await FakeClaude.start(world.bob, "cody")
            try await world.ana.sees("cody")
            try await agent.tell("UserPromptSubmit", #""prompt":"x""#)
            try await agent.isSeen(by: world.ana, as: "working")
            let id = try await world.ana.send("cody", "the build is red", "--priority", "now")
            try await eventually("it to come") { try await world.ana.state(of: id) == "acked" }
            let output = try await agent.tool()
            let context = try agent.context(output, "PostToolUse")
            #expect(context.contains("the build is red") && context.contains("from=\"ana\""))
            #expect(context.contains("by=\"person\"") && context.contains("trust=\"attested\""))
            try await eventually("it to be shown") { try await world.ana.state(of: id) == "shown" }
            // Never again, by whatever way.
            #expect(try await agent.tool() == "")
            #expect(try await agent.tell("Stop") == "")
            #expect(try await agent.launch.letters().isEmpty)
        }
    }

    @Test("next is held until the turn ends or a tool returns, and then keeps the agent going")
    func turnEnd() async throws {
        try await TwoHomes.with { world in
            let agent = try await FakeClaude.start(world.bob, "cody", "--policy", "quiet")
            try await world.ana.sees("cody")
            try await agent.tell("UserPromptSubmit", #""prompt":"x""#)
            try await agent.isSeen(by: world.ana, as: "working")
            let next = try await world.ana.send("cody", "when you have time")
            try await eventually("the broker") { try await world.ana.state(of: next) == "stored" }
            // Quiet: nothing but `now` amid a turn.
            #expect(try await agent.tool() == "")
            let now = try await world.ana.send("cody", "at once", "--priority", "now")
            try await eventually("it to come") { try await world.ana.state(of: now) == "acked" }
            let middle = try agent.context(try await agent.tool(), "PostToolUse")
            #expect(middle.contains("at once") && !middle.contains("when you have time"))
            let end = try agent.context(try await agent.tell("Stop"), "Stop")
            #expect(end.contains("when you have time"))
            try await agent.isSeen(by: world.ana, as: "working")
            #expect(try await agent.tell("Stop", #""stop_hook_active":true"#) == "")
            try await agent.isSeen(by: world.ana, as: "idle")
            try await eventually("it to be shown") {
                try await world.ana.state(of: next) == "shown"
            }
        }
    }

    @Test("in mode inbox or off, and where it wants to focus, a hook says nothing", arguments: [
        ["--message-mode", "inbox"], ["--message-mode", "off"], ["--policy", "focus"],
    ])
    func silent(words: [String]) async throws {
        try await TwoHomes.with { world in
            let agent = try await FakeClaude.start(world.bob, "cody", words[0], words[1])
            try await world.ana.sees("cody")
            try await agent.tell("SessionStart", #""source":"startup""#)
            let id = try await world.ana.send("cody", "here I am")
            try await eventually("it to come") { try await world.ana.state(of: id) == "acked" }
            #expect(try await agent.tell("UserPromptSubmit", #""prompt":"x""#) == "")
            #expect(try await agent.tool() == "")
            #expect(try await agent.tell("Stop") == "")
            #expect(try await world.ana.state(of: id) == "acked")
            #expect(try await agent.launch.letter().text == "here I am")
        }
    }

    @Test("with no relay, no home, or no input a hook ends well; what it said is taken in later")
    func robust() async throws {
        try await TwoHomes.with { world in
            let agent = try await FakeClaude.start(world.bob, "cody")
            try await world.ana.sees("cody")
            try await agent.tell("SessionStart", #""source":"startup""#)
            try await agent.isSeen(by: world.ana, as: "idle")
            #expect(try await agent.tell("Stop", closed: true) == "")
            let nowhere = "SKEIN_SOCKET=/nowhere/s SKEIN_SPOOL=/nowhere/p SKEIN_HOME=/nowhere "
            let command = try #require(agent.hooks["Stop"])
            let lost = try await agent.launch.run("echo {} | env \(nowhere) \(command)")
            #expect(lost.status == 0 && lost.output == "" && lost.errors == "", "\(lost)")
            for relay in world.bob.relays { kill(relay, SIGKILL) }
            try await eventually("its end") { world.bob.relays.isEmpty }
            #expect(try await agent.tell("UserPromptSubmit", #""prompt":"x""#) == "")
            let spool = try #require(agent.launch.environment["SKEIN_SPOOL"])
            #expect(FileManager.default.fileExists(atPath: spool))
            #expect(try await world.bob.skein("peers").status == 0)
            try await agent.isSeen(by: world.ana, as: "working")
            #expect(!FileManager.default.fileExists(atPath: spool))
        }
    }
}
