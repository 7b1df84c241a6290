import BrokerEngine
import Mesh
import MeshProtocol

extension CreateWebhook: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        guard Webhooks.isName(name) else {
            return registry.refuse(
                asker,
                Refusal(
                    "invalid_webhook",
                    "a webhook's name has 1 to \(FrameLimits.webhookName) letters, digits, - and _"))
        }
        let mesh = asker.session.mesh
        let webhook = WebhookRecord(
            name: name, mesh: mesh, secret: registry.ids.secret(), createdBy: asker.member.id,
            createdAt: now.wall)
        registry.change(for: asker) { transaction -> Result<Void, Refusal> in
            let webhooks = try transaction.webhooks(of: mesh)
            guard !webhooks.contains(where: { $0.name == webhook.name }) else {
                return .failure(Refusal("webhook_exists", "the mesh has a webhook of that name"))
            }
            guard webhooks.count < FrameLimits.webhooks else {
                return .failure(.limit("the mesh has \(FrameLimits.webhooks) webhooks already"))
            }
            try transaction.keepWebhook(webhook)
            return .success(())
        } then: { registry, _, _ in
            // As clients of old hand it on: told this once, to who asked for it.
            let url = registry.webhookURL(mesh, webhook.secret)
            registry.reply(
                WebhookAnswer(name: webhook.name, url: url, secret: webhook.secret), to: asker)
        }
    }
}

extension ListWebhooks: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let mesh = asker.session.mesh
        registry.ask(for: asker) {
            try $0.webhooks(of: mesh)
        } then: { registry, webhooks, _ in
            let list = WebhookList(
                webhooks: webhooks.map {
                    WebhookList.Entry(
                        name: $0.name, url: registry.webhookURL(mesh, $0.name),
                        createdAt: $0.createdAt)
                })
            registry.reply(list, to: asker)
        }
    }
}

extension DeleteWebhook: BrokerVerb {
    func perform(on registry: inout Registry, for asker: Asker, at now: Instant) {
        let name = name
        let mesh = asker.session.mesh
        registry.change(for: asker) { transaction -> Result<Void, Refusal> in
            let webhook = try transaction.webhooks(of: mesh).first { $0.name == name }
            guard let webhook else { return .failure(.notFound("no webhook has that name")) }
            guard asker.member.permission == .admin || webhook.createdBy == asker.member.id else {
                return .failure(.forbidden("only an admin or who made it may take it away"))
            }
            _ = try transaction.removeWebhook(name, of: mesh)
            return .success(())
        } then: { registry, _, _ in
            registry.reply(WebhookAnswer(name: name, url: "", secret: ""), to: asker)
        }
    }
}

enum Webhooks {
    /// Letters and digits of ASCII, `-` and `_`: it stands in a URL as it is.
    static func isName(_ name: String) -> Bool {
        (1...FrameLimits.webhookName).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }
}

extension Registry {
    /// `last` is the webhook's name, or, in the form of old, its secret.
    func webhookURL(_ mesh: MeshID, _ last: String) -> String {
        "\(publicURL)/hook/\(mesh.rawValue)/\(last)"
    }
}
