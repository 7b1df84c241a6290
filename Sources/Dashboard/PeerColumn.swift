import Mesh
import Surface
import Text
import Widgets

/// The columns of the peers table. To add one, add a case.
enum PeerColumn: CaseIterable {
    case sign, name, status, age, role, agent, directory, host

    var column: TableColumn {
        switch self {
        case .sign: TableColumn("", .fixed(1))
        case .name: TableColumn("name", .flexible(minimum: 9))
        case .status: TableColumn("status", .fixed(7))
        case .age: TableColumn("age", .fixed(3), flush: .trailing)
        case .role: TableColumn("role", .flexible(minimum: 11), priority: 1)
        case .agent: TableColumn("agent", .fixed(8), priority: 2)
        case .directory: TableColumn("directory", .flexible(minimum: 12, weight: 2), priority: 3)
        case .host: TableColumn("host", .flexible(minimum: 8), priority: 4)
        }
    }

    func cell(_ peer: Peer, now: Moment, glyphs: Glyphs) -> Span {
        switch self {
        case .sign: return Span(sign(peer.status, glyphs), Self.role(of: peer.status))
        case .name: return safe(peer.name, .text, glyphs)
        case .status: return Span(peer.status.rawValue, Self.role(of: peer.status))
        case .age:
            let seconds = Int(now.milliseconds(since: peer.statusSince) / 1000)
            return Span(Age.text(seconds: seconds), .muted)
        case .role: return safe(peer.role ?? "", .text, glyphs)
        case .agent: return safe(peer.agent ?? "", .muted, glyphs)
        case .directory: return safe(Self.tail(of: peer.cwd, glyphs), .muted, glyphs)
        case .host: return safe(peer.hostname ?? "", .muted, glyphs)
        }
    }

    private func sign(_ status: Status, _ glyphs: Glyphs) -> String {
        switch status {
        case .working: glyphs.working
        case .idle: glyphs.idle
        case .dnd: glyphs.dnd
        }
    }

    static func role(of status: Status) -> Role {
        switch status {
        case .idle: .statusIdle
        case .working: .statusWorking
        case .dnd: .statusDnd
        }
    }

    /// The end of a path tells most: its last two names.
    private static func tail(of path: String, _ glyphs: Glyphs) -> String {
        let names = path.prefix(4096).split(separator: "/")
        guard names.count > 3 else { return path }
        return glyphs.ellipsis + "/" + names.suffix(2).joined(separator: "/")
    }

    private func safe(_ text: String, _ role: Role, _ glyphs: Glyphs) -> Span {
        Span(SafeText.visible(text, limit: 80, ascii: glyphs.isASCII), role)
    }
}
