import Foundation
import TestSupport
import Testing

@Suite("What skein broker's flags do")
struct BrokerFlagsTests {
    /// A broker with one mesh, and its owner.
    static func with(
        _ words: [String],
        _ work: (Place, RunningBroker, OldClient.Member) async throws -> Void
    ) async throws {
        try await Place.with { place in
            let data = place.root + "/data"
            let owner = try await place.addMesh("Payments", data: data)
            let broker = try await RunningBroker.start(place, ["--data", data] + words)
            try await work(place, broker, owner)
            try await broker.end()
        }
    }

    /// Its status line.
    static func status(
        _ path: String, _ broker: RunningBroker, method: String = "GET", headers: [String] = [],
        body: String = ""
    ) throws -> String {
        let page = try OldClient.page(
            path, port: broker.port, method: method, headers: headers, body: body)
        return page.components(separatedBy: "\r\n").first ?? ""
    }

    @Test("--sessions-per-mesh bounds the sessions")
    func sessions() async throws {
        try await Self.with(["--sessions-per-mesh", "1"]) { _, broker, owner in
            let first = try OldClient(port: broker.port)
            _ = try first.hello(owner, named: "ana", session: OldMeshTests.seed(1))
            let second = try OldClient(port: broker.port)
            let answer = try second.hello(owner, named: "ana", session: OldMeshTests.seed(2))
            #expect(answer["code"] as? String == "capacity")
            #expect(try second.closeCode() == 1008)
            withExtendedLifetime(first) {}
        }
    }

    @Test("--accounts serves their routes, and without it there are none",
        arguments: [true, false])
    func accounts(isOn: Bool) async throws {
        try await Self.with(isOn ? ["--accounts"] : []) { _, broker, _ in
            for path in ["/signin", "/register", "/.well-known/oauth-authorization-server"] {
                let status = try Self.status(path, broker)
                #expect(status == "HTTP/1.1 " + (isOn ? "200 OK" : "404 Not Found"), "\(path)")
            }
        }
    }

    @Test("--registration closed makes no accounts")
    func registration() async throws {
        try await Self.with(["--accounts", "--registration", "closed"]) { _, broker, _ in
            let statuses = try ["/register", "/signin"].map { try Self.status($0, broker) }
            #expect(statuses == ["HTTP/1.1 403 Forbidden", "HTTP/1.1 200 OK"])
        }
    }

    @Test("--sends-per-minute bounds what a member sends", arguments: [(2, 2), (0, 5)])
    func sends(bound: Int, queued: Int) async throws {
        try await Self.with(["--sends-per-minute", "\(bound)"]) { _, broker, owner in
            let client = try OldClient(port: broker.port)
            _ = try client.hello(owner, named: "ana", session: OldMeshTests.seed(1))
            let key = try #require(client.keys?.member.hex)
            let acks = try (1...5).map { try client.tell(key, "message \($0)") }
            #expect(acks.count { $0["queued"] as? Bool == true } == queued)
            for refused in acks.dropFirst(queued) {
                #expect((refused["error"] as? String)?.hasPrefix("rate_limit: ") == true)
            }
        }
    }

    @Test("--queue-mib bounds what waits in a mesh, and nothing that waits is dropped")
    func queue() async throws {
        try await Self.with(["--queue-mib", "1"]) { _, broker, owner in
            let client = try OldClient(port: broker.port)
            _ = try client.hello(owner, named: "ana", session: OldMeshTests.seed(1))
            let key = try #require(client.keys?.member.hex)
            let text = String(repeating: "x", count: 44_000)
            var kept = 0
            var refusal: String?
            while refusal == nil, kept < 40 {
                refusal = try client.tell(key, text)["error"] as? String
                kept += refusal == nil ? 1 : 0
            }
            #expect(refusal?.hasPrefix("queue_full: ") == true)
            #expect((15...24).contains(kept))
            let other = try OldClient(port: broker.port)
            _ = try other.hello(owner, named: "ana2", session: OldMeshTests.seed(2))
            for _ in 0..<kept { #expect(try other.message().text == text) }
        }
    }

    @Test(
        "--legacy-hooks hears hooks without a token, from this machine alone",
        arguments: [true, false])
    func legacyHooks(isOn: Bool) async throws {
        try await Self.with(isOn ? ["--legacy-hooks"] : []) { _, broker, owner in
            let client = try OldClient(port: broker.port)
            let host = ProcessInfo.processInfo.hostName
            _ = try client.hello(owner, named: "ana", ["hostname": host])
            let body = #"{"cwd":"/tmp","status":"working"}"#
            let hook = { (headers: [String]) in
                try Self.status(
                    "/hook/set-status", broker, method: "POST", headers: headers, body: body)
            }
            #expect(try hook([]).hasPrefix(isOn ? "HTTP/1.1 200" : "HTTP/1.1 401"))
            #expect(
                try hook(["X-Forwarded-For: 198.51.100.1"])
                    .hasPrefix(isOn ? "HTTP/1.1 403" : "HTTP/1.1 401"))
            #expect(try client.key(of: "ana", "status") == (isOn ? "working" : "idle"))
        }
    }

