import Broker
import Testing

@Suite("How a broker is called")
struct BrokerConfigurationTests {
    static let addresses: [(host: String, publicURL: String?, isSecure: Bool, url: String)] = [
        ("127.0.0.1", nil, false, "http://127.0.0.1:7900"),
        ("::1", nil, false, "http://[::1]:7900"),
        ("10.1.2.3", nil, true, "https://10.1.2.3:7900"),
        ("0.0.0.0", nil, false, "http://127.0.0.1:7900"),
        ("::", nil, true, "https://127.0.0.1:7900"),
        ("0.0.0.0", "https://broker.example", false, "https://broker.example"),
    ]

    @Test("by its public URL, else by what it binds", arguments: addresses)
    func url(host: String, publicURL: String?, isSecure: Bool, url: String) {
        var configuration = BrokerConfiguration(
            host: host,
            tls: isSecure ? TLSFiles(certificateChain: "chain.pem", key: "key.pem") : nil)
        configuration.publicURL = publicURL
        #expect(configuration.url(port: 7900) == url)
    }
}
