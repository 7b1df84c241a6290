import Mesh
import MeshProtocol

/// Codex CLI: it makes its own session ids; instructions are added by a configuration key.
struct Codex: Agent {
    let word = "codex"
    let title = "Codex"
    let executable = "codex"
    let isKnown = true
    let howToGet = "See https://developers.openai.com/codex for how to install Codex"

    func invocation(for run: AgentRun) throws(SkeinError) -> AgentInvocation {
        var arguments: [String] = []
        if let session = run.options.resumes { arguments += ["resume", session] }
        if let prompt = run.options.systemPrompt {
            arguments += ["-c", "developer_instructions=\(Self.tomlString(prompt))"]
        }
        if run.options.autonomy == .full {
            arguments.append("--dangerously-bypass-approvals-and-sandbox")
        }
        var invocation = AgentInvocation(
            arguments: arguments, removed: ["CODEX_EXEC_SERVER_URL"], session: run.options.resumes)
        if let program = run.program { addNotice(program, to: &invocation, run.options.arguments) }
        invocation.arguments += run.options.arguments
        return invocation
    }

    /// Codex runs no hook before the person has looked at it and trusted it, and keeps that in a
    /// file of the person's. Its notice at a turn's end needs no trust and can be given for one
    /// run; it says which session this is.
    private func addNotice(
        _ program: String, to invocation: inout AgentInvocation, _ passed: [String]
    ) {
        guard !passed.contains(where: { $0.hasPrefix("notify=") || $0.contains("=notify=") }) else {
            invocation.notes.append(
                "Codex does not tell Skein when a turn ends: notify is a setting of yours")
            return
        }
        let words = [program, "hook", word, Self.notice].map(Self.tomlString)
        let setting = "notify=[\(words.joined(separator: ","))]"
        invocation.arguments += ["-c", setting]
        invocation.plumbing.insert(setting)
        invocation.notes.append(
            "Codex tells Skein when a turn ends, and nothing else; a notify program of its "
                + "config.toml does not run here")
    }

    static let notice = "notify"

    func meaning(of event: HookExtract) -> HookMeaning {
        switch event.event {
        case Self.notice: HookMeaning(status: .idle, tool: .closesAll, namesSession: true)
        case "SessionStart": .sessionStarts
        case "SessionEnd": .sessionEnds
        case "UserPromptSubmit": .turnStarts
        case "PreToolUse": .toolOpens
        case "PostToolUse": .toolCloses.without(mail: event.isInSubagent)
        case "PermissionRequest": .waits
        case "PreCompact", "PostCompact": .works
        case "Stop": .turnEnds.without(mail: event.isContinued)
        default: .nothing
        }
    }

    func hookOutput(_ mail: String, for event: String) -> String? {
        switch event {
        case "Stop": HookOutput.goesOn(mail, decision: "block")
        case "PostToolUse", "UserPromptSubmit": HookOutput.context(mail, event: event)
        default: nil
        }
    }

    /// A TOML basic string (toml.io, 1.0.0, "String").
    static func tomlString(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
