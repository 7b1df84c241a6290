import Mesh
import MeshProtocol

/// Claude Code's hooks for one run: settings given on its command line, which touch no file.
struct ClaudeHooks {
    /// Skein's own path.
    var program: String

    /// Seconds after which Claude Code goes on without a hook. Ours take a fifth of one.
    static let timeout: Int64 = 5

    static let events = [
        "SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "PostToolUse",
        "PostToolUseFailure", "Notification", "PreCompact", "Stop", "StopFailure", "SessionEnd",
    ]

    /// Tools that are the agent asking the person.
    private static let askingTools: Set<String> = ["AskUserQuestion", "ExitPlanMode"]

    static func meaning(of event: HookExtract) -> HookMeaning {
        switch event.event {
        case "SessionStart": .sessionStarts
        case "UserPromptSubmit": .turnStarts
        case "PreToolUse":
            HookMeaning(
                status: .working, isWaiting: event.tool.map(askingTools.contains) ?? false,
                tool: .opens)
        case "PermissionRequest": .waits
        case "PostToolUse": .toolCloses.without(mail: event.isInSubagent)
        case "PostToolUseFailure": .toolCloses.without(mail: true)
        case "Notification": notice(event.detail)
        case "PreCompact": .works
        case "Stop": .turnEnds.without(mail: event.isContinued || event.isInSubagent)
        case "StopFailure": .turnEnds.without(mail: true)
        case "SessionEnd": .sessionEnds
        default: .nothing
        }
    }

    private static func notice(_ kind: String?) -> HookMeaning {
        switch kind {
        case "permission_prompt", "elicitation_dialog", "agent_needs_input": .waits
        case "idle_prompt": .idles
        default: .nothing
        }
    }

    // MARK: - The command line

    /// Our hooks, then what was passed on. Claude Code takes one `--settings`: where the person
    /// passes one that is JSON, ours join it; where it is a file, theirs alone counts.
    func add(to invocation: inout AgentInvocation, passed: [String]) {
        var passed = passed
        guard let place = Self.settings(in: passed) else {
            let text = JSONValue.object(["hooks": .object(hooks.mapValues { [$0] })]).canonical
            invocation.arguments += ["--settings", text] + passed
            invocation.plumbing.insert(text)
            return
        }
        guard let joined = joined(with: place.text) else {
            invocation.arguments += passed
            invocation.notes.append(
                "Claude Code does not tell Skein what it does: --settings is a file of yours")
            return
        }
        passed[place.index] = place.prefix + joined
        invocation.arguments += passed
        invocation.plumbing.insert(passed[place.index])
    }

    private static func settings(
        in arguments: [String]
    ) -> (index: Int, prefix: String, text: String)? {
        let flag = "--settings"
        // The last one counts.
        for (index, argument) in arguments.enumerated().reversed() {
            if argument.hasPrefix(flag + "=") {
                return (index, flag + "=", String(argument.dropFirst(flag.count + 1)))
            }
            if index > 0, arguments[index - 1] == flag { return (index, "", argument) }
        }
        return nil
    }

    private func joined(with text: String) -> String? {
        guard case .object(var settings)? = JSONValue.parse(Array(text.utf8)) else { return nil }
        var all: [String: JSONValue]
        switch settings["hooks"] {
        case nil: all = [:]
        case .object(let theirs)?: all = theirs
        default: return nil
        }
        for (event, ours) in hooks {
            switch all[event] {
            case nil: all[event] = .array([ours])
            case .array(let theirs)?: all[event] = .array(theirs + [ours])
            default: return nil
            }
        }
        settings["hooks"] = .object(all)
        return JSONValue.object(settings).canonical
    }

    /// One group for each event, which matches whatever it is about.
    private var hooks: [String: JSONValue] {
        let pairs = Self.events.map { event -> (String, JSONValue) in
            let command = ClaudeCode().hookCommand(event, program: program)
            let hook: JSONValue = [
                "type": "command", "command": .string(command), "timeout": .integer(Self.timeout),
            ]
            return (event, ["hooks": .array([hook])])
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
