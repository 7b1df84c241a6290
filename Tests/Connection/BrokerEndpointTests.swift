import MeshProtocol
import Testing

@testable import Connection

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

    @Test("behind TLS, with the port of that")
    func tls() throws {
        let endpoint = try BrokerEndpoint(url: "wss://broker.example")
        #expect(endpoint.isSecure && endpoint.port == 443 && endpoint.path == "/ws")
        #expect(endpoint.hostHeader == "broker.example")
        #expect(endpoint.description == "wss://broker.example:443/ws")
        #expect(try BrokerEndpoint(url: endpoint.description) == endpoint)
        #expect(try BrokerEndpoint(url: "wss://[::1]:9").hostHeader == "[::1]:9")
    }

    @Test(
        "plain words to a host of the wide world are known as such",
        arguments: [
            ("ws://broker.example", true), ("ws://8.8.8.8", true), ("ws://[2001:db8::1]", true),
            ("wss://broker.example", false), ("ws://localhost:1", false), ("ws://127.9.9.9", false),
            ("ws://[::1]:1", false), ("ws://10.1.2.3", false), ("ws://172.31.0.1", false),
            ("ws://172.32.0.1", true), ("ws://192.168.1.1", false), ("ws://100.64.0.1", false),
            ("ws://[fd00::1]", false), ("ws://[fe80::1]", false), ("ws://nas.local", false),
            ("ws://broker", false), ("ws://[::ffff:10.0.0.1]", false),
        ])
    func exposed(url: String, isExposed: Bool) throws {
        #expect(try BrokerEndpoint(url: url).isExposed == isExposed)
    }
}
