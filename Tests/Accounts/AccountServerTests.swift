import Connection
import Mesh
import MeshProtocol
import TestSupport
import Testing

@testable import Accounts

@Suite("What a broker answers of accounts")
struct AccountServerTests {
    private static func server(_ answer: WebAnswer) throws -> AccountServer {
        AccountServer(try Samples.server) { (_, _) async throws(WebCall.Failure) in answer }
    }

    private static func json(_ text: String, status: Int = 200) -> WebAnswer {
        WebAnswer(status: status, type: "application/json", body: Array(text.utf8))
    }

    @Test("the account, its tokens and its meshes are read")
    func read() async throws {
        let (account, row) = try await Self.server(Self.json(Samples.accountText))
            .account(Samples.session)
        #expect(account == Samples.account)
        #expect(row.kind == "session" && row.name == "box" && row.expiresAt == nil)
        #expect(row.lastUsedAt == Moment(milliseconds: 2))
        let meshes = try await Self.server(
            Self.json(
                """
                {"meshes":[{"id":"m1","name":"Payments","slug":"payments","permission":"admin",\
                "members":4,"broker_url":"wss://broker.example/ws","is_owner":true,\
                "archived":false,"created_at":1}]}
                """)
        ).meshes(Samples.session)
        #expect(meshes.map(\.slug) == ["payments"])
        #expect(meshes.first?.permission == .admin && meshes.first?.isOwner == true)
    }

    @Test(
        "what is no answer is not believed",
        arguments: [
            "", "null", "[]", "{}", "{\"meshes\":{}}", "{\"meshes\":[1]}", "{\"meshes\":[{}]}",
            #"{"meshes":[{"id":"m","name":"n","slug":"s","permission":"x","broker_url":"javascript:1"}]}"#,
            #"{"meshes":[{"id":"m","name":"a\u001bb","slug":"s","permission":"member","broker_url":"wss://b"}]}"#,
            String(repeating: "[", count: 60_000),
        ])
    func garbled(text: String) async throws {
        let error = await #expect(throws: AccountFault.self) {
            try await Self.server(Self.json(text)).meshes(Samples.session)
        }
        guard case .garbled? = error else {
            Issue.record("\(error as Any)")
            return
        }
    }

    @Test(
        "a code with a page that must not be opened is none",
        arguments: [
            "http://broker.example", "javascript:alert(1);", "https://ada@broker.example",
            "file:///etc",
        ])
    func page(url: String) async throws {
        await #expect(throws: AccountFault.garbled("the page it names is none to open")) {
            try await Self.server(Self.json(Samples.codeText(url))).deviceCode(
                device: "x", system: "y")
        }
    }

    @Test("each kind of failure is its own")
    func faults() async throws {
        let cases: [(WebAnswer, AccountFault, ErrorCode)] = [
            (WebAnswer(status: 200, type: "text/html", body: []), .portal, .captivePortal),
            (WebAnswer(status: 200, type: "", body: Array(" <html>".utf8)), .portal, .captivePortal),
            (WebAnswer(status: 511, type: "", body: []), .portal, .captivePortal),
            (WebAnswer(status: 307, type: "", body: []), .portal, .captivePortal),
            (
                WebAnswer(status: 429, type: "", retryAfter: 9, body: []),
                .limited(retryAfter: 9), .rateLimited
            ),
            (Self.json("{}", status: 500), .failing(status: 500), .brokerUnreachable),
            (
                Self.json("{}", status: 401),
                .refused(status: 401, code: "http_401", message: ""), .sessionExpired
            ),
            (
                Self.json(#"{"error":"forbidden","message":"no"}"#, status: 403),
                .refused(status: 403, code: "forbidden", message: "no"), .forbidden
            ),
            (
                Self.json("", status: 404),
                .refused(status: 404, code: "http_404", message: ""), .notThere
            ),
        ]
        for (answer, fault, code) in cases {
            let met = await #expect(throws: AccountFault.self) {
                try await Self.server(answer).meshes(Samples.session)
            }
            #expect(met == fault)
            #expect(met?.told(try Samples.server).code == code)
        }
    }
}
