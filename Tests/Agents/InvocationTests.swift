import Agents
import Mesh
import MeshProtocol
import Testing

/// What an agent is asked for, and the words it is started with.
struct Ask: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let agent: String
    let words: [String]
    let change: @Sendable (inout LaunchOptions) -> Void

    init(_ agent: String, _ name: String, _ words: [String], _ change: @escaping @Sendable (inout LaunchOptions) -> Void = { _ in }) {
        testDescription = "\(agent), \(name)"
        self.agent = agent
        self.words = words
        self.change = change
    }
}

@Suite("Agents")
struct InvocationTests {
    static let fresh = "11111111-2222-4333-8444-555555555555"

    static func invocation(_ word: String, _ change: (inout LaunchOptions) -> Void = { _ in })
        throws(SkeinError) -> AgentInvocation
    {
        var options = LaunchOptions()
        change(&options)
        return try AgentCatalogue.agent(word).invocation(
            for: AgentRun(options: options, freshSession: fresh))
    }

    @Test(
        "each agent is started with the words its own documentation gives",
        arguments: [
            Ask("claude", "fresh", ["--session-id", fresh]),
            Ask("claude", "resumed", ["--resume", "abc"]) { $0.resumes = "abc" },
            Ask("claude", "prompt", ["--session-id", fresh, "--append-system-prompt", "be brief"]) {
                $0.systemPrompt = "be brief"
            },
            Ask("claude", "full autonomy", ["--session-id", fresh, "--dangerously-skip-permissions"]) {
                $0.autonomy = .full
            },
            Ask("claude", "passed on", ["--session-id", fresh, "--model", "opus"]) {
                $0.arguments = ["--model", "opus"]
            },
            Ask("claude", "own session passed on", ["--resume", "mine"]) { $0.arguments = ["--resume", "mine"] },
            Ask("claude", "own session passed on with =", ["--session-id=mine"]) { $0.arguments = ["--session-id=mine"] },
            Ask("codex", "fresh", []),
            Ask("codex", "resumed", ["resume", "abc"]) { $0.resumes = "abc" },
            Ask("codex", "prompt", ["-c", #"developer_instructions="say \"hi\"\n""#]) {
                $0.systemPrompt = "say \"hi\"\n"
            },
            Ask("codex", "full autonomy", ["--dangerously-bypass-approvals-and-sandbox"]) { $0.autonomy = .full },
            Ask("gemini", "fresh", []),
            Ask("gemini", "resumed", ["--resume", "3"]) { $0.resumes = "3" },
            Ask("gemini", "full autonomy", ["--approval-mode", "yolo"]) { $0.autonomy = .full },
            Ask("opencode", "resumed", ["--session", "ses_1"]) { $0.resumes = "ses_1" },
            Ask("sh", "passed on", ["-c", "stty -a"]) { $0.arguments = ["-c", "stty -a"] },
        ])
    func words(_ ask: Ask) throws {
        #expect(try Self.invocation(ask.agent, ask.change).arguments == ask.words)
    }

    @Test("no agent skips its permission prompts unless that was said", arguments: ["claude", "codex", "gemini", "opencode", "sh"])
    func asksByDefault(_ word: String) throws {
        let invocation = try Self.invocation(word)
        let all = invocation.arguments + invocation.environment.values
        #expect(!all.contains { $0.contains("dangerously") || $0.contains("yolo") || $0.contains("allow") })
    }

    @Test("what an agent cannot do is refused, not dropped")
    func refusals() {
        for word in ["gemini", "opencode", "sh"] {
            #expect(throws: SkeinError.self) { try Self.invocation(word) { $0.systemPrompt = "x" } }
        }
        #expect(throws: SkeinError.self) { try Self.invocation("sh") { $0.autonomy = .full } }
    }

    @Test("an agent around us is not mistaken for the one that is started")
    func removed() throws {
        #expect(try Self.invocation("claude").removed == ["CLAUDECODE"])
        #expect(try Self.invocation("opencode").removed.contains("OPENCODE_RUN_ID"))
    }

    @Test("the session id is known before the start where the agent lets us choose it")
    func session() throws {
        #expect(try Self.invocation("claude").session == Self.fresh)
        #expect(try Self.invocation("claude") { $0.arguments = ["-c"] }.session == nil)
        #expect(try Self.invocation("codex").session == nil)
    }
}
