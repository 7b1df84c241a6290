import BrokerEngine
import Mesh
import MeshCrypto
import MeshProtocol

extension Registry {
    /// Takes what a program that is no member tells a mesh, by a webhook's name and a signature,
    /// or by its secret in the path, as clients of old do.
    mutating func deliverWebhook(_ request: PageRequest, at now: Instant) {
        let mesh = request.mesh
        guard roster.mesh(mesh).map({ $0.archivedAt == nil }) == true else {
            return refuse(request, .unauthorized, "unauthorized")
        }
        ask {
            try $0.webhooks(of: mesh)
        } then: { registry, result, now in
            switch result {
            case .success(let webhooks):
                registry.deliver(request, by: webhooks, at: now)
            case .failure(let error): registry.refuse(request, error)
            }
        }
    }

    private mutating func deliver(
        _ request: PageRequest, by webhooks: [WebhookRecord], at now: Instant
    ) {
        guard let webhook = Self.caller(of: request, among: webhooks, now: now.wall) else {
            return refuse(request, .unauthorized, "unauthorized")
        }
        guard pages.webhookLimit.take("\(webhook.mesh.rawValue)/\(webhook.name)", at: now.uptime)
        else { return refuse(request, .tooManyRequests, "rate limited") }
        guard let data = JSONValue.parse(request.body), data.isContainer else {
            return refuse(request, .badRequest, "invalid JSON")
        }
        let sockets = (tables[webhook.mesh]?.sessions.values).map { sessions in
            sessions.compactMap { $0.isObserver ? nil : $0.socket }
        }
        let push = PushFrame(
            messageID: ids.message(), mesh: webhook.mesh, senderKey: "webhook:\(webhook.name)",
            priority: .next, createdAt: now.wall, subtype: "webhook", event: webhook.name,
            eventData: data)
        let hearers = (sockets ?? []).sorted()
        send(.push(push), to: hearers)
        answer(request, .json(.ok, ["ok": true, "delivered": .integer(Int64(hearers.count))]))
    }

    /// All of a mesh's webhooks are looked at, so that time tells nothing of which it was.
    private static func caller(
        of request: PageRequest, among webhooks: [WebhookRecord], now: Moment
    ) -> WebhookRecord? {
        let given = request.parameters["webhook"] ?? ""
        if let signature = request.header("x-skein-signature"),
            let timestamp = request.header("x-skein-timestamp")
        {
            return webhooks.first {
                $0.name == given
                    && WebhookSignature.isValid(
                        signature, timestamp: timestamp, body: request.body, secret: $0.secret,
                        now: now)
            }
        }
        guard given.utf8.count == 64, Hex.bytes(given) != nil else { return nil }
        return webhooks.filter { ConstantTime.areEqual($0.secret, given) }.first
    }
}

extension JSONValue {
    fileprivate var isContainer: Bool {
        switch self {
        case .array, .object: true
        default: false
        }
    }
}
