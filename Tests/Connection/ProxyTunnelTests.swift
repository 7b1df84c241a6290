import MeshProtocol
import Testing

@testable import Connection

@Suite("A proxy's tunnel", .timeLimit(.minutes(1)))
struct ProxyTunnelTests {
    private static func network(
        _ port: Int, trust: BrokerTrust = BrokerTrust(), user: String = ""
    ) -> NetworkSettings {
        NetworkSettings(
            trust: trust,
            proxies: ProxyRule(environment: ["ALL_PROXY": "http://\(user)127.0.0.1:\(port)"]))
    }

    @Test("carries a link to a broker that has a name only the proxy knows")
    func plain() async throws {
        try await TestMesh.run(hosts: ["broker.invalid"]) { mesh in
            try await TestProxy.run { proxy in
                let endpoint = try await BrokerEndpoint(url: "ws://broker.invalid:\(mesh.port)")
                let link = await mesh.link(
                    mesh.hello(mesh.ada), to: endpoint,
                    by: Self.network(proxy.port, user: "ada:secret@"))
                await link.start()
                try await link.firstHello()
                #expect(try await link.listPeers().count == 1)
                #expect(
                    proxy.requests.first == "CONNECT \(endpoint.authority) HTTP/1.1\r\n"
                        + "Host: \(endpoint.authority)\r\n"
                        + "Proxy-Authorization: Basic YWRhOnNlY3JldA==\r\n\r\n")
                await link.stop()
            }
        }
    }

    @Test("carries TLS", .enabled(if: Certificates.openssl != nil))
    func secured() async throws {
        try await Certificates.with { certificates in
            let files = try certificates.valid("a", of: "DNS:broker.invalid")
            try await TestMesh.run(tls: files, hosts: ["broker.invalid"]) { mesh in
                try await TestProxy.run { proxy in
                    let endpoint = try await BrokerEndpoint(
                        url: "wss://broker.invalid:\(mesh.port)")
                    let network = Self.network(
                        proxy.port, trust: BrokerTrust(file: files.certificateChain))
                    let link = await mesh.link(mesh.hello(mesh.ada), to: endpoint, by: network)
                    await link.start()
                    try await link.firstHello()
                    #expect(try await link.listPeers().count == 1)
                    #expect(proxy.requests.count == 1)
                    await link.stop()
                }
            }
        }
    }

    @Test(
        "one that is not given is told",
        arguments: [
            (.says("HTTP/1.1 407 Who\r\n\r\n"), "a name and a password"),
            (.says("HTTP/1.1 403 No\r\n\r\n"), "refused to connect to the broker (403)"),
            (.says("HTTP/1.1 200 Yes\r\n\r\nhello"), "does not answer as one does"),
            (.says("SSH-2.0-x\r\n\r\n"), "does not answer as one does"),
            (.says(String(repeating: "x", count: 20_000)), "answered without an end"),
            (.closes, "closed the connection"),
        ] as [(ScriptedServer.Part, String)])
    func refused(part: ScriptedServer.Part, words: String) async throws {
        try await ScriptedServer.run({ _ in part }) { server in
            let error = await #expect(throws: SkeinError.self) {
                try await BrokerSocket.open(
                    BrokerEndpoint(url: "ws://broker.invalid"),
                    by: Self.network(server.port, user: "ada:secret@"))
            }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("proxy at 127.0.0.1:\(server.port)") == true)
            #expect(error?.message.contains("secret") == false)
        }
    }
}
