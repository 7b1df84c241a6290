import MeshProtocol

/// OpenCode: permissions are given by an environment variable, not by a flag.
struct OpenCode: Agent {
    let word = "opencode"
    let title = "OpenCode"
    let executable = "opencode"
    let isKnown = true
    let howToGet = "See https://opencode.ai/docs for how to install OpenCode"

    func invocation(for run: AgentRun) throws(SkeinError) -> AgentInvocation {
        guard run.options.systemPrompt == nil else {
            throw cannot(
                "cannot be given an added system prompt", hint: "Write it into AGENTS.md instead")
        }
        var arguments: [String] = []
        if let session = run.options.resumes { arguments += ["--session", session] }
        var environment: [String: String] = [:]
        if run.options.autonomy == .full {
            environment["OPENCODE_PERMISSION"] =
                #"{"edit":"allow","bash":"allow","webfetch":"allow"}"#
        }
        return AgentInvocation(
            arguments: arguments + run.options.arguments, environment: environment,
            removed: ["OPENCODE_RUN_ID", "OPENCODE_PROCESS_ROLE"], session: run.options.resumes,
            notes: run.program == nil ? [] : [noHooks])
    }
}
