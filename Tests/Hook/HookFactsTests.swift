import Foundation
import Mesh
import MeshProtocol
import Testing

@testable import Hook

@Suite("What leaves a hook's process")
struct HookFactsTests {
    static func facts(_ event: String, _ json: String) -> HookFacts {
        HookFacts(agent: "claude", event: event, input: Array(json.utf8))
    }

    static let whole = #"""
        {"session_id":"0d9c","transcript_path":"/home/ada/.claude/t.jsonl","cwd":"/home/ada/secret/pay/",
        "permission_mode":"default","hook_event_name":"EVENT","tool_name":"Bash","model":"opus",
        "tool_input":{"command":"cat /etc/shadow","session_id":"inner"},"tool_response":"root:x","prompt":"PROMPT",
        "last_assistant_message":"LAST","message":"MESSAGE","source":"startup","reason":"REASON",
        "notification_type":"idle_prompt","stop_hook_active":true,"agent_id":"helper"}
        """#

    @Test("finding 12: the allow-listed fields and nothing else, whatever the event")
    func allowed() {
        for event in [
            "SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "PostToolUseFailure", "Stop",
            "Notification", "PermissionRequest", "SessionEnd", "Unheard",
        ] {
            let facts = Self.facts(event, Self.whole)
            #expect(facts.session == "0d9c" && facts.tool == "Bash" && facts.model == "opus")
            #expect(facts.project == "pay" && facts.isContinued && facts.isInSubagent)
            let detail = ["SessionStart": "startup", "Notification": "idle_prompt", "SessionEnd": "REASON"]
            #expect(facts.detail == detail[event])
            let line = String(
                decoding: HookRequest(launch: "l", token: "t").tell(facts, at: 1), as: UTF8.self)
            for secret in [
                "home", "ada", "secret", "jsonl", "shadow", "root", "PROMPT", "LAST", "MESSAGE", "inner", "helper",
            ] { #expect(!line.contains(secret), "\(event): \(secret)") }
        }
    }

    @Test("what is too long is cut, what cannot be shown is dropped, a secret is taken out")
    func safe() {
        let long = String(repeating: "é", count: 4000)
        #expect(Self.facts("Stop", #"{"session_id":"\#(long)"}"#).session == String(repeating: "é", count: 64))
        #expect(Self.facts("Stop", #"{"model":"a\u001b[31m\u0000\u202eb\u009bc"}"#).model == "a[31mbc")
        #expect(Self.facts("Stop", #"{"model":"\u0007"}"#).model == nil)
        let token = "ghp_" + String(repeating: "aB3", count: 40)
        #expect(Self.facts("Stop", #"{"tool_name":"x \#(token) y"}"#).tool == "x [redacted] y")
        #expect(Self.facts("Stop", #"{"cwd":"/"}"#).project == nil)
        #expect(Self.facts("Stop", #"{"cwd":"/a/\u002e\u002e"}"#).project == "..")
        #expect(Self.facts("Stop", #"{"session_id":7,"cwd":["/a"],"stop_hook_active":"true"}"#)
            == HookFacts(agent: "claude", event: "Stop", input: Array("{}".utf8)))
    }

    @Test("what cannot be read tells the event alone, and takes the agent for one that goes on")
    func unread() {
        for input in [nil, Array("{".utf8), Array("[]".utf8), []] {
            let facts = HookFacts(agent: "claude", event: "Stop", input: input)
            #expect(facts.event == "Stop" && facts.session == nil && facts.isContinued)
        }
        #expect(!HookFacts(agent: "claude", event: "Stop", input: Array("{}".utf8)).isContinued)
    }

    /// The line is written without any library; the relay reads it with one.
    @Test("its line is what the relay reads")
    func line() throws {
        var facts = Self.facts("PreToolUse", Self.whole)
        facts.tool = "\"quoted\\ \u{1} 🪿\n"
        let line = HookRequest(launch: "l-1", token: "to\"ken").tell(facts, at: 1_700_000_000_123)
        #expect(line.last == 0x0A && line.dropLast().firstIndex(of: 0x0A) == nil)
        let read = try JSONDecoder().decode(RelayRequest<TellHook>.self, from: Data(line))
        #expect(read.id == 1 && read.ask == TellHook.word)
        #expect(read.launch == LaunchProof(id: LaunchID(rawValue: "l-1"), token: "to\"ken"))
        #expect(
            read.with.extract
                == HookExtract(
                    agent: "claude", event: "PreToolUse", session: "0d9c", tool: facts.tool, detail: nil,
                    project: "pay", model: "opus", isContinued: true, isInSubagent: true,
                    at: 1_700_000_000_123))
    }

    @Test("the relay's answers are read as they are written, and confirmed as they came")
    func replies() throws {
        let keys = [
            InboxKey(
                mesh: MeshID(rawValue: "m"), id: MessageID(rawValue: "i"), launch: LaunchID(rawValue: "l"))
        ]
        let text = "{\"a\":\"line\\n🪿 </x>\"}"
        let answer = try JSONEncoder().encode(
            RelayReply(id: 1, answer: HookAnswer(print: text, messages: keys)))
        guard case .answer(let print, let messages)? = HookReply(Array(answer), to: 1) else {
            Issue.record("it is no answer")
            return
        }
        #expect(print.map { String(decoding: $0, as: UTF8.self) } == text)
        let confirmation = HookRequest(launch: "l", token: "t").confirm(try #require(messages)[...])
        let read = try JSONDecoder().decode(RelayRequest<ConfirmShown>.self, from: Data(confirmation))
        #expect(read.ask == ConfirmShown.word && read.with.messages == keys)
        #expect(read.launch?.id.rawValue == "l")

        let empty = try JSONEncoder().encode(RelayReply(id: 1, answer: HookAnswer()))
        #expect(HookReply(Array(empty), to: 1) == .answer(print: nil, messages: nil))
        let greeting = try JSONEncoder().encode(RelayGreeting(programVersion: "1", pid: 2))
        #expect(HookReply(Array(greeting), to: 1) == nil)
        #expect(HookReply(Array(empty), to: 2) == nil)
        let later = RelayReply<HookAnswer>(id: 1, failed: SkeinError(.relayUnreachable, "stopping"))
        #expect(HookReply(Array(try JSONEncoder().encode(later)), to: 1) == .later)
        let refused = RelayReply<HookAnswer>(id: 1, failed: SkeinError(.forbidden, "no"))
        #expect(HookReply(Array(try JSONEncoder().encode(refused)), to: 1) == .refused)
    }
}
