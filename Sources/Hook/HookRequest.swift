/// The lines a hook writes to the relay's socket, and the spool. Their form is that of
/// `RelayRequest`, `TellHook` and `ConfirmShown`.
struct HookRequest {
    /// From the launch's environment.
    var launch: String
    var token: String

    static let id = 1
    static let confirmationID = 2

    /// `at` is in milliseconds since 1970.
    func tell(_ facts: HookFacts, at: Int64) -> [UInt8] {
        var line = begin(id: Self.id, ask: "hook")
        line += #""with":{"extract":{"agent":"#.utf8
        JSONString.write(facts.agent, to: &line)
        line += #","event":"#.utf8
        JSONString.write(facts.event, to: &line)
        for (name, value) in [
            ("session", facts.session), ("tool", facts.tool), ("detail", facts.detail),
            ("project", facts.project), ("model", facts.model),
        ] {
            guard let value else { continue }
            line += ",\"\(name)\":".utf8
            JSONString.write(value, to: &line)
        }
        line += ",\"isContinued\":\(facts.isContinued)".utf8
        line += ",\"isInSubagent\":\(facts.isInSubagent)".utf8
        line += ",\"at\":\(at)}}}\n".utf8
        return line
    }

    /// `messages` is the list as the relay wrote it.
    func confirm(_ messages: ArraySlice<UInt8>) -> [UInt8] {
        var line = begin(id: Self.confirmationID, ask: "shown")
        line += #""with":{"messages":"#.utf8
        line += messages
        line += "}}\n".utf8
        return line
    }

    private func begin(id: Int, ask: String) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(1024)
        line += "{\"id\":\(id),\"ask\":\"\(ask)\",\"launch\":{\"id\":".utf8
        JSONString.write(launch, to: &line)
        line += ",\"token\":".utf8
        JSONString.write(token, to: &line)
        line += "},".utf8
        return line
    }
}

/// What a line of the relay's says to the request with an id.
enum HookReply: Equatable {
    /// What to print, if anything, and what to confirm then: a JSON list.
    case answer(print: [UInt8]?, messages: [UInt8]?)
    /// The relay cannot take it now: another will.
    case later
    /// The relay will not have it.
    case refused

    /// Nil for a line that answers something else: the greeting, for one.
    init?(_ line: [UInt8], to id: Int) {
        guard let values = JSONScan.members(["id", "answer", "failed"], of: line),
            let number = values[0], number.kind == .number,
            line[number.place].elementsEqual(String(id).utf8)
        else { return nil }
        if let answer = values[1], answer.kind == .object,
            let parts = JSONScan.members(["print", "messages"], of: line, in: answer.place)
        {
            let print = parts[0].flatMap { value in
                value.kind == .string ? JSONString.decode(line[value.place]) : nil
            }
            let messages = parts[1].flatMap { value in
                value.kind == .array && value.place.count > 2 ? Array(line[value.place]) : nil
            }
            self = .answer(print: print, messages: messages)
            return
        }
        guard let failed = values[2], failed.kind == .object,
            let code = JSONScan.members(["code"], of: line, in: failed.place)?[0],
            line[code.place].elementsEqual("E_RELAY_UNREACHABLE".utf8)
        else {
            self = .refused
            return
        }
        self = .later
    }
}
