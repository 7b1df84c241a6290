import BrokerEngine
import Mesh
import MeshProtocol
import NIOHTTP1

extension Registry {
    /// A request over HTTP. It is answered by an effect, at once or when the store has answered.
    mutating func requested(_ request: PageRequest, at now: Instant) -> [Effect] {
        notice(now)
        let routes = pages.settings.accounts == nil ? Route.all : Route.withAccounts
        switch Route.match(request.method, request.path, among: routes) {
        case .route(let route, let parameters):
            var request = request
            request.parameters = parameters
            route.serve(&self, request, now)
        case .otherMethods(let methods):
            var refusal = PageAnswer.text(.methodNotAllowed, "method not allowed")
            refusal.allow = methods.map(\.rawValue).joined(separator: ", ")
            answer(request, refusal)
        case .none:
            answer(request, .text(.notFound, "not found"))
        }
        return take(at: now)
    }

    mutating func answer(_ request: PageRequest, _ answer: PageAnswer) {
        effects.append(.answer(request.id, answer))
    }

    mutating func refuse(_ request: PageRequest, _ status: HTTPResponseStatus, _ error: String) {
        answer(request, .refusal(status, error))
    }

    /// What the store could not do.
    mutating func refuse(_ request: PageRequest, _ error: SkeinError) {
        answer(request, .failure(error))
    }

    // MARK: - Health

    mutating func health(_ request: PageRequest, at now: Instant) {
        let peers = tables.values.reduce(0) { $0 + $1.peerCount }
        var page = about(at: now)
        page["status"] = "ok"
        page["db"] = metrics.isStoreHealthy ? "up" : "down"
        page["peers"] = .integer(Int64(peers))
        answer(request, .json(.ok, .object(page)))
    }

    /// Unlike `health` it asks the store, by a read that finds nothing.
    mutating func readiness(_ request: PageRequest, at now: Instant) {
        ask {
            _ = try $0.session("", in: MeshID(rawValue: ""))
        } then: { registry, result, now in
            var page = registry.about(at: now)
            switch result {
            case .success:
                registry.metrics.isStoreHealthy = true
                page["status"] = "ready"
                registry.answer(request, .json(.ok, .object(page)))
            case .failure:
                registry.metrics.isStoreHealthy = false
                page["status"] = "not_ready"
                page["reason"] = "db_down"
                registry.answer(request, .json(.serviceUnavailable, .object(page)))
            }
        }
    }

    private func about(at now: Instant) -> [String: JSONValue] {
        [
            "version": .string(SkeinVersion.current),
            "gitSha": .string(pages.settings.revision),
            "uptime": .integer(now.wall.milliseconds(since: pages.settings.startedAt) / 1000),
        ]
    }
}
