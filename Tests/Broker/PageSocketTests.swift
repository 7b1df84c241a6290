import Broker
import BrokerEngine
import Foundation
import Logging
import MemoryStore
import Mesh
import MeshProtocol
import Testing

/// What the pages do on a real connection.
@Suite("HTTP over a socket")
struct PageSocketTests {
    /// A broker over a store in memory.
    static func run(
        _ configuration: BrokerConfiguration = TestBroker.patient,
        _ work: (_ port: Int, MemoryStore) async throws -> Void
    ) async throws {
        let store = try PageWorld().store
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = BrokerServer(
            configuration: configuration, store: store,
            now: { Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
            logger: logger)
        let port = try await server.start()
        do {
            try await work(port, store)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// A whole request, and everything that came back.
    static func ask(
        _ port: Int, _ line: String, _ body: String = "", _ headers: [String] = []
    ) async throws -> String {
        let client = try WireClient(port: port)
        return try await client.exchange(
            request(port, line, body, headers), whole: true)
    }

    static func request(
        _ port: Int, _ line: String, _ body: String, _ headers: [String]
    ) -> String {
        let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
        let all = ["\(line) HTTP/1.1", "Host: localhost:\(port)"] + length + headers
        return all.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    static func json(_ answer: String) throws -> Json {
        let body = answer.components(separatedBy: "\r\n\r\n").dropFirst().joined()
        return try JSONDecoder().decode(Json.self, from: Data(body.utf8))
    }

    @Test("methods, queries and paths")
    func routing() async throws {
        try await Self.run { port, _ in
            let cases = [
                ("GET /health?x=1", "200", true), ("HEAD /health", "200", false),
                ("GET /health/ready", "200", true), ("POST /health", "405", true),
                ("OPTIONS /join", "405", true), ("PUT /metrics", "405", true),
                ("GET /nothing", "404", true), ("GET /metrics", "200", true),
            ]
            for (line, status, hasBody) in cases {
                let answer = try await Self.ask(port, line)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(line)")
                #expect(answer.hasSuffix("\r\n\r\n") != hasBody, "\(line)")
                #expect(!answer.lowercased().contains("access-control"))
                if status == "405" { #expect(answer.lowercased().contains("\r\nallow: ")) }
            }
            let metrics = try await Self.ask(port, "GET /metrics")
            #expect(metrics.contains("content-type: text/plain; version=0.0.4"))
        }
    }

    @Test("a change from another page's origin is refused before it is looked at")
    func origin() async throws {
        try await Self.run { port, _ in
            let answer = try await Self.ask(
                port, "POST /join", "{}", ["Origin: https://evil.example"])
            #expect(answer.hasPrefix("HTTP/1.1 403 "))
        }
    }

    @Test("a body of 64 KiB is read, one byte more is too large, however it comes")
    func bodies() async throws {
        try await Self.run { port, _ in
            let full = String(repeating: " ", count: 64 << 10)
            let read = try await Self.ask(port, "POST /join", full)
            #expect(try Self.json(read)["error"]?.string == "invalid JSON")
            let chunked =
                "POST /join HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "10001\r\n\(full) \r\n0\r\n\r\n"
            let client = try WireClient(port: port)
            for answer in [
                try await Self.ask(port, "POST /join", full + " "),
                try await client.exchange(chunked, whole: true),
            ] {
                #expect(answer.hasPrefix("HTTP/1.1 413 "))
                #expect(try Self.json(answer)["error"]?.string == "payload too large")
            }
        }
    }

    @Test("who waits for permission to send the body gets it")
    func expectation() async throws {
        try await Self.run { port, _ in
            let client = try WireClient(port: port)
            let head = Self.request(
                port, "POST /join", "", ["Content-Length: 2", "Expect: 100-continue"])
            #expect(try await client.exchange(head).hasPrefix("HTTP/1.1 100 Continue\r\n"))
            #expect(try await client.exchange("{}", whole: true).hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test("one request a connection: a second one is not answered")
    func single() async throws {
        try await Self.run { port, _ in
            let client = try WireClient(port: port)
            let request = Self.request(port, "GET /health", "", [])
            let answer = try await client.exchange(request + request, whole: true)
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
        }
    }

    @Test("a request that never ends is ended")
    func slowSender() async throws {
        try await Self.run(BrokerConfiguration(helloSeconds: 1)) { port, _ in
            let client = try WireClient(port: port)
            let head = Self.request(port, "POST /join", "", ["Content-Length: 10"])
            #expect(try await client.exchange(head + "{", whole: true) == "")
        }
    }

    @Test("an invite, a join and a hello, as clients of old do it")
    func joining() async throws {
        try await Self.run { port, store in
            let invite = JoinTests.Invite(expiresAt: Int64(Date().timeIntervalSince1970) + 600)
            let record = InviteRecord(
                id: "i", mesh: MeshID(rawValue: PageWorld.mesh),
                tokenHash: WireHash.sha256(invite.token), permission: .member, maxUses: 1,
                createdBy: MemberID(rawValue: TestBroker.ada.id),
                createdAt: Moment(milliseconds: 1),
                expiresAt: Moment(milliseconds: invite.expiresAt * 1000))
            try store.performNow { try $0.keepInvite(record) }
            let keys = WireKeys(seed: 77)
            let answer = try await Self.ask(
                port, "POST /join", JoinTests.body(invite, key: keys),
                ["Content-Type: application/json"])
            let id = try #require(try Self.json(answer)["memberId"]?.string)
            let client = try await WireClient.connect(port: port)
            let member = TestBroker.Member(id: id, name: "Zoe", keys: keys)
            client.send(
                WireHello(member, at: Int64(Date().timeIntervalSince1970 * 1000)).json)
            #expect(try await client.frame().type == "hello_ack")
            // Five at once for what is used up.
            try await withThrowingTaskGroup(of: String.self) { group in
                for seed in 80..<85 {
                    let body = JoinTests.body(invite, key: WireKeys(seed: UInt8(seed)))
                    group.addTask { try await Self.ask(port, "POST /join", body) }
                }
                for try await answer in group {
                    #expect(try Self.json(answer)["error"]?.string == "invite_exhausted")
                }
            }
        }
    }

    @Test("a hook's token is in hello_ack, and sets what others see")
    func hook() async throws {
        try await Self.run { port, _ in
            let client = try await WireClient.connect(port: port)
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            client.send(
                WireHello(TestBroker.ada, session: 30, at: now).changed { $0.speaksSkein = true }
                    .json)
            let token = try #require(try await client.frame()["hookToken"]?.string)
            let answer = try await Self.ask(
                port, "POST /hook/set-status", #"{"status":"working","waiting":true}"#,
                ["Authorization: Bearer \(token)"])
            #expect(try Self.json(answer)["ok"] == .bool(true))
            let peers = try await client.listPeers()
            #expect(peers.first?["status"]?.string == "working")
        }
    }
}