    @Test("--metrics-token-file lets a reader in from beyond this machine")
    func metrics() async throws {
        try await Place.with { place in
            let token = "0123456789abcdef-metrics"
            try place.write(token + "\n", to: "token", mode: 0o600)
            let broker = try await RunningBroker.start(
                place, ["--data", "data", "--metrics-token-file", place.root + "/token"])
            let proxied = "X-Forwarded-For: 198.51.100.1"
            for (headers, status) in [
                ([], "200"), ([proxied], "401"),
                ([proxied, "Authorization: Bearer \(token)"], "200"),
                ([proxied, "Authorization: Bearer \(token)x"], "401"),
            ] {
                let line = try Self.status("/metrics", broker, headers: headers)
                #expect(line.hasPrefix("HTTP/1.1 \(status)"), "\(headers)")
            }
            #expect(!broker.log.joined().contains(token))
            try await broker.end()
        }
    }

    @Test("--public-url is a name it answers to, and the one it gives webhooks")
    func publicURL() async throws {
        let words = ["--public-url", "https://Broker.example/"]
        try await Self.with(words) { _, broker, owner in
            let host = "Host: broker.example"
            #expect(try Self.status("/health", broker, headers: [host]).hasPrefix("HTTP/1.1 200"))
            #expect(
                try Self.status("/health", broker, headers: ["Host: other.example"])
                    .hasPrefix("HTTP/1.1 403"))
            #expect(broker.printed.contains(#""websocket_url":"wss://broker.example/ws""#))
            let client = try OldClient(port: broker.port)
            _ = try client.hello(owner, named: "ana")
            let url = try client.ask("create_webhook", ["name": "deploys"])["url"] as? String
            #expect(url?.hasPrefix("https://broker.example/hook/\(owner.mesh)/") == true)
        }
    }

    @Test("a webhook's URL, as told without --public-url, is where this broker listens")
    func webhook() async throws {
        try await Self.with([]) { _, broker, owner in
            let client = try OldClient(port: broker.port)
            _ = try client.hello(owner, named: "ana")
            let made = try client.ask("create_webhook", ["name": "deploys"])
            let url = try #require((made["url"] as? String).flatMap(URLComponents.init(string:)))
            #expect(url.port == broker.port && url.host == "127.0.0.1")
            let answer = try Self.status(
                url.path, broker, method: "POST", body: #"{"ref":"main"}"#)
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            let push = try client.receive { $0["subtype"] as? String == "webhook" }
            #expect(push["event"] as? String == "deploys")
            #expect((push["eventData"] as? [String: Any])?["ref"] as? String == "main")
        }
    }

    @Test("--tls-cert and --tls-key: https and wss, and what is no pair is refused")
    func tls() async throws {
        try await Place.with { place in
            let made = try await place.shell(
                """
                for n in a b; do openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
                -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
                -keyout $n.key -out $n.pem 2>/dev/null || exit 1; done
                """)
            guard made.status == 0 else { return }
            let crossed = try await place.skein(
                "broker", "--port", "0", "--data", "data", "--tls-cert", "a.pem", "--tls-key",
                "b.key", "--json")
            #expect(crossed.status == 3 && crossed.output.contains("E_BAD_TLS"))
            let broker = try await RunningBroker.start(
                place, ["--data", "data", "--tls-cert", "a.pem", "--tls-key", "a.key"])
            #expect(
                broker.printed.contains(#""websocket_url":"wss://127.0.0.1:\#(broker.port)/ws""#))
            let page = try await place.shell(
                """
                printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n' |
                openssl s_client -quiet -verify_return_error -CAfile a.pem \
                -servername localhost -connect 127.0.0.1:\(broker.port) 2>/dev/null
                """)
            #expect(page.output.hasPrefix("HTTP/1.1 200"), "\(page)")
            try await broker.end()
        }
    }
}
