import Mesh
import Testing

@testable import Broker

@Suite("Guessing codes")
struct CodeGuessingTests {
    /// Distinct codes, none of which is `besides`.
    static func codes(_ count: Int, besides: String) -> [String] {
        (0..<count).map { number in
            var (rest, text) = (number, "")
            for _ in 0..<UserCode.length {
                text.append(UserCode.letters[rest % 20])
                rest /= 20
            }
            return text
        }.filter { $0 != besides.filter { $0 != "-" } }
    }

    @Test("ten thousand wrong codes get nowhere: hardly one of them is looked up")
    func guessing() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let asked = world.authorize()
        var lookedUp = 0
        for (index, code) in Self.codes(10_000, besides: asked.user).enumerated() {
            // From another address each time: the account is counted too.
            browser.address = "198.51.\(index / 250).\(index % 250)"
            let answer = world.open("/device?user_code=\(code)", &browser)
            if answer.status != 429 { lookedUp += 1 }
            #expect(answer.status == 404 || answer.status == 429)
            if index.isMultiple(of: 100) { world.pages.pass(seconds: 1) }
        }
        // A hundred seconds: the burst, and one in six seconds.
        #expect((10...27).contains(lookedUp))
        #expect(world.contents.grants.values.map(\.state) == [.pending])
    }

    @Test("many accounts from one address get no more")
    func manyAccounts() throws {
        var world = try AccountWorld()
        var browsers: [AccountWorld.Browser] = []
        for index in 0..<4 {
            var browser = world.register("a\(index)@flock.example", from: "192.0.2.\(index + 10)")
            browser.address = "203.0.113.5"
            browsers.append(browser)
        }
        let statuses = (0..<40).map { number in
            world.open("/device?user_code=BBBB-BBB\(UserCode.letters[number % 20])",
                &browsers[number % 4]).status
        }
        #expect(statuses.filter { $0 == 404 }.count == 10)
        #expect(statuses.filter { $0 == 429 }.count == 30)
    }

    @Test("approving by a guess counts as well")
    func approving() throws {
        var world = try AccountWorld()
        var browser = world.register()
        let seal = world.open("/account", &browser).seal
        let statuses = Self.codes(30, besides: world.authorize().user).map { code in
            world.submit(
                "/device", [("user_code", code), ("decision", "approve")], seal: seal, &browser
            ).status
        }
        #expect(statuses.filter { $0 == 409 }.count == 10)
        #expect(statuses.filter { $0 == 429 }.count == statuses.count - 10)
    }

    @Test("whoever has a network of IPv6 is one asker", arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "20:1:d:b8:0:1:0:2/64"),
        ("2001:db8:1:2::9", "20:1:d:b8:0:1:0:2/64"),
        ("2001:db8:1:3::9", "20:1:d:b8:0:1:0:3/64"),
        ("unknown", "unknown"),
    ])
    func networks(address: String, network: String) {
        #expect(RemoteAddress(text: address).network == network)
    }

    @Test("a proxy of this machine says for whom it asks, and nobody else does")
    func senders() {
        func sender(_ remote: String, _ chain: String...) -> String {
            var request = PageRequest(
                id: PageID(number: 1), method: .GET, path: "/", remote: RemoteAddress(text: remote))
            for value in chain { request.headers.add(name: "X-Forwarded-For", value: value) }
            return request.sender.text
        }
        #expect(sender("127.0.0.1") == "127.0.0.1")
        #expect(sender("127.0.0.1", "192.0.2.1") == "192.0.2.1")
        #expect(sender("127.0.0.1", "10.9.9.9, 192.0.2.1") == "192.0.2.1")
        #expect(sender("127.0.0.1", "10.9.9.9", "2001:db8::1") == "2001:db8::1")
        #expect(sender("127.0.0.1", "<script>") == "127.0.0.1")
        #expect(sender("192.0.2.9", "192.0.2.1") == "192.0.2.9")
    }
}
