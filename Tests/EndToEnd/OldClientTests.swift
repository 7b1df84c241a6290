import Foundation
import TestSupport
import Testing

@Suite("A client that knows the wire protocol and nothing of Skein")
struct OldClientTests {
    @Test("says hello, and sees dev1 come and go")
    func comingAndGoing() async throws {
        try await Place.with { place in
            try await place.settle()
            let (port, member) = try await place.member()
            let client = try OldClient(port: port)
            let welcome = try client.hello(member, named: "old")
            #expect(welcome["type"] as? String == "hello_ack")
            #expect(welcome["memberDisplayName"] as? String == "old")
            #expect((welcome["presenceId"] as? String)?.isEmpty == false)
            // Looking makes no peer: the relay's own observer is not listed.
            #expect(try client.peers() == ["old"])

            let agent = try place.window(
                ["launch", "--non-interactive", "--name", "dev1", "--agent", "cat"])
            // A session of the same member is not told of it (the protocol's section 11.1), so it
            // asks.
            try await eventually("dev1") { try client.peers().sorted() == ["dev1", "old"] }
            #expect(try await place.peerNames().sorted() == ["dev1", "old"])

            agent.send("\u{4}")
            #expect(try await agent.waitForExit() == .exited(0))
            let ended = ContinuousClock.now
            try await eventually("its end") { try client.peers() == ["old"] }
            #expect(ContinuousClock.now - ended < .seconds(2))
        }
    }

    @Test("a forged or old hello is refused, by the codes of the protocol")
    func refused() async throws {
        try await Place.with { place in
            try await place.settle()
            let (port, member) = try await place.member()
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            for (time, forged, code) in [
                (now, true, "bad_signature"), (now - 120_000, false, "timestamp_skew"),
            ] {
                let client = try OldClient(port: port)
                let answer = try client.hello(
                    member, named: "old", milliseconds: time, forged: forged)
                #expect(answer["type"] as? String == "error")
                #expect(answer["code"] as? String == code)
                #expect(try client.closeCode() == 1008)
            }
            var stranger = member
            stranger.seed = (0..<32).map { _ in UInt8.random(in: 0...255) }
            let client = try OldClient(port: port)
            let answer = try client.hello(stranger, named: "stranger")
            #expect(answer["code"] as? String == "unauthorized")
            #expect(try await place.peerNames() == [])
        }
    }
}
