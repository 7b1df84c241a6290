import MeshProtocol

/// What hooks print, in the JSON of the agents that read it. No field more than they know: Codex
/// refuses what it does not (Codex CLI, "Hooks").
enum HookOutput {
    /// Added to what the model sees, as context.
    static func context(_ text: String, event: String) -> String {
        let output: JSONValue = [
            "hookEventName": .string(event), "additionalContext": .string(text),
        ]
        return JSONValue.object(["hookSpecificOutput": output]).canonical
    }

    /// The turn does not end: the model goes on with this.
    static func goesOn(_ text: String, decision: String) -> String {
        JSONValue.object(["decision": .string(decision), "reason": .string(text)]).canonical
    }
}
