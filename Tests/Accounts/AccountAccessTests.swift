import Connection
import Foundation
import Home
import Mesh
import MeshProtocol
import Synchronization
import TestSupport
import Testing

@testable import Accounts

@Suite("By which token an account is used")
struct AccountAccessTests {
    private static let now = Moment(milliseconds: 1_000_000)

    /// A home in which somebody is signed in at `server`.
    private static func home(
        _ directory: TemporaryDirectory, at server: String, seconds: Int64 = 3600,
        _ token: AccountToken = Samples.session
    ) throws -> Home {
        let home = try Home(root: directory.path + "/home")
        var account = Samples.account
        account.server = server
        try home.changeAccount { _ in
            AccountFile(
                account: account, token: token, issuedAt: now,
                expiresAt: now.advanced(bySeconds: seconds))
        }
        return home
    }

    @Test("what is given comes before the environment, and that before the file")
    func precedence() throws {
        let directory = try TemporaryDirectory()
        let home = try Self.home(directory, at: "https://broker.example")
        func source(
            _ given: AccountToken?, _ environment: [String: String], _ server: String? = nil
        ) throws -> AccountAccess? {
            try AccountAccess.find(
                given: given, server: try server.map { try WebAddress(url: $0) }, home: home,
                environment: environment, network: .plain)
        }
        let said = ["SKEIN_TOKEN": Samples.personal.text]
        let given = try source(Samples.other, said)
        #expect(given?.source == .given && given?.token == Samples.other)
        let variable = try source(nil, said)
        #expect(variable?.source == .environment && variable?.token == Samples.personal)
        let file = try source(nil, ["SKEIN_TOKEN": ""])
        #expect(file?.source == .file && file?.token == Samples.session)
        // The file's token is no other server's.
        #expect(try source(nil, [:], "https://other.example") == nil)
        #expect(try source(nil, said, "https://other.example")?.server.address.host == "other.example")
        #expect(throws: SkeinError.self) { try source(nil, ["SKEIN_TOKEN": "sk_pat_x"]) }
    }

    @Test("a token without a server is asked which")
    func noServer() throws {
        let directory = try TemporaryDirectory()
        let home = try Home(root: directory.path + "/home")
        #expect(throws: AccountAccess.noServer) {
            try AccountAccess.find(
                given: Samples.personal, server: nil, home: home, environment: [:],
                network: .plain)
        }
    }

    private static func asked(
        _ reply: @escaping @Sendable (FakeWebServer.Request) -> FakeWebServer.Reply,
        later: Int64 = 0
    ) async throws -> (error: SkeinError?, kept: AccountFile?, requests: [FakeWebServer.Request]) {
        let directory = try TemporaryDirectory()
        let outcome = Mutex<(SkeinError?, AccountFile?, [FakeWebServer.Request])>((nil, nil, []))
        try await FakeWebServer.run(reply) { server in
            let home = try home(directory, at: server.url)
            let access = try #require(
                try AccountAccess.find(
                    given: nil, server: nil, home: home, environment: [:], network: .plain))
            var met: SkeinError?
            do throws(SkeinError) {
                _ = try await access.ask(now: now.advanced(bySeconds: later)) {
                    (server, token) async throws(AccountFault) in try await server.meshes(token)
                }
            } catch {
                met = error
            }
            let (error, kept) = (met, try home.signedIn())
            outcome.withLock { $0 = (error, kept, server.requests) }
        }
        return outcome.withLock { $0 }
    }

    @Test(
        "what is kept goes only where the server says so",
        arguments: [
            (FakeWebServer.Reply.json(401, "{}"), false, ErrorCode.sessionExpired),
            (.json(403, "{}"), false, .sessionExpired),
            (.json(500, "{}"), true, .brokerUnreachable), (.hangUp, true, .brokerUnreachable),
            (.page(200, "<html>"), true, .captivePortal),
            (.page(401, "<html>"), true, .captivePortal), (.json(404, "{}"), true, .notThere),
            (.json(200, "what"), true, .brokerUnreachable), (.json(429, ""), true, .rateLimited),
        ])
    func cleared(reply: FakeWebServer.Reply, isKept: Bool, code: ErrorCode) async throws {
        let (error, kept, _) = try await Self.asked { _ in reply }
        #expect(error?.code == code)
        #expect((kept != nil) == isKept)
    }

    @Test("a 403 about one question is not the end of the sign-in")
    func forbidden() async throws {
        let (error, kept, _) = try await Self.asked { request in
            request.path == "/api/v1/account"
                ? .json(200, Samples.accountText) : .json(403, #"{"error":"forbidden"}"#)
        }
        #expect(error?.code == .forbidden)
        #expect(kept != nil)
    }

    @Test("half-way through its life a token is replaced, and the question asked with the new one")
    func refresh() async throws {
        let reply: @Sendable (FakeWebServer.Request) -> FakeWebServer.Reply = { request in
            request.path == "/api/v1/session/refresh"
                ? .json(200, #"{"access_token":"\#(Samples.other.text)","expires_in":7200}"#)
                : .json(200, #"{"meshes":[]}"#)
        }
        let young = try await Self.asked(reply, later: 1700)
        #expect(young.requests.map(\.path) == ["/api/v1/meshes"])
        let old = try await Self.asked(reply, later: 1900)
        #expect(old.requests.map(\.path) == ["/api/v1/session/refresh", "/api/v1/meshes"])
        #expect(old.requests.last?.headers["authorization"] == "Bearer " + Samples.other.text)
        #expect(old.kept?.token == Samples.other)
        #expect(old.kept?.expiresAt == Self.now.advanced(bySeconds: 1900 + 7200))
    }

    @Test("a token that cannot be replaced now is used as it is")
    func noRefresh() async throws {
        let (error, kept, requests) = try await Self.asked(
            { request in
                request.path == "/api/v1/session/refresh"
                    ? .json(503, "{}") : .json(200, #"{"meshes":[]}"#)
            }, later: 3000)
        #expect(error == nil)
        #expect(kept?.token == Samples.session)
        #expect(requests.last?.headers["authorization"] == "Bearer " + Samples.session.text)
    }

    @Test("a grant that cannot be kept is given back")
    func fullDisk() async throws {
        let directory = try TemporaryDirectory()
        try Data().write(to: URL(fileURLWithPath: directory.path + "/home"))
        let home = try Home(root: directory.path + "/home")
        try await FakeWebServer.run({ _ in .json(200, "{}") }) { server in
            let account = AccountServer(try WebAddress(url: server.url), by: .plain)
            await #expect(throws: SkeinError.self) {
                try await AccountAccess.keep(Samples.grant, from: account, in: home, now: Self.now)
            }
            #expect(server.requests.map(\.path) == ["/oauth/revoke"])
            #expect(server.requests.first?.field("token") == Samples.session.text)
        }
    }
}
