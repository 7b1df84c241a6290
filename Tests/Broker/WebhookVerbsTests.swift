import Mesh
import MeshProtocol
import Testing

@testable import Broker

@Suite("Webhooks, as members make them")
struct WebhookVerbsTests {
    static let secret = String(repeating: "5e", count: 32)

    @Test("its secret is told once, and no list has it")
    func life() throws {
        var world = try VerbWorld()
        let base = "https://broker.example"
        world.registry.publicURL = base
        let bob = world.join(.bob, skein: false).socket
        let made = WebhookAnswer(
            name: "ci", url: "\(base)/hook/mesh/\(Self.secret)", secret: Self.secret)
        #expect(world.ask(CreateWebhook(name: "ci"), from: bob).answer == .answer(made))
        #expect(world.store.contents.webhooks.values.first?.secret == Self.secret)
        let entry = WebhookList.Entry(
            name: "ci", url: "\(base)/hook/mesh/ci", createdAt: world.now.wall)
        #expect(
            world.ask(ListWebhooks(), from: bob).answer
                == .answer(WebhookList(webhooks: [entry])))
        #expect(world.refusal(CreateWebhook(name: "ci"), from: bob) == "webhook_exists")
        #expect(
            world.ask(DeleteWebhook(name: "ci"), from: bob).answer
                == .answer(WebhookAnswer(name: "ci", url: "", secret: "")))
        #expect(world.refusal(DeleteWebhook(name: "ci"), from: bob) == "not_found")
        #expect(world.refusal(CreateWebhook(name: "ci"), from: bob) == nil)
    }

    @Test("only an admin or its maker takes one away")
    func deleting() throws {
        var world = try VerbWorld()
        let ada = world.join(.ada).socket
        let bob = world.join(.bob).socket
        _ = world.ask(CreateWebhook(name: "a"), from: ada)
        _ = world.ask(CreateWebhook(name: "b"), from: bob)
        #expect(world.refusal(DeleteWebhook(name: "a"), from: bob) == "forbidden")
        #expect(world.refusal(DeleteWebhook(name: "b"), from: ada) == nil)
        #expect(world.store.contents.webhooks.values.map(\.name) == ["a"])
    }

    @Test(
        "names",
        arguments: [
            ("ci", nil), ("a-B_9", nil), (String(repeating: "x", count: 64), nil),
            (String(repeating: "x", count: 65), "invalid_webhook"), ("", "invalid_webhook"),
            ("a/b", "invalid_webhook"), ("a b", "invalid_webhook"), ("é", "invalid_webhook"),
            ("a?", "invalid_webhook"), ("..", "invalid_webhook"),
        ] as [(String, String?)])
    func names(name: String, code: String?) throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        #expect(world.refusal(CreateWebhook(name: name), from: bob) == code)
    }

    @Test("a mesh has a hundred at most")
    func limit() throws {
        var world = try VerbWorld()
        let bob = world.join(.bob).socket
        for number in 0..<100 {
            #expect(world.refusal(CreateWebhook(name: "w\(number)"), from: bob) == nil)
        }
        #expect(world.refusal(CreateWebhook(name: "more"), from: bob) == "limit")
    }
}
