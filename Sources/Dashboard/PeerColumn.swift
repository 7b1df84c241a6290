import Mesh
import Surface
import Text
import Widgets
import Wording

/// What a cell of the peers table is made from.
struct PeerCell {
    var peer: Peer
    var mesh: MeshID
    /// The mesh as it is typed.
    var slug = ""
    /// What is told of its mesh is told now; where not, the peer is as it was known last.
    var isLive = true
    /// It was there until a moment ago.
    var hasLeft = false
    var now = Moment(milliseconds: 0)
    var log = ActivityLog()
    var mail = PeerMail()
    var glyphs: Glyphs

    /// How long it has its status; never less than nothing, whatever the clock does.
    var age: Int { max(0, Int(now.milliseconds(since: peer.statusSince) / 1000)) }

    /// What a peer says of itself, safe to show.
    func safe(_ text: String?, _ role: Role = .muted, limit: Int = PeerColumn.widest) -> Span {
        Span(SafeText.visible(text ?? "", limit: limit, ascii: glyphs.isASCII), role)
    }
}

/// The columns of the peers table, one entry each in `all`: how wide, how it is drawn, how it is
/// sorted. To add one, add an entry.
public struct PeerColumn: Sendable, Identifiable {
    /// What it is called everywhere: in its title, on the command line, in the chooser.
    public let id: String
    /// What it is, for the chooser.
    public var explanation: String { translated(phrase) }
    private let phrase: String
    let width: Width
    /// 0 stays whatever happens; of the others the highest is left out first.
    let priority: Int
    /// Whether it is among those that are shown until a person chooses.
    let isUsual: Bool
    let side: Fitting.Side
    let cell: @Sendable (PeerCell) -> Span
    let value: @Sendable (MeshPeer) -> PeerOrder.Value
    /// What it is sorted by instead, the most first, where that is mail.
    var number: (@Sendable (PeerMail) -> Int)?

    enum Width: Sendable {
        case fixed(Int)
        /// As wide as what stands in it, at most `widest`, and at least so much while it is shown.
        case content(minimum: Int)
    }

    /// Columns of the terminal that no content goes beyond while others want room.
    static let widest = 40

    init(
        _ id: String, _ explanation: String, _ width: Width, priority: Int, isUsual: Bool = true,
        flush side: Fitting.Side = .leading, value: @escaping @Sendable (MeshPeer) -> PeerOrder.Value,
        cell: @escaping @Sendable (PeerCell) -> Span
    ) {
        self.id = id
        phrase = explanation
        self.width = width
        self.priority = priority
        self.isUsual = isUsual
        self.side = side
        self.cell = cell
        self.value = value
    }

    public static let all: [PeerColumn] = [
        PeerColumn(
            "name", "what the peer is called", .content(minimum: 16), priority: 0,
            value: { .text($0.peer.name) }, cell: { $0.safe($0.peer.name, .text, limit: 80) }),
        PeerColumn(
            "status", "what it is doing", .fixed(7), priority: 0,
            value: { .number(Int64(statusRank($0.peer))) },
            cell: { Span($0.statusWord, $0.statusRole) }),
        PeerColumn(
            "age", "for how long", .fixed(4), priority: 0, flush: .trailing,
            value: { .number(~$0.peer.statusSince.milliseconds) },
            cell: { Span(Age.text(seconds: $0.age), .muted) }),
        PeerColumn(
            "source", "who said what it is doing", .fixed(8), priority: 8, isUsual: false,
            value: { .text($0.peer.statusSource.rawValue) },
            cell: { Span($0.peer.statusSource.rawValue, .muted) }),
        PeerColumn(
            "role", "what it is here for", .content(minimum: 8), priority: 1,
            value: { .text($0.peer.role) }, cell: { $0.safe($0.peer.role, .text) }),
        PeerColumn(
            "groups", "the groups it is in", .content(minimum: 8), priority: 5,
            value: { .text($0.peer.groups.map(\.name).joined(separator: " ")) },
            cell: { cell in
                cell.safe(cell.peer.groups.prefix(8).map { "@\($0.name)" }.joined(separator: " "))
            }),
        PeerColumn(
            "agent", "the program that runs", .content(minimum: 6), priority: 2,
            value: { .text($0.peer.agent) }, cell: { $0.safe($0.peer.agent) }),
        PeerColumn(
            "model", "the model it uses", .content(minimum: 6), priority: 6, isUsual: false,
            value: { .text($0.peer.model) }, cell: { $0.safe($0.peer.model) }),
        PeerColumn(
            "directory", "where it works", .content(minimum: 12), priority: 3,
            value: { .text($0.peer.cwd) }, cell: { $0.safe(tail(of: $0.peer.cwd, $0.glyphs)) }),
        PeerColumn(
            "host", "the machine it is on", .content(minimum: 8), priority: 4,
            value: { .text($0.peer.hostname) }, cell: { $0.safe($0.peer.hostname) }),
        PeerColumn(
            "since", "how long it is connected", .fixed(6), priority: 7, isUsual: false,
            flush: .trailing, value: { .number(~$0.peer.connectedAt.milliseconds) },
            cell: { cell in
                let age = cell.now.milliseconds(since: cell.peer.connectedAt) / 1000
                return Span(Age.text(seconds: max(0, Int(age))), .muted)
            }),
        PeerColumn(
            // Sorted by who did something last.
            "activity", "how much happened lately, by the minute", .fixed(8), priority: 12,
            value: { .number(~$0.peer.statusSince.milliseconds) },
            cell: { cell in
                let recent = cell.log.perMinute(of: PeerKey(cell.peer.id, in: cell.mesh), until: cell.now, minutes: 8)
                let isQuiet = recent.allSatisfy { $0 == 0 }
                let graph = Sparkline(recent).text(columns: 8, glyphs: cell.glyphs)
                return Span(isQuiet ? "" : graph, .accent)
            }),
        PeerColumn(
            "summary", "what it says it does", .content(minimum: 12), priority: 9, isUsual: false,
            value: { .text($0.peer.summary) }, cell: { $0.safe($0.peer.summary) }),
        PeerColumn(
            "session", "the agent's own session", .content(minimum: 8), priority: 10,
            isUsual: false, value: { .text($0.peer.sessionID) }, cell: { $0.safe($0.peer.sessionID) }),
        PeerColumn(
            "key", "the key it is known by", .content(minimum: 8), priority: 11, isUsual: false,
            value: { .text($0.peer.id) }, cell: { $0.safe($0.peer.id) }),
        mail("unread", "its mail that you have not read", .fixed(7)) { $0.unread },
        mail("pending", "messages for it that it was not shown", .fixed(8)) { $0.pending },
        PeerColumn(
            "mesh", "the mesh it is on", .content(minimum: 8), priority: 1, isUsual: false,
            value: { .text($0.slug) },
            cell: { cell in
                let slug = cell.safe(cell.slug)
                return cell.isLive ? slug : Span("\(cell.glyphs.warning) \(slug.text)", .warning)
            }),
    ]

