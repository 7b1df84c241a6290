import Mesh
import MeshProtocol

/// Gemini CLI: it has no flag that adds to its system prompt, only a file that replaces it whole.
struct GeminiCLI: Agent {
    let word = "gemini"
    let title = "Gemini CLI"
    let executable = "gemini"
    let isKnown = true
    let howToGet = "See https://geminicli.com for how to install Gemini CLI"

    func invocation(for run: AgentRun) throws(SkeinError) -> AgentInvocation {
        guard run.options.systemPrompt == nil else {
            throw cannot(
                "cannot be given an added system prompt", hint: "Write it into GEMINI.md instead")
        }
        var arguments: [String] = []
        if let session = run.options.resumes { arguments += ["--resume", session] }
        if run.options.autonomy == .full { arguments += ["--approval-mode", "yolo"] }
        return AgentInvocation(
            arguments: arguments + run.options.arguments, removed: ["GEMINI_PTY_INFO"],
            session: run.options.resumes, notes: run.program == nil ? [] : [noHooks])
    }

    // It can be given no hooks for one run: these are of a settings file of the person's.
    func meaning(of event: HookExtract) -> HookMeaning {
        switch event.event {
        case "SessionStart": .sessionStarts
        case "SessionEnd": .sessionEnds
        case "BeforeAgent": .turnStarts
        case "BeforeTool": .toolOpens
        case "AfterTool": .toolCloses
        case "Notification": event.detail == "ToolPermission" ? .waits : .nothing
        case "PreCompress": .works
        case "AfterAgent": .turnEnds.without(mail: event.isContinued)
        default: .nothing
        }
    }

    func hookOutput(_ mail: String, for event: String) -> String? {
        switch event {
        case "AfterAgent": HookOutput.goesOn(mail, decision: "deny")
        case "AfterTool", "BeforeAgent": HookOutput.context(mail, event: event)
        default: nil
        }
    }
}
