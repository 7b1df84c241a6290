import Testing

@Suite("Pages over HTTP")
struct PageTests {
    static func head(_ broker: TestBroker, _ path: String, _ headers: [String]) -> String {
        "GET \(path) HTTP/1.1\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    static let upgrade = [
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    @Test("the health page says ok")
    func health() async throws {
        try await TestBroker.run { broker in
            _ = try await broker.join(TestBroker.ada)
            let client = try WireClient(port: broker.port)
            let answer = try await client.exchange(
                Self.head(broker, "/health", ["Host: localhost:\(broker.port)"]), whole: true)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains(#""status":"ok""#) && answer.contains(#""db":"up""#))
            #expect(answer.contains("application/json"))
        }
    }

    @Test(
        "what is not there is not found, also where a WebSocket is asked for",
        arguments: ["/", "/ws?x=1", "/ws/", "/WS", "/nothing"])
    func notFound(path: String) async throws {
        try await TestBroker.run { broker in
            for more in [[], Self.upgrade] {
                let client = try WireClient(port: broker.port)
                let answer = try await client.exchange(
                    Self.head(broker, path, ["Host: 127.0.0.1:\(broker.port)"] + more),
                    whole: true)
                #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
                #expect(answer.hasSuffix("not found"))
            }
        }
    }

    @Test(
        "another host, or another page's origin, is told no",
        arguments: [
            ["Host: evil.example"], ["Host: 127.0.0.1.evil.example:80"], ["Host: "], [],
            ["Host: 127.0.0.1", "Host: evil.example"],
            ["Host: 127.0.0.1", "Origin: https://evil.example"],
            ["Host: 127.0.0.1", "Origin: null"],
        ])
    func forbidden(headers: [String]) async throws {
        try await TestBroker.run { broker in
            for (path, more) in [("/health", []), ("/ws", Self.upgrade)] {
                let client = try WireClient(port: broker.port)
                let answer = try await client.exchange(
                    Self.head(broker, path, headers + more), whole: true)
                #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n") || answer.contains(" 400 "))
            }
        }
    }

    @Test("the names of this machine are accepted", arguments: ["localhost", "127.0.0.1", "[::1]"])
    func accepted(host: String) async throws {
        try await TestBroker.run { broker in
            for name in [host, host + ":\(broker.port)"] {
                let client = try WireClient(port: broker.port)
                let answer = try await client.exchange(
                    Self.head(
                        broker, "/ws", ["Host: \(name)", "Origin: http://\(name)"] + Self.upgrade))
                #expect(answer.hasPrefix("HTTP/1.1 101 "))
            }
        }
    }
}
