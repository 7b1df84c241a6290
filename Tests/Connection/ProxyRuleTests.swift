import MeshProtocol
import Testing

@testable import Connection

@Suite("Proxies from the environment")
struct ProxyRuleTests {
    static let far = "wss://broker.example:8443/ws"

    @Test(
        "which variable counts for what",
        arguments: [
            ([:], far, nil),
            (["HTTPS_PROXY": "http://p:3128"], far, "p:3128"),
            (["https_proxy": "http://small:1", "HTTPS_PROXY": "http://big:2"], far, "small:1"),
            (["HTTP_PROXY": "http://p:3128"], far, nil),
            (["HTTP_PROXY": "http://p:3128"], "ws://broker.example", "p:3128"),
            (["HTTPS_PROXY": "http://p:3128"], "ws://broker.example", nil),
            (["ALL_PROXY": "http://p"], far, "p:80"),
            (["all_proxy": "p:8080"], "ws://broker.example", "p:8080"),
            (["https_proxy": "", "ALL_PROXY": "http://p"], far, nil),
            (["HTTPS_PROXY": " http://[::1]:9/ "], far, "[::1]:9"),
        ] as [([String: String], String, String?)])
    func variables(environment: [String: String], url: String, proxy: String?) throws {
        let rule = ProxyRule(environment: environment)
        #expect(try rule.proxy(for: BrokerEndpoint(url: url))?.description == proxy)
    }

    @Test(
        "whom no_proxy spares, and this machine always",
        arguments: [
            ("*", "wss://broker.example", true), ("broker.example", "wss://broker.example", true),
            ("example", "wss://broker.example", true), (".example", "wss://broker.example", true),
            ("*.example", "wss://broker.example", true), (".Example.", "wss://BROKER.example", true),
            ("roker.example", "wss://broker.example", false),
            ("other, broker.example", "wss://broker.example", true),
            ("broker.example:443", "wss://broker.example", true),
            ("broker.example:444", "wss://broker.example", false),
            ("10.0.0.0/8", "wss://10.2.3.4", true), ("10.0.0.0/8", "wss://11.2.3.4", false),
            ("10.0.0.0/99", "wss://10.2.3.4", false), ("fd00::/8", "wss://[fd12::1]", true),
            ("10.2.3.4", "wss://10.2.3.4", true), ("10.2.3.4:443", "wss://10.2.3.4", true),
            ("0.0.0.0/0", "wss://broker.example", false), ("", "wss://broker.example", false),
            ("", "wss://localhost", true), ("", "wss://127.0.0.1", true),
            ("", "wss://[::1]", true), ("", "wss://a.localhost", true),
        ])
    func exceptions(list: String, url: String, isSpared: Bool) throws {
        let rule = ProxyRule(environment: ["ALL_PROXY": "http://p:1", "no_proxy": list])
        #expect(try (rule.proxy(for: BrokerEndpoint(url: url)) == nil) == isSpared)
    }

    @Test("credentials are told to the proxy and to nobody else")
    func credentials() throws {
        let rule = ProxyRule(environment: ["HTTPS_PROXY": "http://ada:s%3Acret@p:3128"])
        let proxy = try #require(try rule.proxy(for: BrokerEndpoint(url: Self.far)))
        #expect(proxy.credentials == "YWRhOnM6Y3JldA==")
        var dumped = ""
        dump(rule, to: &dumped)
        for text in ["\(proxy)", String(reflecting: proxy), "\(rule)", dumped] {
            #expect(!text.contains("cret") && !text.contains("YWRh"))
        }
    }

    @Test(
        "what cannot be used is said in a sentence, without its value",
        arguments: [
            ("socks5://ada:secret@p:1080", "SOCKS"), ("https://ada:secret@p:1", "behind TLS"),
            ("ftp://secret@p", "not the URL"), ("http://secret@p:0", "not the URL"),
            ("http://", "not the URL"),
        ])
    func unusable(value: String, words: String) throws {
        let rule = ProxyRule(environment: ["HTTPS_PROXY": value])
        let error = #expect(throws: SkeinError.self) {
            try rule.proxy(for: BrokerEndpoint(url: Self.far))
        }
        #expect(error?.message.contains(words) == true)
        #expect(error?.message.contains("HTTPS_PROXY") == true)
        #expect(error?.message.contains("secret") == false)
    }
}
