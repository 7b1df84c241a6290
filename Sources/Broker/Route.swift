import Foundation
import NIOHTTP1

/// One thing a broker answers over HTTP. To add one: a line in `all`, and a file with what it does.
struct Route: Sendable {
    typealias Serve = @Sendable (inout Registry, PageRequest, Instant) -> Void

    var method: HTTPMethod
    var pattern: String
    var serve: Serve
    private var segments: [Substring]

    /// In a pattern a segment that starts with a colon is a name for whatever stands there.
    init(_ method: HTTPMethod, _ pattern: String, _ serve: @escaping Serve) {
        self.method = method
        self.pattern = pattern
        self.serve = serve
        segments = Self.segments(of: pattern)
    }

    static let all = [
        Route(.GET, "/health") { $0.health($1, at: $2) },
        Route(.GET, "/health/ready") { $0.readiness($1, at: $2) },
        Route(.GET, "/metrics") { $0.showMetrics($1, at: $2) },
        Route(.POST, "/join") { $0.join($1, at: $2) },
        Route(.GET, "/mesh/:mesh/members") { $0.showMembers($1, at: $2) },
        Route(.PATCH, "/mesh/:mesh/member/:member") { $0.changeMember($1, at: $2) },
        Route(.PATCH, "/mesh/:mesh/settings") { $0.changeSettings($1, at: $2) },
        Route(.POST, "/hook/set-status") { $0.setStatus($1, at: $2) },
        Route(.POST, "/hook/:mesh/:webhook") { $0.deliverWebhook($1, at: $2) },
        Route(.GET, "/i/:code") { $0.showInvite($1, at: $2) },
        Route(.GET, "/api/v1/invites/:code") { $0.tellInvite($1, at: $2) },
        Route(.POST, "/api/v1/invites/:code/claim") { $0.claimInvite($1, at: $2) },
        Route(.POST, "/api/v1/founded-meshes") { $0.foundMesh($1, at: $2) },
    ]

    enum Match: Sendable {
        case route(Route, parameters: [String: String])
        /// There is such a path, for these methods.
        case otherMethods([HTTPMethod])
        case none
    }

    /// `HEAD` is served as `GET` is.
    static func match(_ method: HTTPMethod, _ path: String, among routes: [Route] = all) -> Match {
        let wanted = method == .HEAD ? .GET : method
        let segments = segments(of: path)
        var others: [HTTPMethod] = []
        for route in routes {
            guard let parameters = route.parameters(in: segments) else { continue }
            if route.method == wanted { return .route(route, parameters: parameters) }
            others.append(route.method)
        }
        return others.isEmpty ? .none : .otherMethods(others)
    }

    private func parameters(in path: [Substring]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, part) in zip(segments, path) {
            if segment.hasPrefix(":") {
                guard let value = part.removingPercentEncoding, !value.isEmpty else { return nil }
                parameters[String(segment.dropFirst())] = value
            } else if segment != part {
                return nil
            }
        }
        return parameters
    }

    private static func segments(of path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }
}
