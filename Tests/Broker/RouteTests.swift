import NIOHTTP1
import Testing

@testable import Broker

@Suite("Routes")
struct RouteTests {
    static let cases: [(HTTPMethod, String, String)] = [
        (.GET, "/health", "/health"),
        (.HEAD, "/health", "/health"),
        (.GET, "/health/ready", "/health/ready"),
        (.GET, "/health/", "none"),
        (.GET, "//health", "none"),
        (.GET, "/Health", "none"),
        (.GET, "", "none"),
        (.POST, "/health", "405 GET"),
        (.OPTIONS, "/join", "405 POST"),
        (.HEAD, "/join", "405 POST"),
        (.GET, "/mesh/m1/members", "/mesh/:mesh/members mesh=m1"),
        (.GET, "/mesh//members", "none"),
        (.GET, "/mesh/%ff/members", "none"),
        (.GET, "/mesh/a%2Fb/members", "/mesh/:mesh/members mesh=a/b"),
        (.PATCH, "/mesh/m1/member/x", "/mesh/:mesh/member/:member member=x mesh=m1"),
        (.PATCH, "/mesh/m1/member", "none"),
        (.POST, "/hook/set-status", "/hook/set-status"),
        (.POST, "/hook/m1/deploys", "/hook/:mesh/:webhook mesh=m1 webhook=deploys"),
        (.POST, "/hook/m1/a/b", "none"),
    ]

    @Test("a path and a method find their route", arguments: cases)
    func match(method: HTTPMethod, path: String, expected: String) {
        let found =
            switch Route.match(method, path) {
            case .route(let route, let parameters):
                ([route.pattern] + parameters.sorted { $0.key < $1.key }.map { "\($0)=\($1)" })
                    .joined(separator: " ")
            case .otherMethods(let methods):
                "405 " + methods.map(\.rawValue).joined(separator: " ")
            case .none: "none"
            }
        #expect(found == expected)
    }

    @Test("what stands on this machine is local unless it speaks for another")
    func local() {
        func request(_ address: String, _ headers: [(String, String)] = []) -> PageRequest {
            PageRequest(
                id: PageID(number: 1), method: .GET, path: "/", headers: HTTPHeaders(headers),
                remote: RemoteAddress(text: address))
        }
        for address in ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"] {
            #expect(request(address).isLocal)
            for name in ["Forwarded", "X-Forwarded-For", "x-forwarded-proto", "Via", "X-Real-IP"] {
                #expect(!request(address, [(name, "")]).isLocal)
            }
        }
        for address in ["10.0.0.1", "::2", "unknown", "::ffff:10.0.0.1", "1127.0.0.1"] {
            #expect(!request(address).isLocal)
        }
    }

    @Test("each asker has its own bucket, and inventing askers costs no memory")
    func buckets() {
        var table = BucketTable<String>(perMinute: 5)
        for _ in 0..<5 { #expect(table.take("a", at: 0) == true) }
        #expect(table.take("a", at: 0) == false)
        #expect(table.take("b", at: 0) == true)
        // One every twelve seconds.
        #expect(table.take("a", at: 11_999) == false)
        #expect(table.take("a", at: 12_000) == true)
        for number in 0..<100_000 { _ = table.take("n\(number)", at: 13_000) }
        #expect(table.count <= BucketTable<String>.limit)
        #expect(table.take("new", at: 14_000) == false)
        #expect(table.take("new", at: 80_000) == true)
        #expect(table.count == 1)
    }
}
