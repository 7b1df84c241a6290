import Connection
import MeshProtocol
import Synchronization
import TestSupport
import Testing

@testable import Accounts

/// A clock that goes on by being waited for.
final class StillTime: Sendable {
    private let at = Mutex(0.0)

    var time: SignInRun.Time {
        SignInRun.Time(
            now: { [self] in at.withLock { $0 } },
            wait: { [self] seconds in
                try Task.checkCancellation()
                at.withLock { $0 += seconds }
            })
    }

    var now: Double { at.withLock { $0 } }
}

@Suite("A sign-in against a broker that misbehaves")
struct SignInRunTests {
    /// The replies to the looks, one after the other; the last again and again.
    private static func grant(
        _ replies: [FakeWebServer.Reply], lifetime: Int = 600
    ) async throws -> (result: Result<SignInGrant, SkeinError>, looks: Int, seconds: Double) {
        let looks = Mutex(0)
        let time = StillTime()
        let result = Mutex<Result<SignInGrant, SkeinError>?>(nil)
        let url = Mutex("")
        try await FakeWebServer.run({ request in
            switch request.path {
            case "/oauth/device_authorization":
                return .json(200, Samples.codeText(url.withLock { $0 }, lifetime: lifetime))
            case "/oauth/token":
                return looks.withLock { count in
                    count += 1
                    return replies[min(count, replies.count) - 1]
                }
            default: return .json(404, "{}")
            }
        }) { server in
            url.withLock { $0 = server.url }
            let run = SignInRun(
                AccountServer(try WebAddress(url: server.url), by: .plain),
                device: "box", system: "Linux", time: time.time)
            let shown = Mutex<[String]>([])
            let answer: Result<SignInGrant, SkeinError>
            do throws(SkeinError) {
                answer = .success(
                    try await run.grant { code in shown.withLock { $0.append(code.userCode) } })
            } catch {
                answer = .failure(error)
            }
            result.withLock { $0 = answer }
            #expect(shown.withLock { $0 } == ["BCDF-GHJK"])
            let form = try #require(server.requests.first)
            #expect(form.field("client_id") == "skein" && form.field("device_name") == "box")
            #expect(form.field("os") == "Linux")
            #expect(server.requests.dropFirst().allSatisfy { $0.field("device_code") == "dc" })
        }
        let value = try #require(result.withLock { $0 })
        return (value, looks.withLock { $0 }, time.now)
    }

    @Test("gets there through everything that passes")
    func through() async throws {
        let (result, looks, seconds) = try await Self.grant([
            Samples.refusal("authorization_pending"), .hangUp, .json(502, "bad gateway"),
            .page(200, "<!doctype html><title>Hotel</title>"),
            .raw("HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n"),
            .raw("HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"),
            .json(200, String(repeating: "\u{0}", count: 64 << 10)), .json(200, "[]"),
            .json(200, #"{"access_token":"sk_session_wrong","expires_in":1,"account":{}}"#),
            Samples.refusal("slow_down"), Samples.refusal("authorization_pending"),
            .json(200, Samples.grantText),
        ])
        let grant = try result.get()
        #expect(grant.token == Samples.session)
        #expect(grant.seconds == 3600)
        #expect(grant.account.email == "ada@example.org")
        #expect(grant.account.server.hasPrefix("http://127.0.0.1:"))
        #expect(looks == 12)
        #expect(seconds > 60 && seconds < 600)
    }

    @Test(
        "ends with a code of its own",
        arguments: [
            ("access_denied", ErrorCode.signInDenied), ("expired_token", .signInExpired),
            ("invalid_grant", .brokerRefused),
        ])
    func ends(word: String, code: ErrorCode) async throws {
        let (result, looks, _) = try await Self.grant([Samples.refusal(word)])
        #expect(throws: SkeinError.self) { try result.get() }
        guard case .failure(let error) = result else { return }
        #expect(error.code == code)
        #expect(looks == 1)
    }

    @Test("a broker that never answers is given up when the code ends")
    func never() async throws {
        let (result, looks, seconds) = try await Self.grant(
            [.json(503, "{}")], lifetime: 120)
        guard case .failure(let error) = result else {
            Issue.record("it was granted")
            return
        }
        #expect(error.code == .signInExpired)
        #expect(error.message.contains("503"))
        #expect(looks > 4 && looks < 12)
        #expect(seconds <= 120)
    }

    @Test("a task that is cancelled ends it")
    func cancelled() async throws {
        try await FakeWebServer.run({ _ in .silence }) { server in
            let run = SignInRun(
                AccountServer(try WebAddress(url: server.url), by: .plain), device: "box",
                system: "Linux")
            let task = Task { try await run.grant { _ in } }
            task.cancel()
            let error = await #expect(throws: SkeinError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }
}