    private static func mail(
        _ id: String, _ explanation: String, _ width: Width,
        number: @escaping @Sendable (PeerMail) -> Int
    ) -> PeerColumn {
        var column = PeerColumn(
            id, explanation, width, priority: 4, isUsual: false, flush: .trailing,
            value: { _ in .missing },
            cell: { cell in
                let count = number(cell.mail)
                return Span(count == 0 ? "" : "\(count)", .accent)
            })
        column.number = number
        return column
    }

    public static func called(_ id: String) -> PeerColumn? { all.first { $0.id == id } }

    static let usual: [String] = all.filter(\.isUsual).map(\.id)

    /// Those that are shown until a person chooses: the mesh where there are several.
    static func usual(severalMeshes: Bool) -> [String] {
        guard severalMeshes, let first = usual.first else { return usual }
        return [first, "mesh"] + usual.dropFirst()
    }

    /// The entry for the table, as wide as `content` where its content decides.
    func tableColumn(content: Int) -> TableColumn {
        switch width {
        case .fixed(let columns):
            TableColumn(id, .fixed(columns), priority: priority, flush: side)
        case .content(let minimum):
            // One more than the title, for the marker of the order.
            TableColumn(
                id,
                .content(minimum: minimum, widest: max(TextWidth.of(id) + 1, content)),
                priority: priority, flush: side)
        }
    }

    /// Those who need somebody first, then those who are busy.
    private static func statusRank(_ peer: Peer) -> Int {
        switch peer.status {
        case .working: peer.waits ? 0 : 1
        case .idle: 2
        case .dnd: 3
        }
    }

    /// The end of a path tells most: its last two names, where it has more than three.
    private static func tail(of path: String, _ glyphs: Glyphs) -> String {
        let slash = UInt8(ascii: "/")
        let bytes = path.utf8
        guard bytes.count <= 4096 else { return path }
        var names = 0
        var last = bytes.startIndex
        var lastButOne = bytes.startIndex
        var isInName = false
        for index in bytes.indices {
            let isName = bytes[index] != slash
            if isName, !isInName {
                names += 1
                (lastButOne, last) = (last, index)
            }
            isInName = isName
        }
        return names > 3 ? "\(glyphs.ellipsis)/\(path[lastButOne...])" : path
    }
}

extension PeerCell {
    var statusWord: String { hasLeft ? "left" : peer.waits ? "waiting" : peer.status.rawValue }

    var statusRole: Role {
        hasLeft ? .statusLeft : peer.waits ? .warning : peer.status.role
    }

    /// Each status has a shape of its own, so that colour is never needed.
    var sign: Span {
        if hasLeft { return Span(glyphs.left, .statusLeft) }
        if peer.waits { return Span(glyphs.warning, .warning) }
        return switch peer.status {
        case .working: Span(glyphs.working, .statusWorking)
        case .idle: Span(glyphs.idle, .statusIdle)
        case .dnd: Span(glyphs.dnd, .statusDnd)
        }
    }
}
