import Mesh
import MeshProtocol
import Text

/// One event as a line. Every word of it may be somebody else's: it is made safe, and stays one
/// line.
enum EventText {
    static func line(_ event: MeshEvent) -> String {
        let name = shown(event.name, 64)
        let said = text(event.what)
        return ISOMoment(event.at).description + "  " + (name.isEmpty ? said : name + "  " + said)
    }

    private static func text(_ what: MeshEvent.What) -> String {
        switch what {
        case .joined: "joined"
        case .left: "left"
        case .renamed(let old): "is called so now, and was \(shown(old, 64))"
        case .status(let old, let new): "\(old.rawValue) → \(new.rawValue)"
        case .summary(let text): "summary: \(shown(text))"
        case .role(let role): role.isEmpty ? "has no role" : "role: \(shown(role))"
        case .groups(let groups):
            groups.isEmpty
                ? "in no group"
                : "groups: " + groups.map { shown($0, 64) }.joined(separator: ", ")
        case .directory(let path): "directory: \(shown(path))"
        case .link(let state): "link: \(EventRow.word(state))" + suffix(EventRow.reason(state))
        case .sent(let id, let to, let priority, let excerpt):
            "sent \(short(id)) to \(shown(to, 64)) (\(priority.rawValue)): \(shown(excerpt))"
        case .received(let id, let by, let priority, let excerpt):
            "message \(short(id)) came for \(shown(by, 64)) (\(priority.rawValue)): "
                + shown(excerpt)
        case .delivery(let id, let to, let state):
            "message \(short(id))" + (to.isEmpty ? "" : " to \(shown(to, 64))")
                + ": \(state.rawValue)"
        case .died(let id, let to, let reason):
            "message \(short(id)) to \(shown(to, 64)) was given up" + suffix(reason)
        case .state(let key, let value):
            value.map { "state \(shown(key, 64)) = \(shown($0))" }
                ?? "state \(shown(key, 64)) was taken away"
        case .hook(let event, let tool):
            "hook \(shown(event, 64))" + (tool.map { " (\(shown($0, 64)))" } ?? "")
        case .waiting(let waits): waits ? "waits for its person" : "waits no more"
        case .loop(let other): "and \(shown(other, 64)) answered each other too often"
        case .invite(let word, let detail): "invite \(shown(detail, 64)) was \(shown(word, 32))"
        case .other(let word): "did what this Skein does not know: \(shown(word, 64))"
        }
    }

    private static func suffix(_ reason: String?) -> String {
        guard let reason, !reason.isEmpty else { return "" }
        return ": " + shown(reason)
    }

    /// As it may be typed.
    private static func short(_ id: MessageID) -> String { shown(id.rawValue, 36) }

    private static func shown(_ text: String, _ limit: Int = 512) -> String {
        SafeText.visible(text, limit: limit)
    }
}

/// An event as `--json` shows it. Its fields are stable, and always there.
struct EventRow: Encodable {
    var number: Int64
    var at_ms: Int64
    /// The mesh's id.
    var mesh: String
    @Nullable var peer: String?
    var name: String
    var what: String
    @Nullable var from: String?
    @Nullable var to: String?
    @Nullable var message_id: String?
    @Nullable var priority: String?
    @Nullable var state: String?
    @Nullable var key: String?
    @Nullable var tool: String?
    @Nullable var text: String?

    init(_ event: MeshEvent) {
        number = event.number
        at_ms = event.at.milliseconds
        mesh = event.mesh.rawValue
        peer = event.peer
        name = event.name
        what = ""
        take(event.what)
    }

    private mutating func take(_ kind: MeshEvent.What) {
        switch kind {
        case .joined: what = "joined"
        case .left: what = "left"
        case .renamed(let old): (what, from) = ("renamed", old)
        case .status(let old, let new):
            (what, from, to) = ("status", old.rawValue, new.rawValue)
        case .summary(let line): (what, text) = ("summary", line)
        case .role(let role): (what, text) = ("role", role)
        case .groups(let groups): (what, text) = ("groups", groups.joined(separator: ", "))
        case .directory(let path): (what, text) = ("directory", path)
        case .link(let link):
            (what, state, text) = ("link", Self.word(link), Self.reason(link))
        case .sent(let id, let target, let urgency, let excerpt):
            (what, to, text) = ("sent", target, excerpt)
            (message_id, priority) = (id.rawValue, urgency.rawValue)
        case .received(let id, let by, let urgency, let excerpt):
            (what, to, text) = ("received", by, excerpt)
            (message_id, priority) = (id.rawValue, urgency.rawValue)
        case .delivery(let id, let target, let reached):
            (what, to, message_id) = ("delivery", target, id.rawValue)
            state = reached.rawValue
        case .died(let id, let target, let reason):
            (what, to, message_id, text) = ("died", target, id.rawValue, reason)
        case .state(let name, let value): (what, key, text) = ("state", name, value)
        case .hook(let event, let name): (what, text, tool) = ("hook", event, name)
        case .waiting(let waits): (what, state) = ("waiting", waits ? "begun" : "ended")
        case .loop(let other): (what, to) = ("loop", other)
        case .invite(let word, let detail): (what, state, text) = ("invite", word, detail)
        case .other(let word): (what, text) = ("other", word)
        }
    }

    static func word(_ link: LinkState) -> String {
        switch link {
        case .connecting: "connecting"
        case .live: "live"
        case .retrying: "retrying"
        case .refused: "refused"
        }
    }

    static func reason(_ link: LinkState) -> String? {
        switch link {
        case .connecting, .live: nil
        case .retrying(let reason, _), .refused(let reason): reason
        }
    }
}
