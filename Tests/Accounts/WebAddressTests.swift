import Connection
import MeshProtocol
import Testing

@Suite("A server's address")
struct WebAddressTests {
    @Test(
        "is kept without what goes without saying",
        arguments: [
            ("https://broker.example", "https://broker.example"),
            ("https://broker.example/", "https://broker.example"),
            ("HTTPS://Broker.Example:443", "https://broker.example"),
            ("https://broker.example:8443", "https://broker.example:8443"),
            ("https://broker.example/skein/", "https://broker.example/skein"),
            ("https://broker.example/a%20b", "https://broker.example/a%20b"),
            ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
            ("http://127.0.0.1:7900", "http://127.0.0.1:7900"),
            ("http://localhost", "http://localhost"), ("http://[::1]:1", "http://[::1]:1"),
        ])
    func kept(url: String, text: String) throws {
        let address = try WebAddress(url: url)
        #expect(address.description == text)
        #expect(try WebAddress(url: text) == address)
    }

    @Test(
        "is refused where it is none, or not safe",
        arguments: [
            "", "broker.example", "ftp://broker.example", "wss://broker.example", "file:///etc",
            "javascript:alert(1)", "https://", "https:///path", "https://ada@broker.example",
            "https://ada:secret@broker.example", "https://broker.example?x=1",
            "https://broker.example#x", "https://broker.example:0", "https://broker.example:99999",
            "https://broker.example/../x", "https://bröker.example", "https://broker.example\n",
            "https://broker example", "http://broker.example", "http://10.0.0.5:7900",
            "http://127.0.0.1.example", "https://a/" + String(repeating: "x", count: 3000),
        ])
    func refused(url: String) {
        let error = #expect(throws: SkeinError.self) { try WebAddress(url: url) }
        #expect(error?.code == .arguments)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("may be without TLS elsewhere where somebody says so")
    func insecure() throws {
        let address = try WebAddress(url: "http://10.0.0.5:7900", allowsPlain: true)
        #expect(address.description == "http://10.0.0.5:7900")
    }

    @Test(
        "says which pages may be opened",
        arguments: [
            ("https://broker.example/device?code=ABCD-EFGH", true),
            ("https://login.example/device", true),
            ("http://broker.example/device", false), ("https://ada@broker.example/", false),
            ("javascript:alert(1)", false), ("file:///etc/passwd", false), ("", false),
            ("https://broker.example/\u{1b}]0;x", false), ("-https://broker.example", false),
        ])
    func pages(url: String, isFine: Bool) throws {
        #expect(try WebAddress(url: "https://broker.example").mayOpen(url) == isFine)
    }
}
