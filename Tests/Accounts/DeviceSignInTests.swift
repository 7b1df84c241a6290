import Connection
import MeshProtocol
import Testing

@testable import Accounts

@Suite("The sign-in of a device")
struct DeviceSignInTests {
    private static func refused(_ code: String) -> DeviceSignIn.Event {
        .fault(.refused(status: 400, code: code, message: ""))
    }

    @Test("asks for a code, waits, asks, and ends with the grant")
    func straight() throws {
        var signIn = DeviceSignIn(try Samples.server)
        #expect(signIn.secondsLeft(at: 0) == nil)
        #expect(signIn.take(.code(Samples.code), at: 10) == .wait(seconds: 5))
        #expect(signIn.secondsLeft(at: 10) == 600)
        #expect(signIn.secondsLeft(at: 12.5) == 598)
        #expect(signIn.take(.waited, at: 15) == .ask(Samples.code))
        #expect(signIn.take(Self.refused("authorization_pending"), at: 15) == .wait(seconds: 5))
        #expect(signIn.take(.waited, at: 20) == .ask(Samples.code))
        #expect(signIn.take(.granted(Samples.grant), at: 20) == .finish(Samples.grant))
    }

    @Test("slow_down adds five seconds, each time and for good")
    func slowDown() throws {
        var signIn = DeviceSignIn(try Samples.server)
        _ = signIn.take(.code(Samples.code), at: 0)
        #expect(signIn.take(Self.refused("slow_down"), at: 5) == .wait(seconds: 10))
        #expect(signIn.take(Self.refused("authorization_pending"), at: 15) == .wait(seconds: 10))
        #expect(signIn.take(Self.refused("slow_down"), at: 25) == .wait(seconds: 15))
        for _ in 0..<100 { _ = signIn.take(Self.refused("slow_down"), at: 30) }
        #expect(signIn.interval == 60)
    }

    @Test(
        "ends where the broker says so, each with a code of its own",
        arguments: [
            ("access_denied", ErrorCode.signInDenied), ("expired_token", .signInExpired),
            ("invalid_grant", .brokerRefused), ("invalid_client", .brokerRefused),
            ("whatever", .brokerRefused),
        ])
    func ends(word: String, code: ErrorCode) throws {
        var signIn = DeviceSignIn(try Samples.server)
        _ = signIn.take(.code(Samples.code), at: 0)
        guard case .fail(let error) = signIn.take(Self.refused(word), at: 5) else {
            Issue.record("it goes on")
            return
        }
        #expect(error.code == code)
        #expect(error.exit == .authentication)
    }

    @Test("outlives what passes, waiting longer each time, and goes on as before")
    func blips() throws {
        var signIn = DeviceSignIn(try Samples.server)
        _ = signIn.take(.code(Samples.code), at: 0)
        var waits: [Double] = []
        let faults: [AccountFault] = [
            .away("x"), .portal, .failing(status: 502), .garbled("x"), .away("x"), .away("x"),
            .failing(status: 500),
        ]
        for fault in faults {
            guard case .wait(let seconds) = signIn.take(.fault(fault), at: 10) else { break }
            waits.append(seconds)
        }
        #expect(waits == [5, 5, 8, 16, 32, 60, 60])
        #expect(signIn.take(Self.refused("authorization_pending"), at: 20) == .wait(seconds: 5))
        #expect(signIn.take(.fault(.away("x")), at: 20) == .wait(seconds: 5))
        #expect(signIn.take(.fault(.limited(retryAfter: 90)), at: 20) == .wait(seconds: 90))
    }

    @Test("ends when the code does, and says what was in the way")
    func expiry() throws {
        var signIn = DeviceSignIn(try Samples.server)
        _ = signIn.take(.code(Samples.code), at: 0)
        // What is approved in the last moment still counts.
        #expect(
            signIn.take(Self.refused("authorization_pending"), at: 598) == .wait(seconds: 1.5))
        #expect(signIn.take(.waited, at: 599.5) == .ask(Samples.code))
        guard case .fail(let error) = signIn.take(.fault(.away("the cable is out")), at: 600)
        else {
            Issue.record("it goes on")
            return
        }
        #expect(error.code == .signInExpired)
        #expect(error.message.contains("the cable is out"))
        guard case .fail(let late) = signIn.take(.waited, at: 601) else {
            Issue.record("it goes on")
            return
        }
        #expect(late.code == .signInExpired)
    }

    @Test(
        "no code is no sign-in: said at once",
        arguments: [
            (AccountFault.away("x"), ErrorCode.brokerUnreachable), (.portal, .captivePortal),
            (.failing(status: 503), .brokerUnreachable), (.limited(retryAfter: 5), .rateLimited),
            (.garbled("x"), .brokerUnreachable),
            (.refused(status: 404, code: "http_404", message: ""), .notThere),
        ])
    func noCode(fault: AccountFault, code: ErrorCode) throws {
        var signIn = DeviceSignIn(try Samples.server)
        guard case .fail(let error) = signIn.take(.fault(fault), at: 0) else {
            Issue.record("it goes on")
            return
        }
        #expect(error.code == code)
    }
}
