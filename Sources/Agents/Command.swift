import MeshProtocol

/// Any other program: the person's shell, or a command by name or path. It is started as it is.
struct Command: Agent {
    let word: String
    let title: String
    var executable: String { word }
    let isKnown = false
    let howToGet = ""

    init(word: String) {
        self.word = word
        title = word.split(separator: "/").last.map(String.init) ?? word
    }

    func invocation(for run: AgentRun) throws(SkeinError) -> AgentInvocation {
        guard run.options.systemPrompt == nil else {
            throw cannot(
                "takes no system prompt", hint: "Leave --system-prompt out, or choose an agent")
        }
        guard run.options.autonomy == .ask else {
            throw cannot(
                "has no permission prompts to skip", hint: "Leave --agent-autonomy full out")
        }
        return AgentInvocation(arguments: run.options.arguments)
    }
}
