import Agents
import Foundation
import Mesh
import MeshProtocol
import Testing

@Suite("Agents' hooks")
struct HookTests {
    static let program = "/opt/my tools/skein"

    static func invocation(
        _ word: String, passing arguments: [String] = []
    ) throws -> AgentInvocation {
        var options = LaunchOptions()
        options.arguments = arguments
        return try AgentCatalogue.agent(word).invocation(
            for: AgentRun(options: options, freshSession: "s", program: program))
    }

    static func settings(_ invocation: AgentInvocation) throws -> JSONValue {
        let place = try #require(invocation.arguments.firstIndex(of: "--settings"))
        let text = invocation.arguments[place + 1]
        #expect(invocation.plumbing == [text])
        return try #require(JSONValue.parse(Array(text.utf8)))
    }

    static func groups(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let groups)? = value { groups } else { [] }
    }

    // MARK: - For one run

    @Test("Claude Code is given its hooks on its command line, in words any version reads")
    func claude() throws {
        let invocation = try Self.invocation("claude", passing: ["--model", "opus"])
        #expect(invocation.arguments.suffix(2) == ["--model", "opus"])
        let hooks = try #require(try Self.settings(invocation)["hooks"])
        guard case .object(let events) = hooks else { return }
        #expect(
            events.keys.sorted() == [
                "Notification", "PermissionRequest", "PostToolUse", "PostToolUseFailure", "PreCompact",
                "PreToolUse", "SessionEnd", "SessionStart", "Stop", "StopFailure", "UserPromptSubmit",
            ])
        for (event, groups) in events {
            let hook = Self.groups(Self.groups(groups).first?["hooks"]).first
            #expect(hook?["type"] == "command" && hook?["timeout"] == 5)
            #expect(hook?["command"]?.string == "'/opt/my tools/skein' hook claude \(event)")
        }
        #expect(invocation.notes == [])
    }

    @Test("settings the person passes are joined where they are JSON, and left alone where they are a file")
    func joined() throws {
        let own = #"{"model":"x","hooks":{"Stop":[{"hooks":[{"type":"command","command":"beep"}]}]}}"#
        for arguments in [["--settings", own], ["--settings=" + own]] {
            let invocation = try Self.invocation("claude", passing: arguments + ["-p"])
            let text = try #require(
                invocation.arguments.first { $0.contains("beep") }?.replacingOccurrences(
                    of: "--settings=", with: ""))
            let all = try #require(JSONValue.parse(Array(text.utf8)))
            #expect(all["model"] == "x" && invocation.arguments.last == "-p")
            let stop = Self.groups(all["hooks"]?["Stop"])
            #expect(stop.count == 2)
            #expect(Self.groups(stop.first?["hooks"]).first?["command"] == "beep")
            #expect(Self.groups(all["hooks"]?["PreToolUse"]).count == 1)
        }
        for theirs in ["/etc/settings.json", "{broken", "[]", #"{"hooks":7}"#, #"{"hooks":{"Stop":1}}"#] {
            let invocation = try Self.invocation("claude", passing: ["--settings", theirs])
            #expect(invocation.arguments.filter { $0 == "--settings" }.count == 1)
            #expect(invocation.arguments.last == theirs && invocation.notes.count == 1)
        }
    }

    @Test("Codex is given a notice alone, the others nothing, and both are said")
    func others() throws {
        let codex = try Self.invocation("codex")
        #expect(codex.arguments == ["-c", #"notify=["/opt/my tools/skein","hook","codex","notify"]"#])
        #expect(codex.notes.count == 1)
        let own = ["-c", "notify=[\"beep\"]"]
        #expect(try Self.invocation("codex", passing: own).arguments == own)
        for word in ["gemini", "opencode"] {
            let invocation = try Self.invocation(word)
            #expect(invocation.arguments == [] && invocation.notes.count == 1)
        }
        #expect(try Self.invocation("sh").notes == [])
    }

    // MARK: - What they mean

    struct Row: Sendable {
        var agent: String
        var event: String
        var detail: String?
        var tool: String?
        var status: Status?
        var isWaiting: Bool
        var change: HookMeaning.Tool?
        var mail: TurnMoment?

        init(
            _ agent: String, _ event: String, detail: String? = nil, tool: String? = nil,
            _ status: Status?, waiting: Bool = false, _ change: HookMeaning.Tool? = nil,
            mail: TurnMoment? = nil
        ) {
            (self.agent, self.event, self.detail, self.tool) = (agent, event, detail, tool)
            (self.status, isWaiting, self.change, self.mail) = (status, waiting, change, mail)
        }
    }

    @Test(
        "what an event says of status, tools and mail",
        arguments: [
            Row("claude", "SessionStart", .idle, .closesAll),
            Row("claude", "UserPromptSubmit", .working, .closesAll, mail: .turnStart),
            Row("claude", "PreToolUse", tool: "Bash", .working, .opens),
            Row("claude", "PreToolUse", tool: "AskUserQuestion", .working, waiting: true, .opens),
            Row("claude", "PermissionRequest", .working, waiting: true),
            Row("claude", "PostToolUse", .working, .closes, mail: .midTurn),
            Row("claude", "PostToolUseFailure", .working, .closes),
            Row("claude", "Notification", detail: "permission_prompt", .working, waiting: true),
            Row("claude", "Notification", detail: "elicitation_dialog", .working, waiting: true),
            Row("claude", "Notification", detail: "idle_prompt", .idle),
            Row("claude", "Notification", detail: "auth_success", nil),
            Row("claude", "Notification", nil),
            Row("claude", "Stop", .idle, .closesAll, mail: .turnEnd),
            Row("claude", "StopFailure", .idle, .closesAll),
            Row("claude", "SessionEnd", .idle, .closesAll),
            Row("claude", "Unheard", nil),
            Row("codex", "notify", .idle, .closesAll),
            Row("codex", "UserPromptSubmit", .working, .closesAll, mail: .turnStart),
            Row("codex", "PreToolUse", .working, .opens),
            Row("codex", "PostToolUse", .working, .closes, mail: .midTurn),
            Row("codex", "PermissionRequest", .working, waiting: true),
            Row("codex", "Stop", .idle, .closesAll, mail: .turnEnd),
            Row("gemini", "BeforeAgent", .working, .closesAll, mail: .turnStart),
            Row("gemini", "BeforeTool", .working, .opens),
            Row("gemini", "AfterTool", .working, .closes, mail: .midTurn),
            Row("gemini", "Notification", detail: "ToolPermission", .working, waiting: true),
            Row("gemini", "AfterAgent", .idle, .closesAll, mail: .turnEnd),
            Row("opencode", "Stop", nil), Row("sh", "Stop", nil),
        ])
    func meaning(_ row: Row) {
        let meaning = AgentCatalogue.agent(row.agent).meaning(
            of: HookExtract(
                agent: row.agent, event: row.event, tool: row.tool, detail: row.detail, at: 1))
        #expect(meaning.status == row.status && meaning.isWaiting == row.isWaiting)
        #expect(meaning.tool == row.change && meaning.mail == row.mail)
    }

    @Test("no mail where the agent was kept going before, or where a helper of its own would read it")
    func withoutMail() {
        for (word, event) in [("claude", "Stop"), ("codex", "Stop"), ("gemini", "AfterAgent")] {
            let extract = HookExtract(agent: word, event: event, isContinued: true, at: 1)
            #expect(AgentCatalogue.agent(word).meaning(of: extract).mail == nil)
        }
        for word in ["claude", "codex"] {
            let extract = HookExtract(agent: word, event: "PostToolUse", isInSubagent: true, at: 1)
            #expect(AgentCatalogue.agent(word).meaning(of: extract).mail == nil)
        }
    }

    @Test(
        "mail is printed in exactly the JSON that the agent reads then",
        arguments: [
            ("claude", "PostToolUse", #"{"hookSpecificOutput":{"additionalContext":"a\n\"b\"","hookEventName":"PostToolUse"}}"#),
            ("claude", "Stop", #"{"hookSpecificOutput":{"additionalContext":"a\n\"b\"","hookEventName":"Stop"}}"#),
            ("claude", "UserPromptSubmit", #"{"hookSpecificOutput":{"additionalContext":"a\n\"b\"","hookEventName":"UserPromptSubmit"}}"#),
            ("codex", "PostToolUse", #"{"hookSpecificOutput":{"additionalContext":"a\n\"b\"","hookEventName":"PostToolUse"}}"#),
            ("codex", "Stop", #"{"decision":"block","reason":"a\n\"b\""}"#),
            ("gemini", "AfterTool", #"{"hookSpecificOutput":{"additionalContext":"a\n\"b\"","hookEventName":"AfterTool"}}"#),
            ("gemini", "AfterAgent", #"{"decision":"deny","reason":"a\n\"b\""}"#),
            ("codex", "notify", nil), ("gemini", "Notification", nil), ("opencode", "Stop", nil),
        ] as [(String, String, String?)])
    func output(_ word: String, _ event: String, _ expected: String?) {
        #expect(AgentCatalogue.agent(word).hookOutput("a\n\"b\"", for: event) == expected)
    }
}
