import Dashboard
import MeshProtocol
import RelayClient

/// Asks the relay what the dashboard wants to know, or to have done.
struct DashboardDesk {
    let relay: RelayClient

    func answer(_ question: DashboardQuestion) async throws(SkeinError) -> DashboardAnswer {
        switch question {
        case .status: .status(try await relay.status())
        }
    }
}
