import Dashboard
import Mesh
import MeshProtocol
import Surface
import Terminal
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One frame of the dashboard on standard output, as text or as data.
struct DashboardPrint {
    private let state: DashboardState
    private let mesh: String

    init(_ state: DashboardState, _ mesh: String) {
        self.state = state
        self.mesh = mesh
    }

    @MainActor
    func tell(json: Bool, _ surroundings: Surroundings) {
        if json {
            Output.line(Envelope(command: "dashboard", data: report).line)
            return
        }
        let isUnicode = Terminal.Capabilities.detect(
            environment: surroundings.environment
        ).isUnicode
        let columns = Self.columns(surroundings.environment)
        Output.line(state.printed(columns: columns, glyphs: isUnicode ? .unicode : .ascii).text)
    }

    /// The window's width where there is one, else COLUMNS, else 80; at least 40.
    private static func columns(_ environment: [String: String]) -> Int {
        let known = Process.windowColumns ?? 0
        let said = environment["COLUMNS"].flatMap { Int($0) } ?? 0
        let columns = known > 0 ? known : said > 0 ? said : 80
        return min(max(40, columns), 400)
    }

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
            peers: state.peers.map { PeerRow($0.peer) })
    }

    private struct Report: Encodable {
        var mesh: String
        /// The moment that is shown, and whether that is now.
        var at: ISOMoment
        var live: Bool
        var totals: Totals
        var peers: [PeerRow]
    }

    private struct Totals: Encodable {
        var peers: Int
        var idle: Int
        var working: Int
        var dnd: Int
    }
}
