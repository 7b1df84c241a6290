import MeshProtocol

/// How the relay stands is asked when somebody looks, and again when something of it changes while
/// they do. It is never polled.
extension DashboardState {
    /// One question is under way at a time.
    mutating func askStatus() -> [DashboardEffect] {
        guard !isStatusAsked else {
            isStatusStale = true
            return []
        }
        isStatusAsked = true
        isStatusStale = false
        return [.ask(.status)]
    }

    mutating func take(_ status: RelayStatus) -> [DashboardEffect] {
        relay = status
        isStatusAsked = false
        return isStatusStale && showsStatus ? askStatus() : []
    }

    /// What an event makes old of what is shown.
    mutating func healthNews(_ event: RelayEvent) -> [DashboardEffect] {
        guard showsStatus else { return [] }
        switch event {
        case .link, .mail: return askStatus()
        case .snapshot, .changed, .receipt, .state, .happened: return []
        }
    }

    var showsStatus: Bool { overlays.contains { $0 is HealthOverlay || $0 is MeshesOverlay } }

    mutating func openHealth() -> [DashboardEffect] {
        push(HealthOverlay())
        return askStatus()
    }

    mutating func openMeshes() -> [DashboardEffect] {
        push(MeshesOverlay(self))
        return askStatus()
    }
}
