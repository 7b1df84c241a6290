import Mesh
import MeshProtocol
import Testing

@Suite("Links to invites")
struct InviteLinkTests {
    static let code = "ABCDE12345"

    static let links: [(String, String)] = [
        ("https://broker.example/i/ABCDE12345", "https://broker.example"),
        ("  https://Broker.Example/i/abcde-12345\n", "https://broker.example"),
        ("https://broker.example:8443/es/i/ABCDE12345?x=1#y", "https://broker.example:8443"),
        ("http://127.0.0.1:7900/i/ABCDE12345", "http://127.0.0.1:7900"),
        ("http://[::1]:7900/i/ABCDE12345", "http://[::1]:7900"),
        ("http://10.0.0.5:7900/i/ABCDE12345", "http://10.0.0.5:7900"),
        ("broker.example/i/ABCDE12345", "https://broker.example"),
        ("localhost:7900/i/ABCDE12345", "http://localhost:7900"),
        ("skein://broker.example/i/ABCDE12345", "https://broker.example"),
        ("skein://127.0.0.1:7900/i/ABCDE12345", "http://127.0.0.1:7900"),
    ]

    @Test("a link says where its code is known", arguments: links)
    func link(text: String, site: String) throws {
        guard case .code(let code, let found) = try InviteLink(text) else {
            Issue.record("no code")
            return
        }
        #expect(code == Self.code && found.description == site)
    }

    @Test("a code comes alone, too", arguments: ["ABCDE12345", "abcde 12345", "skein://i/ABCDE12345"])
    func bare(text: String) throws {
        #expect(try InviteLink(text) == .bareCode(Self.code))
    }

    @Test("a v1 token comes alone and in links")
    func token() throws {
        let text = InviteTokenTests.token
        let token = try InviteTokenTests.make()
        for link in [
            text, "ic://join/\(text)", "skein://join/\(text)", "https://x.example/join/\(text)",
            "https://x.example/es/join/\(text)",
        ] {
            #expect(try InviteLink(link) == .token(token), "\(link.prefix(30))")
        }
    }

    static let refused = [
        "", "   ", "hello", "payments", "ABCDE1234", "https://broker.example/",
        "https://broker.example/i/", "https://broker.example/i/ABCDE1234",
        "https://broker.example/x/ABCDE12345", "https://broker.example/a/b/i/ABCDE12345",
        "https://user@broker.example/i/ABCDE12345", "https://u:p@broker.example/i/ABCDE12345",
        "ftp://broker.example/i/ABCDE12345", "file:///i/ABCDE12345",
        "javascript://broker.example/i/ABCDE12345", "https:///i/ABCDE12345",
        "https://broker.example:0/i/ABCDE12345", "https://broker.example:70000/i/ABCDE12345",
        "https://bro ker.example/i/ABCDE12345", "https://broker.example/join/garbage",
        "ic://broker.example/i/ABCDE12345", "skein://i/", "/i/ABCDE12345",
        "https://\u{1B}[31m/i/ABCDE12345", "https://broker.example/i/" + String(repeating: "A", count: 9000),
    ]

    @Test("anything else is told to be none", arguments: refused)
    func refusal(text: String) {
        #expect {
            _ = try InviteLink(text)
        } throws: { error in
            (error as? SkeinError)?.code == .inviteMalformed
        }
    }

    @Test("a dump shows neither a code nor a token")
    func hidden() throws {
        for text in ["https://broker.example/i/ABCDE12345", InviteTokenTests.token] {
            var shown = ""
            dump(try InviteLink(text), to: &shown)
            #expect(!shown.contains(Self.code) && !shown.contains("root"))
        }
    }

    @Test("only what has a scheme of an invite stands for a verb")
    func verbs() {
        let links = ["https://x/i/A", "HTTP://x", "skein://i/A", "ic://join/x"]
        #expect(links.allSatisfy(InviteLink.isLink))
        let words = ["join", "ABCDE12345", "ftp://x", "--json", "x.example/i/ABCDE12345"]
        #expect(!words.contains(where: InviteLink.isLink))
    }

    static let sites: [(String, String, Bool)] = [
        ("ws://127.0.0.1:7900/ws", "http://127.0.0.1:7900", true),
        ("ws://broker.example/ws", "http://broker.example:7900", true),
        ("ws://broker.example:80/ws", "http://broker.example", true),
        ("wss://broker.example/ws", "https://broker.example", true),
        ("ws://localhost:7900/ws", "http://127.0.0.1:7900", true),
        ("ws://localhost:7900/ws", "http://127.0.0.1:7901", false),
        ("ws://broker.example:443/ws", "https://broker.example", false),
        ("ws://127.evil.example:7900/ws", "http://127.0.0.1:7900", false),
    ]

    @Test("a broker's WebSocket and its pages are one place", arguments: sites)
    func site(socket: String, page: String, isSame: Bool) throws {
        let (socket, page) = (
            try #require(BrokerSite(url: socket)), try #require(BrokerSite(url: page))
        )
        #expect(socket.isSame(as: page) == isSame)
        #expect(BrokerSite(url: socket.webSocketURL) == socket)
        #expect(BrokerSite(url: page.description) == page)
    }
}
