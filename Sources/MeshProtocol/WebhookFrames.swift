import Mesh

public struct CreateWebhook: ClientRequest {
    public static let type = "create_webhook"
    public var name: String

    public init(name: String) { self.name = name }
}

public struct DeleteWebhook: ClientRequest {
    public static let type = "delete_webhook"
    public var name: String

    public init(name: String) { self.name = name }
}

public struct ListWebhooks: ClientRequest {
    public static let type = "list_webhooks"

    public init() {}
}

/// The secret is told once, to whom it was made for.
public struct WebhookAnswer: ServerAnswer {
    public static let type = "webhook_ack"
    public var name: String
    public var url: String
    /// 64 hexadecimal digits.
    public var secret: String

    public init(name: String, url: String, secret: String) {
        self.name = name
        self.url = url
        self.secret = secret
    }
}

public struct WebhookList: ServerAnswer {
    public static let type = "webhook_list"

    public struct Entry: Codable, Equatable, Sendable {
        public var name: String
        /// Without its secret.
        public var url: String
        public var active: Bool
        public var createdAt: ISOMoment

        public init(name: String, url: String, createdAt: Moment) {
            self.name = name
            self.url = url
            active = true
            self.createdAt = ISOMoment(createdAt)
        }
    }

    public var webhooks: [Entry]

    public init(webhooks: [Entry]) { self.webhooks = webhooks }
}
