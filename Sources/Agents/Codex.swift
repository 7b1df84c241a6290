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
        return AgentInvocation(
            arguments: arguments + run.options.arguments, removed: ["CODEX_EXEC_SERVER_URL"],
            session: run.options.resumes)
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
