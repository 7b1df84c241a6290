import Mesh
import MeshProtocol

/// How a mesh stands in the relay, for people and as data.
enum HealthText {
    static func word(_ link: LinkState?) -> String {
        switch link {
        case nil: "not in use"
        case .connecting: "connecting"
        case .live: "live"
        case .retrying(let reason, _): "not reached, trying again (\(Output.shown(reason)))"
        case .refused(let reason): "refused (\(Output.shown(reason)))"
        }
    }

    static func line(_ health: MeshHealth) -> String {
        let mail = health.mail
        let counts = [
            (mail.waiting, "waiting"), (mail.dead, "given up"), (mail.unread, "unread"),
            (mail.droppedEvents, "events dropped"),
        ].filter { $0.0 > 0 }.map { ", \($0.0) \($0.1)" }.joined()
        let ack = health.lastAckMilliseconds.map { ", answered in \($0) ms" } ?? ""
        return "  \(Output.shown(health.name)): \(word(health.link))\(ack)\(counts)"
    }

    /// With what the person should know or do about it.
    static func lines(_ health: MeshHealth) -> [String] {
        var lines = [line(health)]
        if health.isExposed {
            lines.append(
                "    ! Who is present can be read on the way (ws://); messages are sealed")
        }
        if health.mail.dead > 0 {
            lines.append("    See what was given up, and why, with: skein queue")
        }
        if health.mail.unread > 0 { lines.append("    Read your mail with: skein inbox") }
        return lines
    }
}

/// A launch that its broker refused, as `--json` shows it.
struct RefusedRow: Encodable {
    var launch: String
    /// The mesh's id.
    var mesh: String
    var name: String
    var reason: String

    init(_ refused: RefusedLaunch) {
        launch = refused.launch.rawValue
        mesh = refused.mesh.rawValue
        name = refused.name
        reason = refused.reason
    }
}

struct HealthRow: Encodable {
    var id: String
    var name: String
    var link: String
    @Nullable var last_ack_at_ms: Int64?
    @Nullable var last_ack_ms: Int?
    var waiting: Int
    var dead: Int
    var unread: Int
    var dropped_events: Int
    /// Whoever is on the way to its broker can read who is present.
    var is_exposed: Bool

    init(_ health: MeshHealth) {
        id = health.mesh.rawValue
        name = health.name
        link = HealthText.word(health.link)
        last_ack_at_ms = health.lastAckAt?.milliseconds
        last_ack_ms = health.lastAckMilliseconds
        waiting = health.mail.waiting
        dead = health.mail.dead
        unread = health.mail.unread
        dropped_events = health.mail.droppedEvents
        is_exposed = health.isExposed
    }
}
