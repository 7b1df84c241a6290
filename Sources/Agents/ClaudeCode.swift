import Mesh
import MeshProtocol

/// Claude Code: it lets its session be named, takes an added system prompt, and resumes by id.
struct ClaudeCode: Agent {
    let word = "claude"
    let title = "Claude Code"
    let executable = "claude"
    let isKnown = true
    let howToGet = "See https://code.claude.com/docs for how to install Claude Code"

    func invocation(for run: AgentRun) throws(SkeinError) -> AgentInvocation {
        var arguments: [String] = []
        var session: String?
        let passed = run.options.arguments
        // The agent refuses a session id beside a resume, whoever of us says which.
        let choosesSession = ["--session-id", "--resume", "-r", "--continue", "-c"]
        if !says(choosesSession, in: passed) {
            session = run.options.resumes ?? run.freshSession
            arguments += [run.options.resumes == nil ? "--session-id" : "--resume", session ?? ""]
        }
        if let prompt = run.options.systemPrompt {
            arguments += ["--append-system-prompt", prompt]
        }
        if run.options.autonomy == .full { arguments.append("--dangerously-skip-permissions") }
        var invocation = AgentInvocation(
            arguments: arguments, removed: ["CLAUDECODE"], session: session)
        if let program = run.program {
            ClaudeHooks(program: program).add(to: &invocation, passed: passed)
        } else {
            invocation.arguments += passed
        }
        return invocation
    }

    func meaning(of event: HookExtract) -> HookMeaning { ClaudeHooks.meaning(of: event) }

    func hookOutput(_ mail: String, for event: String) -> String? {
        // A stop's context lets the model go on, as a blocked stop does, but is no error.
        HookOutput.context(mail, event: event)
    }
}
