import BrokerEngine
import CSodium
import Foundation
import Mesh
import Testing

@testable import Broker

@Suite("Webhooks in")
struct WebhookPageTests {
    static let secret = String(repeating: "5e", count: 32)

    static func world() throws -> PageWorld {
        let world = try PageWorld()
        try world.store.performNow { transaction in
            for (name, secret, mesh) in [
                ("deploys", secret, PageWorld.mesh),
                ("other", String(repeating: "0f", count: 32), PageWorld.mesh),
                ("foreign", String(repeating: "aa", count: 32), "elsewhere"),
            ] {
                try transaction.keepWebhook(
                    WebhookRecord(
                        name: name, mesh: MeshID(rawValue: mesh), secret: secret,
                        createdBy: MemberID(rawValue: "a"), createdAt: Moment(milliseconds: 1)))
            }
        }
        return world
    }

    /// HMAC-SHA-256 by its definition (RFC 2104), over libsodium's hash.
    static func hmac(_ text: String, key: String) -> String {
        var block = Array(key.utf8)
        block += [UInt8](repeating: 0, count: 64 - block.count)
        func hash(_ bytes: [UInt8]) -> [UInt8] {
            var digest = [UInt8](repeating: 0, count: 32)
            _ = crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
            return digest
        }
        let inner = hash(block.map { $0 ^ 0x36 } + Array(text.utf8))
        return hash(block.map { $0 ^ 0x5c } + inner).map { String(format: "%02x", $0) }.joined()
    }

    static func headers(
        _ world: PageWorld, _ body: String, skew: Int64 = 0, secret: String = secret
    ) -> [(String, String)] {
        let time = String(world.now.wall.milliseconds / 1000 + skew)
        return [
            ("X-Skein-Timestamp", time),
            ("X-Skein-Signature", "sha256=" + hmac("\(time).\(body)", key: secret)),
        ]
    }

    static let path = "/hook/\(PageWorld.mesh)/deploys"

    /// By Python's hmac, with the 64 characters c8 c9 … e7 for a secret.
    @Test("a signature is that of other implementations", arguments: [-301, -300, 0, 300, 301])
    func vector(skew: Int64) {
        let signature = "sha256=a7ebdc1dd17d46392e09d23bf22d864f4f9055753faf00a3a3f5c68a63af6cfa"
        let isValid = WebhookSignature.isValid(
            signature, timestamp: "1776000000", body: Array(#"{"ref":"main","wer":"Zoë"}"#.utf8),
            secret: (200..<232).map { String($0, radix: 16) }.joined(),
            now: Moment(milliseconds: (1_776_000_000 + skew) * 1000))
        #expect(isValid == (abs(skew) <= 300))
    }

    @Test("a signed body reaches every connected peer, and nobody else")
    func delivered() throws {
        var world = try Self.world()
        let sockets = [
            world.join(TestBroker.ada, session: 20).socket,
            world.join(TestBroker.bob, session: 21) { $0.speaksSkein = true }.socket,
        ]
        let observer = world.join(TestBroker.bob, session: 22) {
            $0.speaksSkein = true
            $0.isObserver = true
        }.socket
        world.effects = []
        let body = #"{"ref":"main","ok":[true,1.5,null]}"#
        let answer = world.ask(.POST, Self.path, body, headers: Self.headers(world, body))
        #expect(answer.status == 200)
        #expect(answer.json == .object(["ok": .bool(true), "delivered": .number(2)]))
        for socket in sockets {
            let push = try #require(world.frames(to: socket).first)
            #expect(push.type == "push" && push["subtype"]?.string == "webhook")
            #expect(push["event"]?.string == "deploys" && push["priority"]?.string == "next")
            #expect(push["senderPubkey"]?.string == "webhook:deploys")
            #expect(push["eventData"]?["ref"]?.string == "main")
            #expect(push["meshId"]?.string == PageWorld.mesh)
            #expect(push["nonce"]?.string == "" && push["ciphertext"]?.string == "")
        }
        #expect(world.frames(to: observer).isEmpty)
    }

    @Test("a wrong signature, time, name or secret is nobody's")
    func unauthorized() throws {
        var world = try Self.world()
        let body = "{}"
        let good = Self.headers(world, body)
        let bad: [(String, [(String, String)])] = [
            (Self.path, []),
            (Self.path, [good[0]]),
            (Self.path, [good[1]]),
            (Self.path, Self.headers(world, "[]")),
            (Self.path, Self.headers(world, body, skew: 301)),
            (Self.path, Self.headers(world, body, skew: -301)),
            (Self.path, Self.headers(world, body, secret: String(repeating: "0f", count: 32))),
            (Self.path, [("X-Skein-Timestamp", "now"), good[1]]),
            (Self.path, [good[0], ("X-Skein-Signature", "sha256=")]),
            (Self.path, [good[0], good[1], good[1]]),
            ("/hook/\(PageWorld.mesh)/nothing", good),
            ("/hook/elsewhere/foreign", good),
            ("/hook/\(PageWorld.mesh)/\(String(repeating: "aa", count: 32))", []),
            ("/hook/\(PageWorld.mesh)/\(String(repeating: "zz", count: 32))", []),
        ]
        for (path, headers) in bad {
            let answer = world.ask(.POST, path, body, headers: headers)
            #expect(answer.status == 401, "\(path) \(headers)")
            #expect(answer.json["error"]?.string == "unauthorized")
        }
        for skew in [Int64(300), -300] {
            let headers = Self.headers(world, body, skew: skew)
            #expect(world.ask(.POST, Self.path, body, headers: headers).status == 200)
        }
    }

    @Test("the secret in the path, as clients of old send it")
    func secretInPath() throws {
        var world = try Self.world()
        let path = "/hook/\(PageWorld.mesh)/\(Self.secret)"
        #expect(world.ask(.POST, path, "[1]").json["delivered"]?.int == 0)
    }

    @Test(
        "a body is an object or a list",
        arguments: ["", "1", "\"x\"", "null", "{", "{}{}", "\u{0}"])
    func invalid(body: String) throws {
        var world = try Self.world()
        let answer = world.ask(.POST, Self.path, body, headers: Self.headers(world, body))
        #expect(answer.status == 400 && answer.json["error"]?.string == "invalid JSON")
    }

    @Test("thirty a minute for each webhook")
    func limited() throws {
        var world = try Self.world()
        let path = "/hook/\(PageWorld.mesh)/\(Self.secret)"
        for _ in 0..<30 { #expect(world.ask(.POST, path, "{}").status == 200) }
        #expect(world.ask(.POST, path, "{}").status == 429)
        let other = "/hook/\(PageWorld.mesh)/\(String(repeating: "0f", count: 32))"
        #expect(world.ask(.POST, other, "{}").status == 200)
    }
}
