import Mesh
import MeshProtocol
import Surface
import Text
import Widgets

extension Activity {
    /// The time on the wall's clock: `12:40:05`.
    func clock(_ secondsFromUTC: Int) -> String { Self.clock(moment, secondsFromUTC) }

    static func clock(_ moment: Moment, _ secondsFromUTC: Int) -> String {
        let day = 86_400
        let seconds = Int(moment.milliseconds / 1000 % Int64(day)) + secondsFromUTC
        let today = (seconds % day + day) % day
        return [today / 3600, today / 60 % 60, today % 60]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    /// The peer it is about.
    func who(_ glyphs: Glyphs) -> [Span] {
        guard peer != nil else { return [] }
        return [Span(SafeText.visible(name, limit: 24, ascii: glyphs.isASCII)), Span("  ")]
    }

    /// The same, with its mesh where there are several: `dev-1@payments`. What is about no peer is
    /// about the mesh.
    func who(_ state: DashboardState, _ isSeveral: Bool, _ glyphs: Glyphs) -> [Span] {
        guard isSeveral else { return who(glyphs) }
        let slug = SafeText.visible(
            state.membership(of: mesh)?.slug ?? "", limit: 24, ascii: glyphs.isASCII)
        guard let name = who(glyphs).first else { return [Span(slug, .title), Span("  ")] }
        return [name, Span("@\(slug)", .muted), Span("  ")]
    }

    /// What happened, in words.
    func told(_ glyphs: Glyphs) -> [Span] {
        func safe(_ text: String, _ role: Role = .text) -> Span {
            Span(SafeText.visible(text, limit: 256, ascii: glyphs.isASCII), role)
        }
        switch what {
        case .joined: return [Span("joined", .success)]
        case .left: return [Span("left", .statusLeft)]
        case .renamed(let from): return [Span("was called ", .muted), safe(from)]
        case .status(let from, let to):
            return [
                Span(from.rawValue, .muted), Span(" \(glyphs.arrow) ", .muted),
                Span(to.rawValue, to.role),
            ]
        case .summary(let text):
            return [safe(glyphs.openQuote + text + glyphs.closeQuote)]
        case .role(let role):
            return role.isEmpty ? [Span("has no role now", .muted)]
                : [Span("is now ", .muted), safe(role)]
        case .groups(let groups):
            return groups.isEmpty ? [Span("is in no group now", .muted)]
                : [Span("is now in ", .muted), safe(groups.map { "@\($0)" }.joined(separator: " "))]
        case .directory(let path): return [Span("works in ", .muted), safe(path)]
        case .link(.live): return [Span("live", .success)]
        case .link(.connecting): return [Span("connecting", .muted)]
        case .link(.retrying(let reason, _)):
            return [Span("offline, trying again: ", .warning), safe(reason)]
        case .link(.refused(let reason)): return [Span("refused: ", .danger), safe(reason)]
        }
    }
}

extension Status {
    /// The role it is drawn in.
    var role: Role {
        switch self {
        case .idle: .statusIdle
        case .working: .statusWorking
        case .dnd: .statusDnd
        }
    }
}
