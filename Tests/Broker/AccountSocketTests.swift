import Broker
import BrokerEngine
import Foundation
import Logging
import MemoryStore
import Mesh
import MeshCrypto
import MeshProtocol
import Testing

/// Accounts on a real connection: what the handlers add, and that nobody waits for a password.
@Suite("Accounts over a socket")
struct AccountSocketTests {
    private static func withAccounts() -> BrokerConfiguration {
        var configuration = TestBroker.patient
        var accounts = AccountSettings()
        accounts.passwordCost = .least
        configuration.accounts = accounts
        return configuration
    }

    @Test("a query reaches its page, and a page's headers reach the browser")
    func pages() async throws {
        try await PageSocketTests.run(Self.withAccounts()) { port, _ in
            let answer = try await PageSocketTests.ask(
                port, "GET /signin?lang=es&user_code=BCDF-GHJK")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("BCDF-GHJK") && answer.contains("Iniciar sesión"))
            for header in [
                "content-security-policy: default-src 'none'", "x-frame-options: DENY",
                "cache-control: no-store", "x-content-type-options: nosniff",
                "referrer-policy: same-origin", "set-cookie: skein_visit=",
            ] {
                #expect(answer.contains("\r\n" + header), "\(header)")
            }
        }
    }

    @Test("an account is registered and signed in with, off the loop that serves the rest")
    func registered() async throws {
        try await PageSocketTests.run(Self.withAccounts()) { port, store in
            let origin = "http://localhost:\(port)"
            let type = "Content-Type: application/x-www-form-urlencoded"
            func submit(_ path: String, _ fields: String) async throws -> String {
                let form = try await PageSocketTests.ask(port, "GET \(path)")
                let cookie = try #require(form.firstMatch(of: /skein_visit=([0-9A-Za-z]{32})/)).1
                let seal = try #require(form.firstMatch(of: /name="seal" value="([0-9a-f]{64})"/)).1
                return try await PageSocketTests.ask(
                    port, "POST \(path)", fields + "&seal=\(seal)",
                    [type, "Origin: \(origin)", "Cookie: skein_visit=\(cookie)"])
            }
            let fields = "email=ann%40flock.example&password=correct+horse+battery"
            for path in ["/register", "/signin"] {
                let answer = try await submit(path, fields)
                #expect(answer.hasPrefix("HTTP/1.1 303 See Other\r\n"), "\(path)")
                #expect(answer.contains("\r\nlocation: /account\r\n"))
                #expect(answer.contains("\r\nset-cookie: skein_session="))
            }
            #expect(store.contents.accounts.count == 1)
            let wrong = try await submit("/signin", "email=ann%40flock.example&password=wrong+word")
            #expect(wrong.hasPrefix("HTTP/1.1 403 "))
        }
    }

    @Test("another origin is turned away at the door already")
    func origin() async throws {
        try await PageSocketTests.run(Self.withAccounts()) { port, _ in
            for origin in ["https://evil.example", "null"] {
                let answer = try await PageSocketTests.ask(
                    port, "POST /device", "x", ["Origin: \(origin)"])
                #expect(answer.hasPrefix("HTTP/1.1 403 "))
            }
        }
    }
}
