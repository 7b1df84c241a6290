import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol

extension Registry {
    /// How often the store is asked what waits in it, in milliseconds.
    static let storeWatchInterval: Int64 = 30_000

    mutating func showMetrics(_ request: PageRequest, at now: Instant) {
        guard mayReadMetrics(request) else {
            return refuse(request, .unauthorized, "unauthorized")
        }
        let active = sockets.values.reduce(0) { $0 + ($1.session == nil ? 0 : 1) }
        answer(
            request, .text(.ok, MetricsText.page(metrics, active: active), type: MetricsText.type))
    }

    private func mayReadMetrics(_ request: PageRequest) -> Bool {
        if request.isLocal { return true }
        guard let token = pages.settings.metricsToken, !token.isEmpty,
            let given = request.credentials("Bearer")
        else { return false }
        return ConstantTime.areEqual(given, token)
    }

    mutating func askQueueDepth(at now: Instant) {
        deadlines.set(.storeWatch, at: now.uptime + Self.storeWatchInterval)
        ask {
            try $0.queueDepth()
        } then: { registry, result, now in
            switch result {
            case .success(let queue):
                registry.metrics.isStoreHealthy = true
                registry.metrics.queue(depth: queue.count, oldest: queue.oldest, at: now.wall)
            case .failure:
                registry.metrics.isStoreHealthy = false
            }
        }
    }
}
