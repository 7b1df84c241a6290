import Dashboard
import MeshProtocol
import Plain
import RelayClient

/// The dashboard as lines: who is there, then every change as it comes.
enum DashboardLines {
    static func follow(_ watch: RelayWatch) async throws(SkeinError) -> ExitCode {
        var lines = PlainDashboard()
        for try await event in watch {
            for line in lines.lines(for: event, at: Surroundings.now) { Output.line(line) }
        }
        throw SkeinError(.relayUnreachable, "The relay has stopped")
    }
}
