import Redaction

/// What of an agent's event may leave the hook's process. The types of the relay's socket say the
/// same (`HookExtract`); the two are held together by tests.
struct HookFacts: Equatable {
    var agent: String
    var event: String
    var session: String?
    var tool: String?
    var detail: String?
    var project: String?
    var model: String?
    var isContinued = false
    var isInSubagent = false

    /// The most bytes of a value.
    static let longest = 128

    /// `input` is what the agent said, whole; nil where that was too long, or never ended. Then
    /// the event alone is told, and nothing is taken for granted: who cannot know whether the
    /// agent was kept going before says that it was.
    init(agent: String, event: String, input: [UInt8]?) {
        self.agent = Self.safe(Array(agent.utf8)[...]) ?? ""
        self.event = Self.safe(Array(event.utf8)[...]) ?? ""
        guard let input,
            let values = JSONScan.members(
                [
                    "session_id", "conversation_id", "thread-id", "tool_name", "cwd", "model",
                    "stop_hook_active", "agent_id", Self.detailKey(of: event),
                ], of: input)
        else {
            isContinued = true
            return
        }
        let text = { (index: Int) in Self.text(values[index], in: input) }
        session = text(0) ?? text(1) ?? text(2)
        tool = text(3)
        project = Self.lastPart(values[4], in: input)
        model = text(5)
        isContinued = values[6]?.kind == .yes
        isInSubagent = text(7) != nil
        detail = text(8)
    }

    /// Where the event's kind stands. In other events the same names hold what somebody wrote.
    private static func detailKey(of event: String) -> StaticString {
        switch event {
        case "SessionStart", "sessionStart": "source"
        case "SessionEnd", "sessionEnd": "reason"
        case "Notification": "notification_type"
        default: ""
        }
    }

    // MARK: - Values

    private static func text(_ value: JSONScan.Value?, in input: [UInt8]) -> String? {
        guard let value, value.kind == .string else { return nil }
        // An escape takes six bytes for one, or twelve for four.
        let raw = input[value.place].prefix(longest * 6)
        return safe(JSONString.decode(raw)[...])
    }

    /// Paths are reduced to the project's name.
    private static func lastPart(_ value: JSONScan.Value?, in input: [UInt8]) -> String? {
        guard let value, value.kind == .string, value.place.count <= 4096 * 6 else { return nil }
        var path = JSONString.decode(input[value.place])[...]
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        if let slash = path.lastIndex(of: UInt8(ascii: "/")) { path = path[(slash + 1)...] }
        return safe(path)
    }

    /// Without controls, whatever turns the direction of writing, and secrets of known shapes; at
    /// most `longest` bytes. Nil where nothing is left.
    static func safe(_ bytes: ArraySlice<UInt8>) -> String? {
        var visible = ""
        visible.unicodeScalars += String(decoding: bytes, as: UTF8.self).unicodeScalars.filter {
            !isUnsafe($0.value)
        }
        var result = ""
        var length = 0
        for scalar in Redaction.clean(visible).unicodeScalars {
            length += UTF8.width(scalar)
            guard length <= longest else { break }
            result.unicodeScalars.append(scalar)
        }
        return result.isEmpty ? nil : result
    }

    private static func isUnsafe(_ value: UInt32) -> Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
            true
        default: false
        }
    }
}
