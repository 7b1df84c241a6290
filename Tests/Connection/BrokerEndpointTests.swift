import Connection
import MeshProtocol
import Testing

@Suite("Addresses of brokers")
struct BrokerEndpointTests {
    @Test(
        "a WebSocket URL is read",
        arguments: [
            ("ws://broker.example", "broker.example", 7900, "/ws"),
            ("ws://broker.example:80/", "broker.example", 80, "/ws"),
            ("WS://10.0.0.1:7900/ws", "10.0.0.1", 7900, "/ws"),
            ("ws://[::1]:9/mesh/ws", "::1", 9, "/mesh/ws"),
        ])
    func read(url: String, host: String, port: Int, path: String) throws {
        let endpoint = try BrokerEndpoint(url: url)
        #expect(endpoint.host == host && endpoint.port == port && endpoint.path == path)
        #expect(try BrokerEndpoint(url: endpoint.description) == endpoint)
    }

    @Test(
        "what is none is refused",
        arguments: [
            "", "broker.example", "http://broker.example", "ws://", "ws://user:pw@host/ws",
            "ws://host:0/ws", "ws://host:99999/ws", "ws://host/ws#x", "ws://ho st/ws",
            "ws://" + String(repeating: "x", count: 3000),
        ])
    func refused(url: String) {
        let error = #expect(throws: SkeinError.self) { try BrokerEndpoint(url: url) }
        #expect(error?.code == .arguments)
        #expect(error?.message.contains("pw") == false)
    }

    @Test("TLS is refused in so many words")
    func tls() {
        let error = #expect(throws: SkeinError.self) {
            try BrokerEndpoint(url: "wss://broker.example/ws")
        }
        #expect(error?.message.contains("TLS") == true)
    }
}
