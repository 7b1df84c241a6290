import Mesh
import MeshProtocol
import Surface
import TestSupport

@testable import Dashboard

extension Sample {
    static let staging = membership("staging")

    /// Two meshes with peers of the same ids, and a third nothing is known of.
    static func meshes(
        _ scope: MeshScope = .all, size: Size = Size(columns: 120, rows: 40), with third: Bool = false
    ) -> DashboardState {
        var state = DashboardState(
            session: dashboard(nil).session,
            meshes: [mesh, staging] + (third ? [membership("web")] : []), scope: scope, now: noon)
        _ = state.reduce(.resized(size))
        state.hear(.link(.live))
        state.hear(.snapshot(four))
        state.hearStaging(.link(.live))
        state.hearStaging(
            .snapshot([
                peer("dev-1", .idle, minutes: 5, role: "tester", groups: ["backend"]),
                peer("probe", .working, role: "bot", host: "server"),
            ]))
        return state
    }
}

extension DashboardState {
    mutating func hearStaging(_ event: RelayEvent, after seconds: Int64 = 0) {
        hear(event, of: Sample.staging.mesh, after: seconds)
    }

    /// Staging is lost, and tried again so many seconds later.
    mutating func loseStaging(after seconds: Int64, wait: Int64 = 8) {
        hearStaging(
            .link(
                .retrying(
                    reason: "the broker went away",
                    at: Sample.noon.advanced(bySeconds: seconds + wait))), after: seconds)
    }
}
