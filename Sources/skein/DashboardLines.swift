import Dashboard
import Mesh
import MeshProtocol
import Plain
import RelayClient

/// The dashboard as lines: who is there, then every change as it comes. Where there are several
/// meshes each line begins with its mesh.
enum DashboardLines {
    private static let topics: Set<RelayTopic> = [.presence, .mail, .events]

    static func follow(
        _ meshes: [Membership], _ relay: RelayClient
    ) async throws(SkeinError) -> ExitCode {
        let stopped = SkeinError(.relayUnreachable, "The relay has stopped")
        let failure = await withTaskGroup(of: SkeinError.self) { group in
            for membership in meshes {
                let lines = PlainDashboard(mesh: meshes.count > 1 ? membership.slug : nil)
                let watch = relay.watch(mesh: membership.mesh, topics: topics)
                group.addTask { await follow(watch, lines) ?? stopped }
            }
            // They all go by one connection: where one ends, the others do.
            defer { group.cancelAll() }
            return await group.next() ?? stopped
        }
        throw failure
    }

    private static func follow(
        _ watch: RelayWatch, _ dashboard: PlainDashboard
    ) async -> SkeinError? {
        var dashboard = dashboard
        do throws(SkeinError) {
            for try await event in watch {
                for line in dashboard.lines(for: event, at: Surroundings.now) { Output.line(line) }
            }
            return nil
        } catch {
            return error
        }
    }
}
