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
        return AgentInvocation(
            arguments: arguments + passed, removed: ["CLAUDECODE"], session: session)
    }
}
