import Broker
import Mesh
import MeshProtocol
import Testing

@testable import Connection

@Suite(
    "A link by TLS", .enabled(if: Certificates.openssl != nil), .timeLimit(.minutes(1)))
struct TLSLinkTests {
    private static func trusting(_ files: TLSFiles) -> NetworkSettings {
        NetworkSettings(trust: BrokerTrust(environment: ["SSL_CERT_FILE": files.certificateChain]))
    }

    @Test("is one as any other, and says goodbye at once")
    func live() async throws {
        try await Certificates.with { certificates in
            let files = try certificates.valid("a", of: "DNS:localhost,IP:127.0.0.1")
            try await TestMesh.run(tls: files) { mesh in
                let port = await mesh.port
                // An address is compared with the certificate's addresses.
                for host in ["localhost", "127.0.0.1"] {
                    let endpoint = try BrokerEndpoint(url: "wss://\(host):\(port)")
                    let link = await mesh.link(
                        mesh.hello(mesh.ada), to: endpoint, by: Self.trusting(files))
                    await link.start()
                    try await link.firstHello()
                    #expect(try await link.listPeers().count == 1)
                    await link.proveItself()
                    #expect(try await link.listPeers().count == 1)
                    let before = ContinuousClock.now
                    await link.stop()
                    // The other side's last word is not waited for without end.
                    #expect(before.duration(to: .now) < .seconds(2))
                }
            }
        }
    }

    @Test("a certificate that is not to be trusted ends it, in so many words")
    func distrust() async throws {
        try await Certificates.with { certificates in
            let files = try certificates.valid("a")
            let other = try certificates.valid("b")
            let old = try certificates.expired("c")
            try await TestMesh.run(tls: files) { mesh in
                let port = await mesh.port
                for (host, trust, words) in [
                    ("localhost", other, "signed by nobody this machine trusts"),
                    ("127.0.0.1", files, "another host's"),
                ] {
                    let endpoint = try BrokerEndpoint(url: "wss://\(host):\(port)")
                    let error = await #expect(throws: SkeinError.self) {
                        try await BrokerSocket.open(endpoint, by: Self.trusting(trust))
                    }
                    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
                }
                let plain = await #expect(throws: SkeinError.self) {
                    try await BrokerSocket.open(.loopback(port: port))
                }
                #expect(plain?.code == .brokerUnreachable)
                let missing = NetworkSettings(trust: BrokerTrust(file: "/nowhere.pem"))
                let unread = await #expect(throws: SkeinError.self) {
                    try await BrokerSocket.open(
                        BrokerEndpoint(url: "wss://localhost:\(port)"), by: missing)
                }
                #expect(unread?.message.contains("/nowhere.pem") == true)
            }
            try await TestMesh.run(tls: old) { mesh in
                let endpoint = try await BrokerEndpoint(url: "wss://localhost:\(mesh.port)")
                let error = await #expect(throws: SkeinError.self) {
                    try await BrokerSocket.open(endpoint, by: Self.trusting(old))
                }
                #expect(error?.message.contains("has expired") == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test("a broker that speaks plainly is named as such")
    func plainBroker() async throws {
        try await TestMesh.run { mesh in
            let endpoint = try await BrokerEndpoint(url: "wss://localhost:\(mesh.port)")
            let error = await #expect(throws: SkeinError.self) {
                try await BrokerSocket.open(endpoint)
            }
            #expect(error?.message.contains("TLS") == true, "\(error?.message ?? "")")
        }
    }
}
