import Dashboard
import Mesh
import MeshProtocol
import Surface
import Terminal
import Text
import Themes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One frame of the dashboard on standard output, as text or as data.
struct DashboardPrint {
    private let state: DashboardState
    /// Nil for several.
    private let mesh: String?

    init(_ state: DashboardState, _ mesh: String?) {
        self.state = state
        self.mesh = mesh
    }

    @MainActor
    func tell(json: Bool, _ surroundings: Surroundings) {
        if json { return Output.line(self.json) }
        let isUnicode = Terminal.Capabilities.detect(
            environment: surroundings.environment
        ).isUnicode
        let columns = Self.columns(surroundings.environment)
        Output.line(state.printed(columns: columns, glyphs: isUnicode ? .unicode : .ascii).text)
    }

    /// The same frame as a picture.
    func picture(in theme: Theme, _ surroundings: Surroundings) -> String {
        let columns = Self.columns(surroundings.environment)
        return GridPicture(state.printed(columns: columns, glyphs: .unicode), in: theme).svg
    }

    /// The window's width where there is one, else COLUMNS, else 80; at least 40.
    private static func columns(_ environment: [String: String]) -> Int {
        let known = Process.windowColumns ?? 0
        let said = environment["COLUMNS"].flatMap { Int($0) } ?? 0
        let columns = known > 0 ? known : said > 0 ? said : 80
        return min(max(40, columns), 400)
    }

    /// What is looked at, as data.
    var json: String { Envelope(command: "dashboard", data: report).line }

    private var report: Report {
        // Totals are of the mesh, peers are those that match, in their order.
        let all = state.meshesInSight.flatMap { membership in
            state.presence(of: membership.mesh).map { Array($0.peers.values) } ?? []
        }
        return Report(
            mesh: mesh, at: ISOMoment(state.now), live: state.isLive,
            totals: Totals(
                peers: all.count, idle: all.count { $0.status == .idle },
                working: all.count { $0.status == .working },
                dnd: all.count { $0.status == .dnd }),
            meshes: state.meshesInSight.map { membership in
                let known = state.session.meshes[membership.mesh]
                return MeshRow(
                    mesh: membership.slug, peers: known?.peers.count ?? 0,
                    is_reached: known?.link == .live)
            },
            peers: state.peers.map { Row(mesh: $0.slug, peer: PeerRow($0.peer)) })
    }

    private struct Report: Encodable {
        @Nullable var mesh: String?
        /// The moment that is shown, and whether that is now.
        var at: ISOMoment
        var live: Bool
        var totals: Totals
        var meshes: [MeshRow]
        var peers: [Row]
    }

    private struct MeshRow: Encodable {
        var mesh: String
        var peers: Int
        /// False where its broker could not be asked: there may be more peers.
        var is_reached: Bool
    }

    /// A peer, and its mesh beside what it is everywhere.
    private struct Row: Encodable {
        enum Field: String, CodingKey { case mesh }

        var mesh: String
        var peer: PeerRow

        func encode(to encoder: any Encoder) throws {
            try peer.encode(to: encoder)
            var row = encoder.container(keyedBy: Field.self)
            try row.encode(mesh, forKey: .mesh)
        }
    }

    private struct Totals: Encodable {
        var peers: Int
        var idle: Int
        var working: Int
        var dnd: Int
    }
}
